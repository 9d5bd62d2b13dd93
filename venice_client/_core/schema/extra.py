"""Objects that the contract does not describe: dictionaries whose keys read as attributes too."""

from __future__ import annotations

from typing import Any


class OpenObject(dict[str, Any]):
    """A JSON object that reads by key and by attribute. It is a dict, so that it encodes and compares as one."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return opened(self[name])
        raise AttributeError(f"the object has no field {name!r}; it has {', '.join(map(str, self)) or 'none'}")


def opened(value: Any) -> Any:
    """Return a JSON value with its objects readable by attribute."""
    if value.__class__ is dict:
        return OpenObject({name: opened(item) for name, item in value.items()})
    return [opened(item) for item in value] if value.__class__ is list else value
