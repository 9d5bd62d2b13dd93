"""
Reads the overlay's marks of the places that take a picture (`x-python-picture`), and finds them in bodies.

A mark says what no schema can: that a text is a picture, in which form it travels in JSON, and which limits the API
has for it. It stands on a property or on the items of a list, and it changes no shape. Every value of it is checked
here, since it comes out as code. On a schema that takes no text it counts for nothing: the description has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from attrs import evolve
from msgspec import Meta, Struct, convert

from generator.errors import GeneratorError
from generator.plan.extensions import PICTURE, read_extension
from generator.plan.plan import Model, PicturePlace
from generator.plan.responses import is_json
from generator.plan.walk import Place, Schema, places, references, target_of
from generator.spec.keywords import inner_schemas
from generator.spec.reach import reachable

MOST_STEPS = 50_000
"""How many schemas are looked into for one operation: an honest one has a few hundred."""

Count = Annotated[int, Meta(ge=1)]


class PictureMark(Struct, frozen=True, forbid_unknown_fields=True, rename={"form": "as", "scaled_by": "scaled-by"}):
    """A mark: the form in which a picture travels in JSON, and the limits of the API."""

    form: Literal["base64", "data-uri", "url"]
    kind: Literal["picture", "audio", "video", "file"] = "picture"
    bytes: Count | None = None
    side: Count | None = None
    pixels: tuple[Count | None, Count | None] | None = None
    """Least and most; None for one that is open."""
    url: bool | None = None
    scaled_by: Annotated[str, Meta(pattern=r"\A[A-Za-z_][A-Za-z0-9_]{0,79}\Z")] | None = None

    def __post_init__(self) -> None:
        """Refuse a range that nothing is in."""
        limits = list(filter(None, self.pixels or (1,)))
        if not limits or limits != sorted(limits):
            raise ValueError(f"pixels must be [least, most], got {self.pixels}")


def check_marks(document: dict[str, Any]) -> None:
    """Refuse a mark that says what it cannot say, or that stands where it has no meaning."""
    for place in places(document):
        if PICTURE in place.schema:
            raise _refused(place, "stands on a whole schema; put it on a property, or on the items of a list")
        _check_inside(place, place.schema)


def _check_inside(place: Place, schema: Schema) -> None:
    markable = list(schema.get("properties", {}).values())
    markable.append(schema.get("items"))
    for child in inner_schemas(schema):
        if PICTURE in child:
            if not any(child is item for item in markable):
                raise _refused(place, "stands on a part of a schema; put it on a property, or on the items of a list")
            read_extension(child[PICTURE], PictureMark, f"A mark {PICTURE} in {place.shown}")
        _check_inside(place, child)


def _refused(place: Place, problem: str) -> GeneratorError:
    return GeneratorError(f"A mark {PICTURE} in {place.shown} {problem}.")


def is_text(schema: Schema) -> bool:
    """Whether a normalised schema other than a union is a text or a file, which a picture can be sent as."""
    return schema.get("type") == "string" and "enum" not in schema


def is_picture(schema: Schema) -> bool:
    """Whether a normal schema is marked, and a picture can stand there."""
    return PICTURE in schema and any(map(is_text, schema.get("anyOf", [schema])))


def takes_any_form(schema: Schema) -> bool:
    """Whether a picture can stand there in any form that the client reads, not as a URL alone."""
    return is_picture(schema) and schema[PICTURE]["as"] != "url"


def kind_of(schema: Schema) -> str:
    """What a marked schema takes: `picture`, `audio`, `video` or `file`."""
    return str(schema[PICTURE].get("kind", "picture"))


class PictureSearch:
    """Finds the places of pictures in the bodies of operations. One search knows the models of one plan."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self._models = models
        self._leading = _leading(models)
        self._steps = 0

    def places(self, bodies: Mapping[str, Schema]) -> tuple[PicturePlace, ...]:
        """
        Return the places of all bodies of one operation, by path.

        Where several bodies have a place, the one in JSON says how a picture travels; a URL may stand there when any
        of them says so.
        """
        self._steps = 0
        found: dict[tuple[str, ...], PicturePlace] = {}
        for _, schema in sorted(bodies.items(), key=lambda item: (not is_json(item[0]), item[0])):
            for path, marked in self._walk(schema, (), ()):
                place = _place(path, marked)
                known = found.setdefault(path, place)
                found[path] = evolve(known, takes_url=known.takes_url or place.takes_url)
        return tuple(found[path] for path in sorted(found))

    def _walk(
        self, schema: Schema, path: tuple[str, ...], within: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], Schema]]:
        """Yield the marked schemas with their paths. What stands inside of itself is gone into once."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise GeneratorError(
                f"It takes more than {MOST_STEPS:,} steps to find where one operation takes pictures: the description"
                " means to exhaust its reader."
            )
        if is_picture(schema):
            yield path, schema
        name = target_of(schema)
        if name in self._leading and name not in within:
            for field in self._models[name].fields:
                yield from self._walk(field.schema, (*path, field.wire), (*within, name))
        for branch in schema.get("anyOf", ()):
            yield from self._walk(branch, path, within)
        if "items" in schema:
            yield from self._walk(schema["items"], (*path, "*"), within)


def _leading(models: Mapping[str, Model]) -> set[str]:
    """The models that hold a marked field, however deep: no search goes into any other."""
    holders: dict[str, set[str]] = {}
    marked = []
    for name, model in models.items():
        for field in model.fields:
            for inner in references(field.schema):
                holders.setdefault(inner, set()).add(name)
            if _is_marked(field.schema):
                marked.append(name)
    return reachable(marked, lambda name: holders.get(name, ()))


def _is_marked(schema: Schema) -> bool:
    return is_picture(schema) or any(map(_is_marked, inner_schemas(schema)))


def _place(path: tuple[str, ...], schema: Schema) -> PicturePlace:
    mark = convert(schema[PICTURE], PictureMark)
    least, most = mark.pixels or (None, None)
    is_uri = any(branch.get("format") == "uri" for branch in schema.get("anyOf", [schema]))
    takes_url = mark.form == "url" or (is_uri if mark.url is None else mark.url)
    limits = {
        "min_pixels": least, "max_pixels": most, "max_bytes": mark.bytes, "min_side": mark.side,
        "scaled_by": mark.scaled_by,
    }  # fmt: skip
    declared = {name: limit for name, limit in limits.items() if limit is not None}
    return PicturePlace(path=path, form=mark.form, kind=mark.kind, takes_url=takes_url, limits=declared)
