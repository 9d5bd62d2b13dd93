"""Names of fields: which a model takes, and the nearest one to a name that it does not have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from inspect import Parameter, Signature
from typing import Any, Final

from venice_client._core.aliases import deprecated, former_field
from venice_client._core.schema.record import Record
from venice_client._core.schema.sentinel import UNSET

_SHOWN = 40
_LISTED = 4
_ELSEWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "api_base": ("base_url",),
    "audio": ("file",),
    "body": ("json",),
    "function_call": ("tool_choice",),
    "functions": ("tools",),
    "guidance_scale": ("cfg_scale",),
    "max_iterations": ("max_turns",),
    "max_rounds": ("max_turns",),
    "max_steps": ("max_turns",),
    "max_tokens": ("max_output_tokens",),
    "messages": ("input",),
    "n": ("variants",),
    "num_images": ("variants", "n"),
    "output_format": ("format",),
    "params": ("query", "extra_query"),
    "proxies": ("proxy",),
    "response_format": ("return_binary",),
    "size": ("width", "height", "aspect_ratio", "resolution"),
    "stop_sequences": ("stop",),
    "text": ("input",),
}
"""What names of other clients are called here, where a method, a model or the client has one of these instead."""


_FORMER: Final[Mapping[str, str]] = {"copy": "model_copy", "dict": "model_dump", "json": "model_dump_json"}
"""Methods of pydantic's first version, which programs still call."""


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.75) -> str | None:
    """Return the known name that a misspelt one, or a name on the wire, is meant for; None without one."""
    names = list(known)
    bare = {_bare(item): item for item in reversed(names)}
    if found := bare.get(_bare(name)):
        return found
    close = get_close_matches(name.lower(), names, n=1, cutoff=cutoff)
    # In a short name, such as `uds`, two letters that changed places are a third of it.
    close += [item for item in names if sorted(item) == sorted(name.lower())]
    return close[0] if close else None


def _bare(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def hint(name: str, known: Iterable[str]) -> str:
    """
    Return "; did you mean 'temperature'?" for a misspelt name, or one of OpenAI; "" where no name is near.

    A name that lacks words of a known one, such as `style` for `style_preset`, or has more, is near too.
    """
    names = list(known)
    found = [item for item in _ELSEWHERE.get(name, ()) if item in names]
    if not found and (near := nearest(name, names)):
        found = [near]
    if not found:
        words = set(name.lower().split("_"))
        found = [item for item in names if words < (other := set(item.split("_"))) or other < words][:_LISTED]
    return f"; did you mean {' or '.join(map(repr, found))}?" if found else ""


def signature_of(model: Any) -> Signature:  # a class of models, as its metaclass has it
    """Return the fields of a model as its constructor takes them."""
    kinds = {
        name: kind for base in reversed(model.__mro__) for name, kind in vars(base).get("__annotations__", {}).items()
    }
    parameters = [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if item.required else UNSET,
            annotation=kinds.get(name, Parameter.empty),
        )
        for name, item in model.__fields__.items()
    ]
    return Signature(parameters)


def check_names(model: type[Record], values: dict[str, Any], given: tuple[Any, ...]) -> dict[str, Any]:
    """
    Raise TypeError where a model's constructor is given other fields than the model has, or too few, or without names.

    Fields that it had before go under their names of today; those that are gone are returned, by their names on the
    wire, where the model is open.
    """
    fields, extra = model.__fields__, {}
    if given:
        names = ", ".join(f"{name}=" for name in list(fields)[:_LISTED])
        raise TypeError(
            f"{model.__name__}() takes its fields by name ({names}{', ...' if len(fields) > _LISTED else ''})"
        )
    for name in [name for name in values if name not in fields]:
        alias = former_field(model, name)
        text = alias.text(f"{model.__name__}.{name}") if alias else ""
        if alias and alias.to in fields and alias.to not in values:
            values[alias.to] = values.pop(name)
            deprecated(text)
        elif alias and alias.wire and not model.__closed__:
            extra[alias.wire] = values.pop(name)
            deprecated(f"{text}; it is sent anyway")
        else:
            if alias:
                raise TypeError(f"{text}, and the API refuses it; leave it out")
            raise TypeError(f"{model.__name__}() got an unexpected argument {name!r}{hint(name, fields)}")
    missing = [repr(name) for name, item in fields.items() if item.required and name not in values]
    if missing:
        raise TypeError(f"{model.__name__}() requires {', '.join(missing)}; model_construct() makes one without")
    return {name: value for name, value in extra.items() if value is not None and value is not UNSET}


def former_value(model: Record, name: str) -> tuple[Any] | None:
    """Return the value of a field that a model had before, or None for a name that it never had."""
    alias = former_field(type(model), name)
    if alias is None:
        return None
    deprecated(alias.text(f"{type(model).__name__}.{name}"))
    return (getattr(model, alias.to) if alias.to in type(model).__fields__ else model.to_dict().get(alias.wire),)


def no_field(model: Record, name: str) -> AttributeError:
    """Return the error for an attribute that a model does not have."""
    fields = type(model).__fields__
    text = f"{type(model).__name__!r} has no field {name!r}"
    if name in _FORMER:
        text += f"; the method is {_FORMER[name]}()"
    if name.startswith("__") or name in _FORMER:
        return AttributeError(text, name=name, obj=model)
    listed = f"; it has {', '.join(sorted(fields))}" if len(fields) <= _SHOWN else ""
    return AttributeError(f"{text}{hint(name, fields) or listed}", name=name, obj=model)
