"""
Parsing of text that a client sent: strict JSON, the parts of a multipart form, values of parameters.

Texts are turned into the types that the schema declares; a text that fits none of them stays a text, so that
the validator can report what is wrong with it. Nothing here validates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import attrs
from werkzeug.formparser import MultiPartParser

from .contract import Contract

NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")

# A schema without these keywords accepts anything.
SAYING = frozenset({"type", "enum", "format", "properties", "items", "additionalProperties", "allOf", "anyOf", "oneOf"})


@attrs.frozen
class Form:
    """
    A multipart form: `value` holds the texts, `files` the files, `instance` both, as the schema sees them.
    """

    value: dict[str, Any]
    files: dict[str, list[bytes]]
    instance: dict[str, Any]
    problems: list[str]


def strict_json(body: bytes) -> Any:
    """JSON as RFC 8259 has it, else ValueError: UTF-8 without a mark, no key twice, no NaN or Infinity."""
    if body.startswith(b"\xef\xbb\xbf"):
        raise ValueError("the JSON starts with a byte order mark")
    return json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)


def coerced(contract: Contract, schema: Mapping[str, Any], text: str) -> Any:
    """A text as a value of the declared type: numbers, booleans, and JSON for arrays and objects."""
    types = {leaf.get("type") for leaf in contract.leaves(schema)}
    if types & {"integer", "number"} and NUMBER.fullmatch(text):
        return json.loads(text)
    if "boolean" in types and text in {"true", "false"}:
        return text == "true"
    if types & {"array", "object"} and text[:1] in {"[", "{"}:
        try:
            return strict_json(text.encode())
        except ValueError:
            return text
    return text


def multipart(contract: Contract, schema: Mapping[str, Any], body: bytes, boundary: str) -> Form:
    """
    The parts of a form. A name may come twice only where an array is declared; ValueError: no form at all.
    """
    texts, uploads = MultiPartParser().parse(BytesIO(body), boundary.encode("ascii"), len(body))
    declared = properties(contract, schema)
    form = Form({}, {}, {}, [])
    for name, upload in uploads.items(multi=True):
        content = upload.read()
        upload.close()
        form.files.setdefault(name, []).append(content)
        if name not in declared:
            form.problems.append(f"body: a file is sent as {name!r}, which is not declared")
        elif not takes_file(contract, declared[name]):
            form.problems.append(f"body: a file is sent as {name!r}, which takes none")
        _put(contract, form, declared, name, content)
    for name, text in texts.items(multi=True):
        item = _item(contract, declared.get(name, {}))
        value = coerced(contract, item, text)
        if any(leaf.get("format") == "binary" for leaf in contract.leaves(item)):
            form.problems.append(f"body: {name!r} takes a file and is sent as text")
        _put(contract, form, declared, name, value)
        form.value[name] = form.instance[name]
    return form


def properties(contract: Contract, schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The schemas of all properties that a schema declares in any of its parts."""
    found: dict[str, Mapping[str, Any]] = {}
    for leaf in contract.leaves(schema):
        for name, node in leaf.get("properties", {}).items():
            found.setdefault(name, node)
    return found


def takes_file(contract: Contract, schema: Mapping[str, Any]) -> bool:
    """Whether a file fits: a binary string, a schema that says nothing, or an array of these."""
    leaves = list(contract.leaves(_item(contract, schema)))
    return any(leaf.get("format") == "binary" or not leaf.keys() & SAYING for leaf in leaves)


def _is_array(contract: Contract, schema: Mapping[str, Any]) -> bool:
    return bool(contract.resolve(schema).get("type") == "array")


def _item(contract: Contract, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    node: Mapping[str, Any] = contract.resolve(schema)
    return node.get("items", {}) if node.get("type") == "array" else node


def _put(contract: Contract, form: Form, declared: Mapping[str, Any], name: str, value: Any) -> None:
    if _is_array(contract, declared.get(name, {})):
        form.instance.setdefault(name, []).append(value)
        return
    if name in form.instance:
        form.problems.append(f"body: {name!r} is sent more than once")
    form.instance[name] = value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the JSON has a key twice: {next(n for n in names if names.count(n) > 1)!r}")
    return result


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
