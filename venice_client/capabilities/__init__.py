"""
What each model can do, according to GET /models, and whether a request fits its model.

    rules         the table: which capability limits which parameter of which operation
    comparisons   how a value is compared with a capability
    request       what a rule reads of a request where that is more than one parameter
    catalog       the list of models: in memory, in a file, from the network; its rows as `Capabilities`
    check         one request against the contract's values and its model's row
    interceptor   the check of every call, for clients with `check_models`
    resource      `venice.models.check`, `capabilities` and `find`
"""
