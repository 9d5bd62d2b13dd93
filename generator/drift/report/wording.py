"""
Findings in words: one line each, which names the field and the value. It knows kinds of changes and no rule.

`message` is the whole line; `headline` puts several together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generator.drift.compare.access import NO_KEY
from generator.drift.compare.changes import Kind, Place
from generator.drift.judge.classes import Class
from generator.drift.judge.findings import Finding
from generator.drift.report import sentences
from generator.drift.report.values import joined, listed, shown
from generator.errors import first_few, printable

_NAMED = 3
_WORDS, _LONG = 6, 70  # so many alternatives, with so many characters, are listed
_LIMITS = {
    "maxItems": "up to {} items", "minItems": "at least {} items", "maxLength": "up to {} characters",
    "minLength": "at least {} characters", "maximum": "up to {}", "minimum": "at least {}",
    "maxProperties": "up to {} properties", "minProperties": "at least {} properties", "multipleOf": "multiples of {}",
    "exclusiveMaximum": "less than {}", "exclusiveMinimum": "more than {}",
}  # fmt: skip
_OTHER_LIMIT = {
    "exclusiveMaximum": "maximum", "maximum": "exclusiveMaximum",
    "exclusiveMinimum": "minimum", "minimum": "exclusiveMinimum",
}  # fmt: skip
_DEFAULTS = (Kind.DEFAULT_ADDED, Kind.DEFAULT_CHANGED, Kind.DEFAULT_REMOVED)

_PLAIN = {
    Kind.OPERATION_MOVED, Kind.SCHEMA_RENAMED, Kind.SCHEMA_REMOVED, Kind.INLINE_BECAME_REF, Kind.SCHEMA_INLINED,
    Kind.REF_TARGET_CHANGED, Kind.PROPERTY_RENAMED, Kind.PROPERTY_RENAMED_OPEN, Kind.HEADER_RENAMED,
    Kind.PATH_PARAMETER_RENAMED, Kind.PARAMETER_RENAMED, Kind.SECURITY_SCHEME_RENAMED, Kind.OPERATION_ID_CHANGED,
    Kind.OPERATION_ID_FALLBACK_CHANGED, Kind.FIRST_TAG_CHANGED, Kind.VERSION_CHANGED, Kind.TYPE_CHANGED,
    Kind.TYPE_NARROWED, Kind.TYPE_WIDENED, Kind.BRANCH_ADDED, Kind.BRANCH_REMOVED, Kind.BECAME_UNION,
    Kind.SECURITY_REMOVED, Kind.SECURITY_SCHEME_CHANGED, Kind.BODY_ADDED, Kind.BODY_ADDED_REQUIRED,
    Kind.SERVER_CHANGED, Kind.PATTERN_UNDECIDED,
}  # fmt: skip
"""Kinds whose values are names: they are shown without quotes."""


def message(finding: Finding) -> str:
    """Return a finding in one line: first what it does to Python, then what differs."""
    said = cause(finding)
    if not finding.python:
        return said
    python = f"in Python, {'; '.join(finding.python)}"
    if finding.cls is Class.SOURCE:
        return f"{python} ({said})" if said else python
    return f"{said}; {python}"


def cause(finding: Finding) -> str:
    """Return what differs in the description, without what it does to Python; empty where that is unknown."""
    said = _said(finding)
    if finding.direction == "error" and finding.kind not in (Kind.STATUS_ADDED, Kind.STATUS_REMOVED):
        said = f"{_errors(finding)}: {said}"
    return said


def _said(finding: Finding) -> str:
    kind = finding.kind
    if kind is None:
        return _of_prose(finding)
    if said := _SPECIAL[kind](finding) if kind in _SPECIAL else "":
        return said
    table = sentences.REQUEST if finding.is_sent else sentences.RESPONSE
    template = table.get(kind) or sentences.ANY.get(kind) or sentences.RESPONSE[kind]
    place = _first(finding)
    last = "or" if kind is Kind.BECAME_ENUM or table is sentences.RESPONSE else "and"
    old, new = (_value(value, kind, last) for value in (finding.old, finding.new))
    return template.format(
        s=subject(finding), the=_the(finding), field=printable(place.field) or "the body",
        holder=printable(place.holder), subject=printable(finding.subject), old=old, new=new,
        operation=joined([printable(one) for one in finding.operations], many=_NAMED),
    )  # fmt: skip


def _is_long(*lists: object) -> bool:
    words = [str(word) for held in lists if isinstance(held, list) for word in held]
    return len(words) > _WORDS or sum(map(len, words)) > _LONG


def _branch(finding: Finding) -> str:
    """Say which alternative came or went, where all of them together would be too long."""
    if not _is_long(finding.old, finding.new):
        return ""
    about, removed = subject(finding), finding.kind is Kind.BRANCH_REMOVED
    if finding.direction == "request":
        verb = "no longer accepts" if removed else "accepts"
    else:
        verb = "is no longer" if removed else "may be"
    return f"{about} {verb} {printable(finding.subject)}" + ("" if removed else " too")


def subject(finding: Finding) -> str:
    """Return what a finding is about: the field, else the parameter, the header, the body or the response."""
    place = _first(finding)
    is_body = place.holder == "body" or place.holder.startswith(("response", "error", "schema"))
    if place.field:
        dot = "" if place.field.startswith(("[", "{")) else "."
        root = "the body" if place.holder == "body" else _the(finding)
        if is_body or not place.holder:
            return printable(place.field if dot else f"{root}{place.field}")
        return printable(f"the {place.holder}{dot}{place.field}")
    if not is_body and place.holder:
        return printable(f"the {place.holder}")
    return "the body" if place.holder == "body" else _the(finding) if place.holder else "the document"


def prose_subject(finding: Finding) -> str:
    """Return what a sentence is about; its description, where that is all of an operation or of the document."""
    place = _first(finding)
    return subject(finding) if place.field or place.holder else "the description"


def _first(finding: Finding) -> Place:
    return min(finding.places, key=lambda one: (one.field.count("."), len(one.field), one), default=Place())


def _the(finding: Finding) -> str:
    return "the error response" if finding.direction == "error" else "the response"


def _errors(finding: Finding) -> str:
    found = sorted({place.holder.rpartition(" ")[2] for place in finding.places if "error " in place.holder})
    return f"error {joined(found, many=_NAMED)}" if len(found) == 1 else f"errors {joined(found, many=_NAMED)}"


def _bound(finding: Finding) -> str:
    old, new, key = finding.old, finding.new, finding.subject
    about, words = subject(finding), _LIMITS.get(key)
    verb = "accepts" if finding.is_sent else "has"
    if words is None or new is None or isinstance(new, bool):
        return f"{about}: {key} {_was(finding)}"
    said = f"{about} {verb} {words.format(shown(new))}"
    if new == 1:
        said = said.replace("properties", "property").removesuffix("s") if said.endswith("s") else said
    if old is None:
        return f"{said} (had no {key})"
    if old == new and _OTHER_LIMIT.get(key):  # the same number, which is allowed now, or is so no longer
        return f"{said} (was {_LIMITS[_OTHER_LIMIT[key]].format(shown(old))})"
    return f"{said} (was {shown(old)})"


def _changed(finding: Finding) -> str:
    return f"{subject(finding)}: {finding.subject} {_was(finding)}"


def _was(finding: Finding) -> str:
    old, new = ("null" if one is None else shown(one) for one in (finding.old, finding.new))
    is_default = finding.kind in _DEFAULTS  # null is a default like others
    if finding.kind is Kind.DEFAULT_REMOVED or (finding.new is None and not is_default):
        return f"{old} is gone"
    if finding.kind is Kind.DEFAULT_ADDED or (finding.old is None and not is_default):
        return f"{new} is new"
    return f"{new} (was {old})"


def _rest(finding: Finding) -> str:
    """Say what other properties may be; empty where that is anything or nothing."""
    about, old, new = subject(finding), finding.old, finding.new
    if finding.kind is Kind.OBJECT_OPENED and isinstance(new, dict):
        return f"{about} {'accepts' if finding.is_sent else 'may hold'} other properties ({shown(new)})"
    if isinstance(old, dict) and new is True:
        return f"other properties of {about} may be anything (was {shown(old)})"
    if isinstance(new, dict):
        return f"other properties of {about} {'must be' if finding.is_sent else 'are'} {shown(new)} (was anything)"
    return ""


def _price(finding: Finding) -> str:
    if finding.old is None or finding.new is None:
        return "a price is declared" if finding.old is None else "no price is declared any more"
    pairs = _differing(finding.old, finding.new, "")
    said = [f"{name or 'price'} {shown(new)} (was {shown(old)})" for name, old, new in pairs]
    return f"price: {joined(said, many=_NAMED)}"


def _enum(finding: Finding) -> str:
    """Say the only value that is left; empty where there are several."""
    if not isinstance(finding.new, list) or len(finding.new) != 1:
        return ""
    return f"{subject(finding)} {'must be' if finding.is_sent else 'is always'} {listed(finding.new)}"


def _required(finding: Finding) -> str:
    """Say which properties are required together; empty for other constraints."""
    value = finding.old if finding.kind is Kind.CONSTRAINT_REMOVED else finding.new
    if finding.subject not in ("anyOf", "oneOf") or not isinstance(value, list):
        return ""
    groups = [
        joined(one["required"]) for one in value if isinstance(one, dict) and isinstance(one.get("required"), list)
    ]
    verb = "need no longer have" if finding.kind is Kind.CONSTRAINT_REMOVED else "must have"
    return f"{subject(finding)} {verb} {joined([printable(one) for one in groups], 'or')}"


def _access(finding: Finding) -> str:
    return f"{subject(finding)} is {'now' if finding.new else 'no longer'} {finding.subject}"


def _key(finding: Finding) -> str:
    """Say that a key is needed, or none is; empty where the kinds of keys differ."""
    if finding.subject != NO_KEY:
        return ""
    is_new = finding.kind is Kind.SECURITY_REMOVED
    return f"a key is required ({_value(finding.new, Kind.SECURITY_REMOVED)})" if is_new else "no key is needed"


def _no_body(finding: Finding) -> str:
    """Say that no body is left; empty where it may be of another media type."""
    if finding.new is not None:
        return ""
    said = "no body is accepted any more" if finding.direction == "request" else f"{_the(finding)} has no body"
    return f"{said} (was {printable(finding.subject)})"


def _status_removed(finding: Finding) -> str:
    said = f"status {printable(finding.subject)} is no longer declared"
    if not isinstance(finding.new, list):
        return said
    return f"{said} (left: {joined([printable(str(one)) for one in finding.new])})"


def _alternative(finding: Finding) -> str:
    """Say which alternative is marked as deprecated; empty where all of the place is."""
    if finding.subject == "deprecated":
        return ""
    is_new = finding.kind is Kind.DEPRECATED
    return f"{subject(finding)} as {printable(finding.subject)} is {'' if is_new else 'no longer '}deprecated"


def _detail(finding: Finding) -> str:
    old, new = finding.old, finding.new
    if finding.subject != "discriminator" or not (isinstance(old, dict) and isinstance(new, dict)):
        return _changed(finding)
    words = [joined([f"{name} by {how}" for name, how in one.items()], many=_NAMED) for one in (new, old)]
    return f"{subject(finding)}: alternatives are distinguished in another way: {words[0]} (was {words[1]})"


def _differing(old: object, new: object, name: str) -> list[tuple[str, object, object]]:
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [*old, *(key for key in new if key not in old)]
        return [
            found
            for key in keys
            for found in _differing(old.get(key), new.get(key), f"{name}.{key}" if name else str(key))
        ]
    return [] if old == new and type(old) is type(new) else [(name, old, new)]


def _of_prose(finding: Finding) -> str:
    if finding.rule == "prose-changed":
        count = int(finding.subject)
        return f"{count:,} other {'text differs' if count == 1 else 'texts differ'} (descriptions, examples)"
    if finding.rule.startswith("python-"):
        return ""
    count = len(finding.pointers)
    where = prose_subject(finding)
    many = f" ({count} places)" if count > 1 else ""
    words = {"changed": "changed", "gone": "is gone", "new": "is new"}.get(finding.subject, "changed")
    return f"{where}: a sentence about limits, obligation or an end {words}{many}"


def _value(value: object, kind: Kind, last: str = "and") -> str:
    if kind in _PLAIN:
        words = value if isinstance(value, list) else [value]
        plain = [printable("none" if one is None else str(one), limit=80) for one in words]
        return joined(plain, "or") or "none"
    if isinstance(value, list) and not any(isinstance(one, dict) for one in value):
        return listed(value, last)
    if kind is Kind.ENCODING_CHANGED and not value:
        return "the default"
    if isinstance(value, dict) and kind in (Kind.PARAMETER_STYLE_CHANGED, Kind.ENCODING_CHANGED):
        return joined([f"{key} {shown(one)}" for key, one in value.items()])
    return shown(value) or "any value"


def reached(operations: Sequence[str], many: int = 2) -> str:
    """Return the operations that something reaches, the first ones by name."""
    names = [printable(name) for name in operations]
    if len(names) > many + 1:
        return f"{first_few(names, many)} operations"
    return joined(names, many=many + 1)


def with_operations(text: str, operations: Sequence[str]) -> str:
    """Return a text about operations with their names, unless it has them."""
    return text if all(name in text for name in operations) else f"{reached(operations)}: {text}"


_SPECIAL: dict[Kind, Callable[[Finding], str]] = {
    **dict.fromkeys((Kind.BOUND_TIGHTENED, Kind.BOUND_LOOSENED), _bound),
    **dict.fromkeys((*_DEFAULTS, Kind.FORMAT_NARROWED, Kind.FORMAT_WIDENED), _changed),
    **dict.fromkeys((Kind.BRANCH_ADDED, Kind.BECAME_UNION, Kind.BRANCH_REMOVED), _branch),
    **dict.fromkeys((Kind.OBJECT_CLOSED, Kind.OBJECT_OPENED), _rest),
    **dict.fromkeys((Kind.SECURITY_REMOVED, Kind.SECURITY_ADDED), _key),
    **dict.fromkeys((Kind.DEPRECATED, Kind.DEPRECATION_WITHDRAWN), _alternative),
    **dict.fromkeys((Kind.CONSTRAINT_ADDED, Kind.CONSTRAINT_CHANGED, Kind.CONSTRAINT_REMOVED), _required),
    Kind.BECAME_ENUM: _enum,
    Kind.DETAIL_CHANGED: _detail,
    Kind.ACCESS_CHANGED: _access,
    Kind.PRICE_CHANGED: _price,
    Kind.MEDIA_REMOVED: _no_body,
    Kind.STATUS_REMOVED: _status_removed,
}
"""Words that depend on more than the kind; where they are empty, the tables above have them."""
