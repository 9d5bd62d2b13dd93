"""
Makes a named component of every object and every enum, one for all of equal shape.

Limits of openapi-python-client: an object inside of a component's union is built twice and then removed while still
imported; equal inline schemas become as many classes; a component that is no object or enum stands in the way of
others. After this pass a property is a reference, a list, a dictionary, a union or a plain value, and every component
is an object or an enum.

It suggests names: the overlay's `title`, else the vendor's own component name, else the place
("ImageEditAspectRatio"). Which of them is taken is settled in `settle`.
"""

from __future__ import annotations

import hashlib
from typing import Any

from generator.errors import GeneratorError
from generator.plan.bodies import is_form
from generator.plan.class_choice import PLACED, SPARE, TITLED, Found, settle
from generator.plan.flatten import MOST_SCHEMAS, PICTURE
from generator.plan.naming import class_name, pascal, singular
from generator.plan.normal import shape
from generator.plan.walk import SCHEMAS, Place, Schema, places
from generator.spec.contract import operations


def hoist(document: dict[str, Any]) -> None:
    """Move inline objects and enums into `components.schemas`; resolve components that are neither."""
    components: dict[str, Schema] = document["components"]["schemas"]
    hoisting = _Hoisting(components, operations(document))
    kept: dict[str, Schema] = {}
    for place in list(places(document)):
        if place.role == "component":
            schema = components[place.name]
            if is_model(schema) or is_enum(schema):
                name = class_name(str(schema.get("title") or place.name))
                kept[place.name] = hoisting.insides(schema, name)
        else:
            place.holder[place.key] = hoisting.place(place)
    settle(document, kept, hoisting.found, document.get("x-python-classes", {}))


def is_model(schema: Schema) -> bool:
    """Whether a normal schema becomes a class."""
    return "properties" in schema


def is_enum(schema: Schema) -> bool:
    """Whether a normal schema becomes an alias of literals: one value alone is written out where it stands."""
    return len(schema.get("enum", ())) > 1


class _Hoisting:
    """Walks schemas from the inside out; what is found is known by its shape until all names are known."""

    def __init__(self, components: dict[str, Schema], listed: dict[tuple[str, str], dict[str, Any]]) -> None:
        self.components = components
        self.operations = listed
        self.found: dict[str, Found] = {}
        self.schemas_read = 0

    def name_of(self, place: Place) -> str:
        """Return the name, by place, of a schema of an operation."""
        operation = self.operations[place.method, place.path]
        base = "".join(pascal(part) for part in str(operation["x-python-name"]).split("."))
        if place.role == "parameter":
            return base + pascal(place.name)
        if place.role == "body":
            return base + ("Form" if is_form(place.media_type) else "Request")
        return f"{base}Response" if place.name.startswith("2") else f"{base}Error{pascal(place.name)}"

    def place(self, place: Place) -> Schema:
        """
        Return the schema of a place with its insides moved out.

        An error is called after its status: operations share errors, and a name made of the first of them would change
        with the next operation that comes.
        """
        name = self.name_of(place)
        is_error = place.role == "response" and not place.name.startswith("2")
        general = f"Error{pascal(place.name)}" if is_error else name
        schema = self.inline(place.schema, general, about=place.name)
        key = str(schema.get("$ref", "")).removeprefix(SCHEMAS)
        if is_error and key in self.found:
            self.found[key].suggest(SPARE, class_name(name))
        return schema

    def insides(self, schema: Schema, name: str, aliases: tuple[str, ...] = ()) -> Schema:
        """Return an object with what stands inside of it moved out; an enum has nothing inside."""
        if not is_model(schema):
            return schema
        properties = {
            key: self.inline(item, name + pascal(key), aliases, key) for key, item in schema["properties"].items()
        }
        rest = schema["additionalProperties"]
        if isinstance(rest, dict):
            rest = self.inline(rest, f"{name}Value", aliases)
        return {**schema, "properties": properties, "additionalProperties": rest}

    def inline(self, schema: Schema, name: str, aliases: tuple[str, ...] = (), about: str = "") -> Schema:
        """
        Return a schema with all objects and enums in it replaced by references.

        `name` is the name by place, `about` the property or parameter that it stands in. Components that are neither
        object nor enum are put in their place; one that leads to itself again is anything.
        """
        self.schemas_read += 1
        if self.schemas_read > MOST_SCHEMAS:
            raise GeneratorError(
                f"The schemas come to more than {MOST_SCHEMAS:,} once those that are no class are put in their places:"
                " the description means to exhaust its reader."
            )
        if "$ref" in schema:
            target = str(schema["$ref"]).removeprefix(SCHEMAS)
            resolved = self.components[target]
            if is_model(resolved) or is_enum(resolved):
                return {"$ref": f"{SCHEMAS}{target}", **_beside(schema)}
            if target in aliases:
                return {}
            return self.inline({**resolved, **_beside(schema)}, class_name(target), (*aliases, target), about)
        if "properties" in schema:
            title = class_name(str(schema["title"])) if "title" in schema else name
            return self._keep(self.insides(schema, title, aliases), name)
        if is_enum(schema):
            # "low" to "high" of a quality and of a search's depth are two things: enums are one by values and name.
            return self._keep(schema, name, about)
        if "anyOf" in schema:
            branches = [
                self.inline(branch, name + suffix, aliases, about)
                for branch, suffix in zip(schema["anyOf"], _suffixes(schema["anyOf"]), strict=True)
            ]
            flat = [inner for branch in branches for inner in branch.get("anyOf", [branch])]
            unique = [branch for index, branch in enumerate(flat) if branch not in flat[:index]]
            return {**schema, "anyOf": unique} if len(unique) > 1 else {**unique[0], **_beside(schema)}
        if "items" in schema:
            item = singular(name)
            return {**schema, "items": self.inline(schema["items"], item, aliases, about)}
        if isinstance(schema.get("additionalProperties"), dict):
            inner = self.inline(schema["additionalProperties"], f"{name}Value", aliases, about)
            return {**schema, "additionalProperties": inner}
        return schema

    def _keep(self, schema: Schema, name: str, about: str = "") -> Schema:
        # The shape is that of the schema with its insides moved out already: equal insides have equal references.
        key = hashlib.sha256(f"{about} {shape(schema)}".encode(errors="surrogatepass")).hexdigest()
        found = self.found.setdefault(key, Found(schema))
        if "title" in schema:
            found.suggest(TITLED, class_name(str(schema["title"])))
        found.suggest(PLACED, class_name(name))
        return {"$ref": f"{SCHEMAS}{key}", **_beside(schema)}


def _beside(schema: Schema) -> Schema:
    return {key: schema[key] for key in ("deprecated", "default", PICTURE) if key in schema}


def _suffixes(branches: list[Schema]) -> list[str]:
    """
    Tell the objects (or enums) of a union apart: by the one value of a property that they all have, else by number.
    """
    objects = [branch for branch in branches if is_model(branch) or is_enum(branch)]
    if len(objects) < 2:
        return [""] * len(branches)
    for key in ("type", "role", "object", "kind", "name"):
        values = [_only_value(branch, key) for branch in objects]
        if all(values) and len(set(values)) == len(values):
            texts = iter(values)
            return [pascal(str(next(texts))) if branch in objects else "" for branch in branches]
    numbers = iter(range(1, len(objects) + 1))
    return [str(next(numbers)) if is_model(branch) or is_enum(branch) else "" for branch in branches]


def _only_value(schema: Schema, key: str) -> str | None:
    values = schema.get("properties", {}).get(key, {}).get("enum", ())
    return str(values[0]) if len(values) == 1 else None
