"""
What each model can do, as GET /models tells it, and whether a request fits.

    rules         the table: which ability limits which parameter of which operation, and how they are compared
    comparisons   the ways to compare
    given         what of a request counts: the pictures in its messages, the tools that are functions
    listing       the rows of the list, found by id, by suffixed name, by trait
    verdict       a request held against the table
    names         an operation by its short name, arguments by their names on the wire
    kept          the list in a file
    catalogue     the list in memory, in the file, or asked for: once, however many want it
    guard         the check of every call, where `check_models=True`
    resource      `venice.models.check` and `venice.models.abilities`
"""
