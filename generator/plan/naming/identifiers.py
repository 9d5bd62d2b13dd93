"""
Names for Python, made from names of the API.

openapi-python-client has its own rules for names of classes and modules. The names made here are fixed points of these
rules, so the tool never changes them. (The rules are repeated here, and a test compares them with the tool's: importing
it takes longer than comparing two descriptions.) Arguments and fields keep names such as `input` and
`type` (the openai package's): only what Python or the generated code itself needs is given an underscore.
"""

from __future__ import annotations

import builtins
import hashlib
import keyword
import re
from collections.abc import Collection, Iterable
from functools import cache

from generator.plan.naming.reserved import class_members, template_names

ANNOTATIONS = frozenset({"bool", "bytes", "dict", "float", "int", "list", "str"})
"""Builtins that generated annotations use: a field of that name would hide them from a type checker."""

ARGUMENTS = class_members("_core.request.call", "CallOptions") | {
    "asyncio_detailed", "body", "call", "choose_body", "client", "cls", "e2ee", "models", "options", "self",
    "sync_detailed", "tee",
}  # fmt: skip
"""Options of every call, and names that generated functions use for themselves."""

MODEL_MEMBERS = class_members("_core.schema.model", "Model") | {"models", "property", "self"}
"""Names that the class of a model has, or uses, for itself."""

CLIENT_MEMBERS = (
    class_members("_core.client", "SyncClient")
    | class_members("_core.client", "AsyncClient")
    | {"cached_property", "resources", "with_options", "with_raw_response", "with_streaming_response"}
)
"""Public names of the client, and those of its generated modules: a resource takes none of them."""

CLASSES = frozenset(name for name in template_names() if name[:1].isupper()) | {"SyncResources"}
"""Names that generated modules import or define: a model takes none of them."""

RESOURCE_MEMBERS = class_members("_core.resource", "Resource") | {
    "iterate", "with_raw_response", "with_streaming_response"
}  # fmt: skip
"""Public names of every resource: an operation takes none of them."""

JOBS = ("audio", "video")
"""The resources for which the client has a class of jobs (`x-python-job`)."""

JOB_FUNCTIONS = ("generate", "submit")
"""The methods of these resources that take the arguments of the operation that orders."""

JOB_METHODS = frozenset({*JOB_FUNCTIONS, "resume"})
"""The methods of these resources that are no operations: an operation takes none of their names."""

PICTURE_ARGUMENTS = ("resize", "strip_metadata", "progress")
"""The arguments that generated methods add to those of an operation that gives pictures."""
_JOB_ARGUMENTS = ("save_to", "overwrite", "resume_file", "complete", "poll_interval", "wait_timeout")
FACADE_ARGUMENTS = frozenset({*PICTURE_ARGUMENTS, *_JOB_ARGUMENTS})
"""The arguments that generated methods add to those of an operation."""

DEVICES = frozenset(
    {"aux", "con", "nul", "prn", *(f"{kind}{number}" for kind in ("com", "lpt") for number in range(10))}
)
"""Names that Windows reserves whatever their suffix: no file can have one there."""

MODULES = DEVICES | {"aliases", "resources"} | {
    name for name in template_names("endpoint_init", "endpoint_module") if name[:1].islower()
}  # fmt: skip
"""Names that no module in the generated packages takes: importing it would replace what is there."""

LONGEST = 80
"""How long a name may be. A file's name takes 255 bytes, and that of a module may be twice as long as its class's."""


_RESERVED = frozenset({*dir(builtins), *keyword.kwlist, "self", "true", "false", "datetime"} - {"id"})
"""Names that the tool puts an underscore behind."""


def _words(text: str) -> list[str]:
    """Cut at delimiters and, where there are capitals, at each word that begins with one or follows them."""
    if text != text.lower():
        text = re.sub(r"([A-Z]?[a-z]+)", r" \1 ", text)
    return re.findall(r"[^. _-]+", text)


def snake_words(text: str) -> list[str]:
    """Return the words of a name, in lower case: "getX402Balance" is get, x402, balance."""
    return [word.lower() for word in _words(re.sub(r"[^0-9A-Za-z_. -]", " ", text))]


def _snake(text: str) -> str:
    return "_".join(_words(text)).lower()


def _pascal(text: str) -> str:
    return "".join(word if word.isupper() else word.capitalize() for word in _words(text))


def _reserved(name: str) -> str:
    return f"{name}_" if name in _RESERVED else name


@cache
def class_name(text: str) -> str:
    """Return `text` as a class name that openapi-python-client leaves as it is."""
    name = text
    for _ in range(5):
        safe = _bounded(re.sub(r"[^0-9A-Za-z_. -]", " ", name))
        fixed = _reserved(_pascal(safe))
        if not fixed.isidentifier():
            fixed = _reserved(_pascal(f"Schema{fixed}"))
        if fixed == name:
            break
        name = fixed
    taken = name in CLASSES or name.lower() in DEVICES
    return f"{name}Model" if taken or not name.isidentifier() else name


def identifier(text: str, *, reserved: Collection[str] = ()) -> str:
    """Return `text` as a snake_case identifier that is neither a keyword nor in `reserved`."""
    name = _snake(re.sub(r"[^0-9A-Za-z_. -]", "_", text)).strip("_")
    name = re.sub(r"_+", "_", name)
    if not name.isidentifier():
        name = f"field_{name}".strip("_")
    name = _bounded(name)
    return f"{name}_" if keyword.iskeyword(name) or name in reserved else name


def _bounded(name: str) -> str:
    """Cut a name that is too long; a number made of all of it keeps it apart from others that start alike."""
    if len(name) <= LONGEST:
        return name
    number = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**10
    return f"{name[: LONGEST - 11].rstrip('_')}_{number:010}"


@cache
def module_name(text: str) -> str:
    """Return the file name, without suffix, that openapi-python-client gives to a class or an endpoint."""
    name = _reserved(_snake(text))
    return f"field_{name}" if text.startswith("_") or not name.isidentifier() else name


@cache
def pascal(text: str) -> str:
    """Return a name, with dots or without, in PascalCase, as a part of a class name."""
    return _pascal(re.sub(r"[^0-9A-Za-z_. -]", " ", text))


def class_of(resource: str) -> str:
    """Return the class of a resource: "chat.completions" is ChatCompletions."""
    name = pascal(resource)
    taken = {name, f"Async{name}"} & CLASSES or keyword.iskeyword(name)
    return f"{name}Resource" if taken else name


def resources_of(methods: Iterable[str]) -> set[str]:
    """Return the resources of methods, those that only hold others too: "audio", "audio.speech", ..."""
    return {name[:at] for name in methods for at, character in enumerate(name) if character == "."}


def unique(names: Iterable[str], *, reserved: Collection[str] = ()) -> list[str]:
    """
    Make names unique among themselves, in order: a name that is taken gets the next free number.

    Two names that openapi-python-client would spell alike count as one.
    """
    taken = {module_name(name) for name in reserved}
    result = []
    for name in names:
        candidate, number = name, 2
        while module_name(candidate) in taken:
            candidate, number = f"{name}_{number}", number + 1
        taken.add(module_name(candidate))
        result.append(candidate)
    return result


def singular(name: str) -> str:
    """Return the name of one item of a list called `name`, in PascalCase."""
    if name.endswith("ies") and len(name) > 4:
        return f"{name[:-3]}y"
    if name.endswith("s") and not name.endswith(("ss", "us")) and len(name) > 3:
        return name[:-1]
    return f"{name}Item"
