"""
The plan of a client: the facts of the contract for the templates, under names that are safe in Python.

Wire names, media types, paths and values appear in generated code as string literals only, made by one filter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import frozen

from generator.plan.naming.identifiers import module_name, resources_of
from generator.plan.responses import is_json
from generator.plan.walk import Schema, references

EVENT_STREAM = "text/event-stream"
Step: TypeAlias = str | int | tuple[str, str]
"""A step of a path: an attribute, the index of an item, "*" for all items, or field and value of those that count."""


@frozen
class Field:
    """A property of a model."""

    name: str
    wire: str
    schema: Schema
    required: bool


@frozen
class Shortcut:
    """A property of a model that reads a part of it (`x-python-shortcuts`)."""

    name: str
    kind: Literal["value", "list", "text"]
    steps: tuple[Step, ...]
    """An attribute, the index of an item, "*" for all items, or the field and value of those that count."""
    schema: Schema
    """What is at the end."""
    text: str
    """What the overlay says of it: a sentence."""


@frozen
class Model:
    """A planned class."""

    name: str
    module: str
    fields: tuple[Field, ...]
    closed: bool
    """Whether the contract forbids properties that it does not declare."""
    shortcuts: tuple[Shortcut, ...] = ()

    @property
    def references(self) -> set[str]:
        """The classes that its fields name."""
        return {name for field in self.fields for name in references(field.schema)}


@frozen
class Enum:
    """A planned alias of literals."""

    name: str
    module: str
    kind: str
    values: tuple[str | int, ...]


@frozen
class Parameter:
    """A parameter outside of the body."""

    name: str
    wire: str
    location: str
    required: bool
    schema: Schema
    style: str
    explode: bool
    deprecated: bool
    needed: bool
    """Whether a caller must give it: a required header that gives access is filled in by the client."""


@frozen
class Argument:
    """A keyword argument of a resource's method: a parameter, or a property of one or more bodies."""

    name: str
    wire: str
    source: str
    """`path`, `query`, `header`, `cookie`, `property` or `body`."""
    required: bool
    """Whether a caller must give it: a header that gives access is filled in by the client."""
    schemas: tuple[Schema, ...]
    text: str = ""
    """What the overlay says of it: a sentence."""
    is_leading: bool = False
    """Whether it may be given by position."""


@frozen
class Keyword:
    """A keyword of an interceptor of the client (`x-python-keywords`); it is not sent."""

    name: str
    kind: str
    """Its annotation."""
    text: str


@frozen
class Scheme:
    """A security scheme as an operation names it."""

    name: str
    kind: str
    location: str
    parameter: str


@frozen
class Paging:
    """How the pages of a list follow each other (`x-python-paging`), in names of Python."""

    function: str
    """The method that iterates over all pages: `iterate`, `iterate_reviews`."""
    kind: str
    """`offset`, `page` or `cursor`."""
    parameter: str
    items: tuple[Step, ...]
    """Where the items of a page are, by the attributes on the way."""
    item: Schema
    more: tuple[Step, ...] = ()
    """Where a page has the flag, the number of pages or the cursor that leads to the next page."""


@frozen(kw_only=True)
class PicturePlace:
    """Where a body takes a picture: what the client's own class of this name says of it."""

    path: tuple[str, ...]
    """Names on the wire, "*" for every item of a list."""
    form: str
    kind: str
    takes_url: bool
    limits: Mapping[str, int | str]
    """Those that there are, by the names of its attributes."""


@frozen
class Operation:
    """A planned endpoint module, and a method of a resource."""

    method: str
    path: str
    name: str
    resource: str
    tag: str
    function: str
    module: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, Schema]
    body_required: bool
    results: Mapping[str, Mapping[str, Schema]]
    security: tuple[tuple[Scheme, ...], ...]
    paid: bool
    deprecated: bool
    arguments: tuple[Argument, ...]
    body_models: Mapping[str, Model]
    """The bodies that are models, whose properties are arguments; empty where the body is an argument itself."""
    facade: tuple[str, ...] | None
    """
    The arguments that the hand-written facade takes itself (`x-python-facade`); it passes the others on. None where it
    has no method for this operation.
    """
    job: str = ""
    """What is made in the background (`x-python-job`): the resource has methods that order it and wait for it."""
    keywords: tuple[Keyword, ...] = ()
    pictures: tuple[PicturePlace, ...] = ()
    paging: Paging | None = None

    @property
    def key(self) -> str:
        """The operation as the contract names it: "POST /image/edit"."""
        return f"{self.method} {self.path}"

    @property
    def pages(self) -> str:
        """The method that iterates over all pages: "characters.iterate"; empty for none."""
        return f"{self.resource}.{self.paging.function}" if self.paging else ""

    @property
    def successes(self) -> dict[str, Schema]:
        """The schemas of all success answers by media type; the first status that declares one has the say."""
        found: dict[str, Schema] = {}
        for status, content in self.results.items():
            if status.startswith("2") or status == "default":
                for media_type, schema in content.items():
                    found.setdefault(media_type, schema)
        return found

    @property
    def streams(self) -> bool:
        """Whether the caller chooses by `stream=True` between one answer and an event stream."""
        return EVENT_STREAM in self.successes and any(argument.wire == "stream" for argument in self.arguments)

    @property
    def gives_pictures(self) -> bool:
        """Whether the generated method hands its call to the picture facade. One that returns text does not."""
        return bool(self.facade and self.pictures) and not self.streams

    @property
    def picture_result(self) -> str:
        """The class that such a method returns, by the first success: a later one may be a status alone."""
        first = next(iter(self.successes), "")
        return "ImageResults" if is_json(first) else "ImageResult"


@frozen
class Plan:
    """Everything to render."""

    operations: tuple[Operation, ...]
    models: Mapping[str, Model]
    enums: Mapping[str, Enum]
    former: tuple[str, ...] = ()
    """Methods that the client had before, whose resources are still there for their errors and successors."""

    def of(self, tag: str) -> tuple[Operation, ...]:
        """Return the operations of one resource folder, by name."""
        return tuple(sorted((item for item in self.operations if item.tag == tag), key=lambda item: item.name))

    @property
    def resources(self) -> tuple[str, ...]:
        """All resources, those of former methods too."""
        return tuple(sorted(resources_of((*(operation.name for operation in self.operations), *self.former))))

    def children(self, resource: str) -> tuple[str, ...]:
        """Return the resources right inside of one; inside of the client itself for ""."""
        return tuple(name for name in self.resources if name.rpartition(".")[0] == resource)

    def modules(self) -> tuple[tuple[str, str], ...]:
        """Return the names of all models and enums with their modules, by name."""
        found = {name: model.module for name, model in self.models.items()}
        found |= {name: enum.module for name, enum in self.enums.items()}
        return tuple(sorted(found.items()))

    def has_operations(self, resource: str) -> bool:
        """Whether a resource has a folder of its own."""
        return any(operation.resource == resource for operation in self.operations)


def folder(resource: str) -> str:
    """Return the folder of a resource: "chat.completions" is in api/chat_completions."""
    return module_name(resource.replace(".", "_"))
