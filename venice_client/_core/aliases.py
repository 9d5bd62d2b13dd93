"""
Public names that the API removed: they still work as far as possible, with a warning.

The generated module `venice_client.api.aliases` holds the names; this module knows what to do with them. A name that
has a successor leads to it. An argument or field that is gone is sent where the API takes unknown ones. Everything else
raises, and says since when the name is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from importlib import import_module
from typing import Any

from attrs import field, frozen

from venice_client._core.errors import ArgumentError, OperationUnavailableError
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.warnings import VeniceDeprecationWarning, warn


@frozen
class Alias:
    """A removed name."""

    since: str
    """The date of the contract that lacks it first; "" if unknown."""
    to: str = ""
    """The name to use instead; "" for none."""
    wire: str = ""
    """What an argument or a field is called on the wire."""
    location: str = ""
    """Where an argument goes: `query`, `header`, or `property` of the body; "" if it can go nowhere."""

    def text(self, name: str) -> str:
        """Return what became of a name."""
        since = f" of {self.since}" if self.since else ""
        became = "is gone" if not self.to else f"is {'' if self.to in _PLAIN else 'called '}{self.to}"
        return f"{name} {became} since the API contract{since}"


@frozen(kw_only=True)
class AliasTable:
    """All removed names."""

    methods: Mapping[str, Alias] = field(factory=dict)
    """By name: "billing.usage"."""
    classes: Mapping[str, Alias] = field(factory=dict)
    arguments: Mapping[str, Mapping[str, Alias]] = field(factory=dict)
    """By method, then by argument."""
    fields: Mapping[str, Mapping[str, Alias]] = field(factory=dict)
    """By class, then by field."""


MODELS = f"{__name__.partition('.')[0]}.models"
"""The package of the generated classes."""
_PLAIN: Mapping[str, type] = {"str": str, "int": int}
"""The types that the names of former enums lead to."""
_EMPTY = AliasTable()
_sources: list[str] = []


def register(module: str) -> None:
    """Name the generated module that holds ALIASES. It is imported when a name is not found, and never before."""
    _sources[:] = [module]


def public_name(kind: type) -> tuple[str, str] | None:
    """Return the package and the name under which a generated class is imported; None for any other class."""
    package, _, _ = kind.__module__.rpartition(".")
    return (package, kind.__qualname__) if package == MODELS else None


def class_named(name: tuple[str, str]) -> Any:
    """Return the class that `public_name` named, in this version or an earlier one."""
    return getattr(import_module(name[0]), name[1])


def table() -> AliasTable:
    """Return the removed names."""
    for module in _sources:
        found: AliasTable = import_module(module).ALIASES
        return found
    return _EMPTY


def deprecated(text: str) -> None:
    """Warn at the caller's line that a name was removed."""
    warn(text, VeniceDeprecationWarning)


def replace_arguments(
    method: str, arguments: MutableMapping[str, Any], known: frozenset[str], *, is_open: bool = False
) -> None:
    """
    Replace the arguments that a method had before: by their successors, else by extra fields of the request.

    `known` are the arguments that it has; with `is_open`, it takes all options of a call besides.

    Raises ArgumentError for those that can be sent nowhere.
    """
    aliases = table().arguments.get(method, {})
    for name in [name for name in arguments if name not in known and name in aliases]:
        alias = aliases[name]
        shown = f"{method}({name})"
        if alias.to in known:
            if arguments.get(alias.to, UNSET) is not UNSET:
                raise ArgumentError([f"{alias.text(shown)}: give one of the two"])
            deprecated(alias.text(shown))
            arguments[alias.to] = arguments.pop(name)
            continue
        if alias.location not in _EXTRA:
            raise ArgumentError([f"{alias.text(shown)}, and the API refuses it; leave it out"])
        option = _EXTRA[alias.location]
        if option not in known and not is_open:
            raise ArgumentError([f"{alias.text(shown)}, and {method} cannot send it; leave it out"])
        value = arguments.pop(name)
        if value is None or value is UNSET:
            continue
        deprecated(f"{alias.text(shown)}; it is sent as {option} anyway")
        given = arguments.get(option)
        arguments[option] = {alias.wire: value, **(given if isinstance(given, Mapping) else {})}


_EXTRA = {"query": "extra_query", "header": "extra_headers", "property": "extra_body"}


def former_method(resource: object, path: str, name: str) -> Callable[..., Any] | None:
    """Return what stands for a method that a resource had before; None for a name that it never had."""
    full = f"{path}.{name}" if path else name
    alias = table().methods.get(full)
    if alias is None:
        return None

    def call(*args: Any, **kwargs: Any) -> Any:
        if not alias.to:
            raise OperationUnavailableError(full, alias.text(full))
        deprecated(alias.text(full))
        found: Any = resource._client  # type: ignore[attr-defined]  # noqa: SLF001  # a resource
        for part in alias.to.split("."):
            found = getattr(found, part)
        return found(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    return call


def former_class(name: str, base: type, find: Callable[[str], Any]) -> Any:
    """
    Return what stands for a class that was there before; None for a name that never was one.

    A class without a successor is one without fields: it can be imported and named, and its pickles load. Its
    constructor raises.
    """
    for suffix in ("", "Param", "_VALUES"):
        alias = table().classes.get(name.removesuffix(suffix)) if name.endswith(suffix) else None
        if alias is not None:
            break
    else:
        return None
    deprecated(alias.text(name))
    if suffix == "_VALUES" and (not alias.to or alias.to in _PLAIN):
        return ()
    if alias.to:
        return _PLAIN.get(alias.to) or find(f"{alias.to}{suffix}")
    return _empty_class(name, base, alias.text(name))


def _empty_class(name: str, base: type, text: str) -> type:
    def refuse(_self: object, **_values: Any) -> None:
        raise TypeError(text)

    return type(base)(name, (base,), {"__init__": refuse, "__doc__": f"{text}.", "__module__": "venice_client.models"})


def former_field(model: type, name: str) -> Alias | None:
    """Return what became of a field that a class had before; None for one that it never had."""
    return table().fields.get(model.__name__, {}).get(name)
