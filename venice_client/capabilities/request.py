"""
What a rule reads of a request where that is more than one parameter: the pictures in its messages, the tools that are
functions, that no picture is given.

Each reader takes the parameters by their names on the wire, as models or plain JSON, and returns None where the request
has nothing of the kind. Values of other shapes than the contract's are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from venice_client._core.schema.encoding import given_fields
from venice_client._core.schema.model import Model
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.values import listed
from venice_client.capabilities.comparisons import is_filled

Values: TypeAlias = Mapping[str, Any]
Reader: TypeAlias = Callable[[Values], Any]


def fields(value: Any) -> Values:
    """Return the fields of an object by their names on the wire; none where it is not an object."""
    if isinstance(value, Model):
        value = given_fields(value)
    return value if isinstance(value, Mapping) else {}


def value_of(values: Values, path: str) -> Any:
    """Return the value at a dotted path; None where there is none."""
    found: Any = values
    for name in path.split("."):
        found = fields(found).get(name)
    return None if found is UNSET else found


def equals(path: str, expected: Any) -> Reader:
    """Return a reader that is True where a parameter has exactly this value."""
    return lambda values: (type(found := value_of(values, path)) is type(expected) and found == expected) or None


def lacking(*names: str) -> Reader:
    """Return a reader that is True where none of some parameters is given."""
    return lambda values: not any(is_filled(value_of(values, name)) for name in names) or None


def count_parts(*kinds: str) -> Reader:
    """Return a reader that counts the parts of some types in `messages` or `input`."""
    return lambda values: sum(fields(part).get("type") in kinds for part in _parts(values)) or None


pictures = count_parts("image_url", "input_image")


def several_pictures(values: Values) -> int | None:
    """Count the pictures where there are two or more."""
    count = pictures(values) or 0
    return count if count > 1 else None


def words(values: Values) -> int | None:
    """Count the words in `messages` or `input`: the tokens of a text are at least as many."""
    texts = (part if isinstance(part, str) else fields(part).get("text") for part in _parts(values))
    return sum(len(text.split()) for text in texts if isinstance(text, str)) or None


def functions(values: Values) -> int | None:
    """Count the tools that are functions of the caller."""
    return sum("function" in fields(tool) for tool in listed(value_of(values, "tools")) or ()) or None


def x_search(values: Values) -> bool | None:
    """Whether a search of X is requested, as a tool or as a parameter."""
    tools = listed(value_of(values, "tools")) or ()
    is_tool = any(fields(tool).get("type") == "x_search" for tool in tools)
    return is_tool or value_of(values, "venice_parameters.enable_x_search") is True or None


def effort(values: Values) -> Any:
    """Return the reasoning effort; `reasoning_effort` counts before the field of `reasoning`."""
    own = value_of(values, "reasoning_effort")
    return value_of(values, "reasoning.effort") if own is None else own


def some_effort(values: Values) -> Any:
    """Return the reasoning effort, except `none`, which every model takes."""
    requested = effort(values)
    return None if requested == "none" else requested


def ratio(values: Values) -> Any:
    """Return the aspect ratio, except `auto`."""
    requested = value_of(values, "aspect_ratio")
    return None if requested == "auto" else requested


def stock_voice(values: Values) -> Any:
    """Return the voice, except one that the caller cloned (`vv_...`)."""
    voice = value_of(values, "voice")
    return None if isinstance(voice, str) and voice.startswith("vv_") else voice


def _parts(values: Values) -> Iterator[Any]:
    """Yield the messages and their parts; a content that is a str is a part."""
    for name in ("messages", "input"):
        value = value_of(values, name)
        for message in (value,) if isinstance(value, str) else listed(value) or ():
            yield message  # the input of a response may hold parts beside messages
            content = value_of(fields(message), "content")
            yield from (content,) if isinstance(content, str) else listed(content) or ()
