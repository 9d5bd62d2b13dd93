"""
The arguments of public methods: names that a method lacks are refused before anything is sent, with the nearest name.

Every class of a resource is checked when it is made, so that a new method, a facade's too, cannot miss the check.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast, get_overloads

from attrs import fields_dict

from venice_client._core.aliases import replace_arguments
from venice_client._core.errors import ArgumentError
from venice_client._core.masking import conceal_arguments
from venice_client._core.request.call import CallOptions
from venice_client._core.schema.encoding import INERT
from venice_client._core.schema.fields import hint, nearest
from venice_client._core.schema.sentinel import UNSET, is_unset

F = TypeVar("F", bound=Callable[..., Any])
_EMPTY = inspect.Parameter.empty
_POSITIONAL = inspect.Parameter.POSITIONAL_ONLY
_EITHER = inspect.Parameter.POSITIONAL_OR_KEYWORD
_KEYWORD = inspect.Parameter.KEYWORD_ONLY
_REST = inspect.Parameter.VAR_KEYWORD


def call_options(**options: Any) -> CallOptions:
    """Return the options of a call that were given: None and UNSET mean the client's own."""
    given = {name: value for name, value in options.items() if value is not UNSET and value is not None}
    return cast("CallOptions", given)


def extends(method: str) -> Callable[[F], F]:
    """Mark a method whose `**options` are the parameters of another method of its class; "" checks them elsewhere."""

    def mark(function: F) -> F:
        function.__extends__ = method  # type: ignore[attr-defined]  # read by `check_methods`
        return function

    return mark


def also_takes(*methods: str) -> Callable[[F], F]:
    """Mark a method that takes the arguments of other methods of its class, also those that these had before."""

    def mark(function: F) -> F:
        function.__also_takes__ = methods  # type: ignore[attr-defined]  # read by `_replace_former`
        return function

    return mark


def check_methods(owner: type) -> None:
    """Replace the public methods of a class by ones that check their arguments."""
    for name, function in list(vars(owner).items()):
        if not name.startswith("_") and inspect.isfunction(function) and not hasattr(function, "__checks__"):
            setattr(owner, name, _checked(function, owner))


def checked(function: F) -> F:
    """Make a function of a client check its arguments; what its `**options` may be is checked elsewhere."""
    return cast("F", _checked(function, object))


def check_call(method: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Check the arguments of a bound method now, where the call itself is made later."""
    checks: _Arguments | None = getattr(method, "__checks__", None)
    if checks is not None:
        resource: Any = getattr(method, "__self__", None)
        declared = resource._client.declared_keywords() if resource is not None else ()  # noqa: SLF001  # a resource
        kwargs = dict(kwargs)
        _replace_former((resource,), kwargs, method, checks)
        checks.check((resource, *args), {name: value for name, value in kwargs.items() if name not in declared})


class _Arguments:
    """What a method takes, read from its code once: inspecting a signature takes longer than a call."""

    def __init__(self, function: Callable[..., Any], owner: type) -> None:
        self._name = function.__name__
        self._owner = owner
        self.signature, self.is_open = _signature_of(function, owner)
        parameters = self.signature.parameters.values()
        self._places = [item.name for item in parameters if item.kind in (_POSITIONAL, _EITHER)]
        self._takes_more = any(item.kind is inspect.Parameter.VAR_POSITIONAL for item in parameters)
        self.names = frozenset(item.name for item in parameters if item.kind in (_EITHER, _KEYWORD)) - {"self"}
        self._named = [item.name for item in parameters if item.kind is _KEYWORD]
        named = self.names.union(self._places)
        self._required = [item.name for item in parameters if item.default is _EMPTY and item.name in named]
        self._needed = frozenset(self._required) - {"self"}

    def check(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """Raise ArgumentError for arguments that the method does not take; `args` begin with the instance."""
        if len(args) == 1 and self._needed <= kwargs.keys() <= self.names:
            return  # most calls
        if not self.is_open and not self.names.issuperset(kwargs):
            unknown = [name for name in kwargs if name not in self.names]
            raise ArgumentError(
                [f"{self._method(args)}: unexpected argument {name!r}{self._way_out(name, args)}" for name in unknown]
            )
        if len(args) > len(self._places) and not self._takes_more:
            count, listed = len(self._places) - 1, _listed(f"{name}=" for name in self._own(self._named) or self._named)
            takes = f"takes {count} positional argument{'' if count == 1 else 's'}, got {len(args) - 1}"
            names = f" ({listed})" if listed else ""  # none where `**options` alone takes them
            raise ArgumentError([f"{self._method(args)}: {takes}; give the others by name{names}"])
        by_position = self._places[: len(args)]
        if twice := [name for name in by_position if name in kwargs and name in self.names]:
            raise ArgumentError([f"{self._method(args)}: {name}: given by position and by name" for name in twice])
        given = {*by_position, *kwargs}
        if missing := [name for name in self._required if name not in given]:
            anyway = _ANYWAY if "validate" in self.names else ""
            raise ArgumentError([f"{self._method(args)}: {name}: required, and not given{anyway}" for name in missing])

    def _own(self, names: Iterable[str]) -> list[str]:
        """Return names without those of the options that every call has; required ones first."""
        own = [name for name in names if name not in CallOptions.__annotations__]
        return sorted(own, key=self._required.__contains__, reverse=True)

    def _way_out(self, name: str, args: tuple[Any, ...]) -> str:
        known = sorted(self.names)
        config = getattr(getattr(args[0], "_client", args[0]), "config", None) if args else None  # a file has none
        if config is not None and name in fields_dict(type(config)):
            return f"; it is an option of the client: with_options({name}=...)"
        if "body" in known and not nearest(name, known):
            return "; the fields of the body go into body={...}"
        if found := hint(name, known):
            return found
        if holder := self._holder(name):
            return f"; it is a field of {holder}={{...}}"
        if name == "save_to":
            return "; the result has save(path) where it is a file"
        own = self._own(item for item in self.signature.parameters if item in self.names)
        takes = f"; it takes {_listed(own)}" if own else ""
        sends = "; extra_body and extra_query send fields that the contract lacks"
        return takes + sends if "extra_body" in known else takes

    def _holder(self, name: str) -> str:
        """Return the argument whose model has a field of this name; "" where there is none."""
        modules = (sys.modules.get(kind.__module__) for kind in self._owner.__mro__)  # one of them is generated
        models = next((found for item in modules if (found := getattr(item, "models", None)) is not None), None)
        for item in self.signature.parameters.values():
            for kind in re.findall(r"\bmodels\.(\w+)", str(item.annotation)):
                if name in getattr(getattr(models, kind, None), "__fields__", ()):
                    return item.name
        return ""

    def _method(self, args: tuple[Any, ...]) -> str:
        return f"{type(args[0]).__name__}.{self._name}" if args else self._name


_ANYWAY = "; pass UNSET for it with validate=False to send the request anyway"


def _listed(names: Iterable[str]) -> str:
    """Return the first eight names, for a message."""
    found = list(names)
    return ", ".join([*found[:8], *(["..."] if len(found) > 8 else [])])


def with_overloads(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return the parameters of a method and, after them, those that only its overloads have."""
    found: dict[str, inspect.Parameter] = {}
    for form in (function, *get_overloads(function)):
        for item in inspect.signature(form).parameters.values():
            if item.kind is not _REST:
                found.setdefault(item.name, item)
    return list(found.values())


def _signature_of(function: Callable[..., Any], owner: type) -> tuple[inspect.Signature, bool]:
    """Return the whole signature of a method, and whether it takes names that are known only when it runs."""
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())
    if not parameters or parameters[-1].kind is not _REST:
        return signature, False
    inherited = getattr(super(owner, owner), getattr(function, "__extends__", function.__name__), None)
    if inherited is None:
        return signature, True
    parameters = [*with_overloads(function), parameters[-1]]
    own = {item.name for item in parameters}
    more = [item for item in inspect.signature(inherited).parameters.values() if item.name not in own]
    if any(item.kind is _REST for item in more):
        return signature, True
    # Required ones stand among the keywords too: a facade may take them from elsewhere.
    added = [item.replace(kind=_KEYWORD) for item in more]
    return signature.replace(parameters=[*parameters[:-1], *added]), False


def _with_keywords(args: tuple[Any, ...], kwargs: dict[str, Any], names: frozenset[str]) -> tuple[Any, ...]:
    """Take the keywords that interceptors declare out of the arguments, and bind them to the client of the resource."""
    client = getattr(args[0], "_client", None) if args else None
    declared = client.declared_keywords() - names if client is not None else ()
    taken = {name: kwargs.pop(name) for name in declared if name in kwargs}
    return (type(args[0])(client.with_keywords(taken)), *args[1:]) if taken and client is not None else args


def _replace_former(
    args: tuple[Any, ...], kwargs: dict[str, Any], method: Callable[..., Any], arguments: _Arguments
) -> None:
    """Replace arguments that the method had before the API took them away."""
    path = getattr(args[0], "_path", "") if args else ""
    for name in (method.__name__, *getattr(method, "__also_takes__", ())) if path else ():
        replace_arguments(f"{path}.{name}", kwargs, arguments.names, is_open=arguments.is_open)


def _checked(function: Callable[..., Any], owner: type) -> Callable[..., Any]:
    arguments = _Arguments(function, owner)
    check, names = arguments.check, arguments.names

    def ready(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        # `kwargs` is changed, so that no frame holds what is concealed. Sentinels of other libraries mean UNSET too.
        kwargs |= {name: UNSET for name, value in kwargs.items() if value.__class__ not in INERT and is_unset(value)}
        if not names.issuperset(kwargs):
            args = args if arguments.is_open else _with_keywords(args, kwargs, names)
            _replace_former(args, kwargs, function, arguments)
        conceal_arguments(kwargs)
        check(args, kwargs)
        return args

    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def call(*args: Any, **kwargs: Any) -> Any:
            args = ready(args, kwargs)
            return await function(*args, **kwargs)

    else:

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            args = ready(args, kwargs)
            return function(*args, **kwargs)

    call.__signature__ = arguments.signature  # type: ignore[attr-defined]
    call.__checks__ = arguments  # type: ignore[attr-defined]
    return call
