"""
What of a request counts for a rule, where that is not simply one parameter: the pictures in its messages, the tools
that are functions, that no picture is given at all.

Each function takes the parameters by their names on the wire, models or plain JSON, and returns None where the request
has nothing of the kind. None looks into a picture, and what is not of the contract's shape is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from venice_client._core.schema.model import Model
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.values import listed

Values: TypeAlias = Mapping[str, Any]
Given: TypeAlias = Callable[[Values], Any]


def fields(value: Any) -> Values:
    """Return the fields of an object by their names on the wire; none of what is no object."""
    if isinstance(value, Model):
        value = value.given()
    return value if isinstance(value, Mapping) else {}


def value_of(values: Values, *path: str) -> Any:
    """Return what stands at a path of names; None where there is nothing."""
    found: Any = values
    for name in path:
        found = fields(found).get(name)
    return None if found is UNSET else found


def pictures(values: Values) -> int | None:
    """Count the pictures in the messages of a chat, or in the input of a response."""
    return _parts(values, "image_url", "input_image")


def several_pictures(values: Values) -> int | None:
    """Count the pictures where there is more than one."""
    count = pictures(values) or 0
    return count if count > 1 else None


def audios(values: Values) -> int | None:
    """Count the sounds in the messages."""
    return _parts(values, "input_audio")


def videos(values: Values) -> int | None:
    """Count the videos in the messages."""
    return _parts(values, "video_url")


def functions(values: Values) -> int | None:
    """Count the tools that are functions; those of the API are none."""
    tools = listed(value_of(values, "tools")) or ()
    return sum("function" in fields(tool) for tool in tools) or None


def x_search(values: Values) -> bool | None:
    """Whether a search of X is asked for, as a tool or as a parameter."""
    tools = listed(value_of(values, "tools")) or ()
    asked = any(fields(tool).get("type") == "x_search" for tool in tools)
    return asked or switch("venice_parameters", "enable_x_search")(values)


def web_search(values: Values) -> bool | None:
    """Whether a search of the web is asked for; `auto` leaves it to the model."""
    return value_of(values, "venice_parameters", "enable_web_search") == "on" or None


def answer_schema(values: Values) -> bool | None:
    """Whether the answer is to follow a JSON schema."""
    return value_of(values, "response_format", "type") == "json_schema" or None


def effort(values: Values) -> Any:
    """How much reasoning is asked for; the parameter of its own counts before the one of `reasoning`."""
    own = value_of(values, "reasoning_effort")
    return value_of(values, "reasoning", "effort") if own is None else own


def some_effort(values: Values) -> Any:
    """The same, but for none at all: what does not reason has nothing to switch off."""
    asked = effort(values)
    return None if asked == "none" else asked


def switch(*path: str) -> Given:
    """Return a function that tells whether a parameter is set to true."""
    return lambda values: value_of(values, *path) is True or None


def silence(values: Values) -> bool | None:
    """Whether a video is to be made without sound."""
    return value_of(values, "audio") is False or None


def ratio(values: Values) -> Any:
    """The ratio that is asked for; `auto` asks for none."""
    asked = value_of(values, "aspect_ratio")
    return None if asked == "auto" else asked


def stock_voice(values: Values) -> Any:
    """The voice, where it is none that the caller had cloned."""
    voice = value_of(values, "voice")
    return None if isinstance(voice, str) and voice.startswith("vv_") else voice


def filled(name: str) -> Given:
    """Return a function that gives a value where it is not empty."""

    def given(values: Values) -> Any:
        value = value_of(values, name)
        return value if _is_there(value) else None

    return given


def lacking(*names: str) -> Given:
    """Return a function that tells whether none of some parameters is given."""
    return lambda values: not any(_is_there(value_of(values, name)) for name in names) or None


def _is_there(value: Any) -> bool:
    # A picture may be an array, which has no truth of its own.
    return value is not None and value is not False and not (isinstance(value, str | list | tuple) and not value)


def _parts(values: Values, *kinds: str) -> int | None:
    return sum(fields(part).get("type") in kinds for part in _all_parts(values)) or None


def _all_parts(values: Values) -> Iterator[Any]:
    for name in ("messages", "input"):
        for message in listed(value_of(values, name)) or ():
            yield message  # the input of a response may hold parts beside messages
            yield from listed(value_of(fields(message), "content")) or ()
