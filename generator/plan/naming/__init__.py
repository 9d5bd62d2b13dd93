"""
Names in Python: the lock of names first, then rules.

    identifiers              names that are safe in Python, made from names of the API
    operations, classes,
    members                  rules for what the lock does not know
    reserved                 names that the client's own classes use
    lock, lock_file          the public names of all versions, and spec/names.toml
    promises                 the lock after a bump: new names, and aliases for what went
"""
