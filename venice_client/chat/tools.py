"""
Functions as tools of a chat: a schema from signature and docstring, and calls with checked arguments.

    @venice_client.chat.tool
    def weather(city: str, unit: Literal["C", "F"] = "C") -> str:
        'Return the weather of a city.'
"""

from __future__ import annotations

import functools
import inspect
import json
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Generic, ParamSpec, TypeVar, overload

import msgspec

from venice_client._core.errors import RequestValidationError
from venice_client._core.schema.python_types import is_pydantic, json_schema, needs_pydantic, read_json
from venice_client.chat.schema import OutputType

P = ParamSpec("P")
R = TypeVar("R")

_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_SECTION: Final = re.compile(r"(args|arguments|parameters|params)\s*:?\s*", re.IGNORECASE)
_NEXT_SECTION: Final = re.compile(r"[A-Z][A-Za-z ]*:\s*")
_ENTRY: Final = re.compile(r"\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)")
_UNDERLINE: Final = re.compile(r"-{3,}")
_FIELD: Final = re.compile(r":param\s+(?:[\w\[\], .|]+\s+)?(\w+)\s*:\s*(.*)")


class Tool(Generic[P, R]):
    """A function that a model may call. Calling the tool calls the function."""

    def __init__(
        self, function: Callable[P, R], *, name: str | None = None, description: str | None = None, strict: bool = True
    ) -> None:
        self.function = function
        described = _described(function)
        self.name: str = name or str(getattr(described, "__name__", ""))
        if not _NAME.fullmatch(self.name):
            problem = (
                f"a tool's name must be 1 to 64 letters, digits, _ or -, got {self.name!r}: tool(name=...) sets it"
            )
            raise RequestValidationError([problem])
        text = _docstring(described) or _docstring(_code(function))
        self.description: str = text.partition("\n\n")[0].replace("\n", " ") if description is None else description
        self.strict = strict
        self._arguments, self._wrapped, annotated = _argument_type(function)
        schema = OutputType(self._arguments).schema if strict else _loose(self._arguments)
        for argument, words in {**_descriptions(text), **annotated}.items():
            if argument in schema["properties"]:
                schema["properties"][argument] = {**schema["properties"][argument], "description": words}
        self.parameters: dict[str, Any] = schema
        """The JSON schema of the arguments."""
        self.__doc__ = text or None
        self.__name__ = self.name

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function."""
        return self.function(*args, **kwargs)

    def to_dict(self) -> dict[str, Any]:
        """Return the tool as a chat's request has it in `tools`."""
        function: dict[str, Any] = {"name": self.name, "parameters": self.parameters}
        if self.description:
            function["description"] = self.description
        if self.strict:
            function["strict"] = True
        return {"type": "function", "function": function}

    def arguments(self, text: str) -> dict[str, Any]:
        """
        Return the keyword arguments in a model's JSON text, converted to the types of the signature.

        Raises ValueError, with what does not fit.
        """
        decoded: Any = read_json(json_of(text), self._arguments)
        return {
            name: value.root if is_wrapped else value
            for name, is_wrapped in self._wrapped.items()
            if (value := getattr(decoded, name)) is not msgspec.UNSET
        }

    def run(self, text: str) -> R:
        """Call the function with the arguments in a model's JSON text. Raises ValueError where these do not fit."""
        call: Any = self.function
        result: R = call(**self.arguments(text))
        return result

    def __repr__(self) -> str:
        return f"Tool({self.name!r})"


@overload
def tool(function: Callable[P, R], /) -> Tool[P, R]: ...


@overload
def tool(
    *, name: str | None = None, description: str | None = None, strict: bool = True
) -> Callable[[Callable[P, R]], Tool[P, R]]: ...


def tool(
    function: Callable[P, R] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    strict: bool = True,
) -> Any:
    """
    Make a tool of a function, as a decorator or by a call.

    Args:
        function: A function, sync or async, whose parameters have annotations.
        name: What the model calls it; the function's name by default.
        description: What the model reads; the first paragraph of the docstring by default. Descriptions of arguments
            come from `Annotated[int, "Days, 1 to 7."]` (or pydantic's `Field(description=...)`), or from the
            docstring: its `Args:` or `Parameters` section, or its `:param name:` fields.
        strict: Whether the schema requires every argument, so that the model gives all of them.

    Raises:
        RequestValidationError: A parameter has no annotation, or one without a JSON schema.
    """
    if function is None:
        return lambda decorated: Tool(decorated, name=name, description=description, strict=strict)
    return Tool(function, name=name, description=description, strict=strict)


class FunctionTool(dict[str, Any]):
    """A tool of a chat's request that remembers the type of its arguments."""

    def __init__(self, content: dict[str, Any], model: type[Any]) -> None:
        super().__init__(content)
        self.model = model


def pydantic_function_tool(
    model: type[Any], *, name: str | None = None, description: str | None = None
) -> FunctionTool:
    """
    Return a model or dataclass of pydantic as a tool of a chat's request, with a strict schema.

    Args:
        model: Its fields are the arguments.
        name: What the model calls it; the class's name by default.
        description: The class's docstring by default.
    """
    if not is_pydantic(model):
        raise RequestValidationError([f"a pydantic model is required, got {model!r:.80}"])
    function: dict[str, Any] = {"name": name or model.__name__, "strict": True, "parameters": OutputType(model).schema}
    words = description if description is not None else inspect.cleandoc(model.__doc__ or "")
    if words:
        function["description"] = words
    return FunctionTool({"type": "function", "function": function}, model)


def json_of(arguments: object) -> str:
    """Return the arguments of a tool call as JSON text: some models give them as an object, none, or null."""
    if isinstance(arguments, str) and arguments.strip() not in ("", "null"):
        return arguments
    return "{}" if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)


def make_tools(given: Iterable[Any]) -> dict[str, Tool[..., Any]]:
    """Return tools by their names, made of functions where they are none. Raises where a name occurs twice."""
    if not isinstance(given, Iterable) or isinstance(given, str | Mapping):
        advice = ": pass [...] with it in" if callable(given) or isinstance(given, Tool) else ""
        raise RequestValidationError([f"tools: a list of functions is required, got {type(given).__name__}{advice}"])
    found: dict[str, Tool[..., Any]] = {}
    for item in given:
        made = item if isinstance(item, Tool) else None
        if made is None:
            if not callable(item):
                raise RequestValidationError([f"tools: a function or a Tool is required, got {type(item).__name__}"])
            made = Tool(item)
        if made.name in found:
            raise RequestValidationError([f"tools: the name {made.name!r} occurs twice: pass tool(name=...)"])
        found[made.name] = made
    return found


def _described(function: Callable[..., Any]) -> Any:
    """Return what has the name and the docstring of a function: not a `partial`, and the class of an object."""
    while isinstance(function, functools.partial):
        function = function.func
    return function if hasattr(function, "__name__") else type(function)


def _docstring(described: Any) -> str:
    """Return the docstring of a function, or a class's own: that of its base, as pydantic's, does not describe it."""
    own = described.__doc__ if isinstance(described, type) else inspect.getdoc(described)
    return inspect.cleandoc(own or "")


def _code(function: Callable[..., Any]) -> Any:
    """Return what has the annotations of a function: not a `partial`, and `__call__` of an object."""
    while isinstance(function, functools.partial):
        function = function.func
    return function if hasattr(function, "__name__") else type(function).__call__


def _argument_type(function: Callable[..., Any]) -> tuple[type[Any], dict[str, bool], dict[str, str]]:
    """
    Return a struct of a function's parameters; of each whether its values are wrapped in a model of pydantic; and the
    descriptions that annotations hold. What a `partial` gives by name is left out: the model must not replace it.
    """
    name = f"tool {getattr(_described(function), '__name__', '?')}"
    try:
        signature = inspect.signature(function)
        hints = typing.get_type_hints(_code(function), include_extras=True)
    except (TypeError, ValueError) as error:
        raise RequestValidationError([f"{name}: the signature cannot be read: {error}"]) from error
    except NameError as error:
        text = f"{name}: the annotations cannot be read: {error}: types must be defined in its module"
        raise RequestValidationError([text]) from error
    bound = function.keywords if isinstance(function, functools.partial) else {}
    fields: list[tuple[str, Any, Any]] = []
    wrapped: dict[str, bool] = {}
    problems = []
    words = {}
    for parameter in signature.parameters.values():
        if parameter.name in bound:
            continue
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            problems.append(f"{parameter.name}: a tool's arguments are given by name, one by one")
            continue
        if parameter.name not in hints:
            problems.append(f"{parameter.name}: an annotation is required")
            continue
        hint = hints[parameter.name]
        if text := _annotated_words(hint):
            words[parameter.name] = text
        wrapped[parameter.name] = needs_pydantic(hint)
        if wrapped[parameter.name]:
            from pydantic import RootModel, create_model

            root: Any = RootModel.__class_getitem__(hint)
            hint = create_model(parameter.name, __base__=root)
        if parameter.default is parameter.empty:
            fields.append((parameter.name, hint, msgspec.NODEFAULT))
        else:
            fields.append((parameter.name, hint | msgspec.UnsetType if _joins(hint) else hint, msgspec.UNSET))
    if problems:
        raise RequestValidationError([f"{name}: {problem}" for problem in problems])
    ordered = sorted(fields, key=lambda field: field[2] is msgspec.UNSET)
    return msgspec.defstruct("Arguments", ordered, kw_only=True, forbid_unknown_fields=True), wrapped, words


def _annotated_words(hint: Any) -> str:
    """Return the description in `Annotated`: a str, or one of pydantic, msgspec or PEP 727; "" where there is none."""
    for item in getattr(hint, "__metadata__", ()):
        text = item if isinstance(item, str) else getattr(item, "description", getattr(item, "documentation", None))
        if isinstance(text, str) and text:
            return text
    return ""


def _joins(hint: Any) -> bool:
    try:
        hint | msgspec.UnsetType
    except TypeError:
        return False
    return True


def _loose(kind: type[Any]) -> dict[str, Any]:
    schema = json_schema(kind)
    name = schema["$ref"].rpartition("/")[2]
    definitions = schema["$defs"]
    found: dict[str, Any] = {key: value for key, value in definitions.pop(name).items() if key != "title"}
    return {**found, "additionalProperties": False, **({"$defs": definitions} if definitions else {})}


def _descriptions(text: str) -> dict[str, str]:
    """
    Return what a docstring says about arguments: an `Args:` section of Google's style, an underlined `Parameters`
    section of NumPy's, or `:param name:` fields.
    """
    found = {name: words.strip() for name, words in _FIELD.findall(text)}
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if not _SECTION.fullmatch(line.strip()):
            continue
        indent: int | None = None
        current = ""
        is_underlined = len(lines) > number + 1 and bool(_UNDERLINE.fullmatch(lines[number + 1].strip()))
        for below in lines[number + 1 + is_underlined :]:
            if not below.strip():
                continue
            depth = len(below) - len(below.lstrip())
            if depth == 0 and _NEXT_SECTION.fullmatch(below.strip()):
                break
            indent = depth if indent is None else indent
            entry = _ENTRY.fullmatch(below.strip())
            if depth == indent and entry:
                current = entry[1]
                found[current] = "" if is_underlined else entry[2].strip()  # NumPy's style has the type there
            elif current and depth > indent:
                found[current] = f"{found[current]} {below.strip()}".strip()
            else:
                break
        break
    return found
