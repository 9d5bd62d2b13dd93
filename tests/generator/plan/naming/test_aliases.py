"""A program for an older version runs on the newer client, or gets a warning or an error with the reason."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.drift.python_api.breaks import breaks
from generator.drift.python_api.surface import Surface
from generator.install.verify import verify
from generator.plan import Version, plan_version
from generator.plan.naming.lock import Alias
from generator.plan.naming.lock_file import names_text, parse_names
from generator.plan.naming.promises import applied_aliases
from generator.render.render import render
from generator.spec.identity import pair_operations, written
from generator.spec.overlay import load
from tests.generator.clients import copy_client

Document = dict[str, Any]

LEVEL = {"type": "string", "enum": ["low", "high"]}
TEXT = {"type": "string"}


def json_of(schema: Document) -> Document:
    return {"content": {"application/json": {"schema": schema}}}


def thing(*, closed: bool, **properties: Document) -> Document:
    return {"type": "object", "properties": properties, **({"additionalProperties": False} if closed else {})}


def api(version: str, paths: dict[str, tuple[Document, list[Document]]]) -> Document:
    """A contract with a POST for each path: the schema of its body, and its parameters."""
    return {
        "openapi": "3.0.0",
        "info": {"version": version},
        "paths": {
            path: {
                "post": {
                    "parameters": parameters,
                    "requestBody": json_of(schema),
                    "responses": {"200": json_of(thing(closed=False, id=TEXT, level=LEVEL))},
                }
            }
            for path, (schema, parameters) in paths.items()
        },
        "components": {"schemas": {}},
    }


LIMIT = {"in": "query", "name": "maxItems", "schema": {"type": "integer"}}
OLD = api(
    "20260101.000000",
    {
        "/open/make": (thing(closed=False, prompt=TEXT, oldSeed=TEXT, mood=LEVEL), [LIMIT]),
        "/closed/make": (thing(closed=True, prompt=TEXT, oldSeed=TEXT), []),
        "/lost/things/make": (thing(closed=False, prompt=TEXT), []),
        "/open/stop": (thing(closed=False, prompt=TEXT), []),
    },
)
NEW = api(
    "20260301.000000",
    {
        "/open/make": (thing(closed=False, prompt=TEXT), []),
        "/closed/make": (thing(closed=True, prompt=TEXT), []),
    },
)
OVERLAY = """
overlay: "1.0.0"
info: {title: t, version: "1"}
actions:
  - target: $.paths['/open/make'].post
    update: {x-python-name: wide.create}
  - target: $.paths['/open/make'].post.responses['200'].content['application/json'].schema
    update: {title: Made}
"""
NONE = 'overlay: "1.0.0"\ninfo: {title: t, version: "1"}\nactions: [{target: $.info, update: {}}]\n'


@pytest.fixture(scope="module")
def versions() -> tuple[Version, Version]:
    old = plan_version(OLD, load(NONE, source="none"))
    return old, plan_version(NEW, load(OVERLAY, source="overlay"), before=old)


@pytest.fixture(scope="module")
def client(versions: tuple[Version, Version], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client of the newer version, with the names that the older one had."""
    _, new = versions
    folder = tmp_path_factory.mktemp("aliased")
    stage = copy_client(folder)
    render(new.plan, new.names, stage)
    verify(new.described.document, stage)
    return folder


def test_the_lock_has_every_removed_name(versions: tuple[Version, Version]) -> None:
    old, new = versions
    assert {one.name for one in old.plan.operations} == {"open.make", "open.stop", "closed.make", "lost.things_make"}
    aliases = new.names.aliases
    assert aliases.operations["open.make"] == Alias("2026-03-01", to="wide.create")
    assert aliases.operations["lost.things_make"] == Alias("2026-03-01")
    assert aliases.arguments["wide.create"] == {
        "max_items": Alias("2026-03-01", wire="maxItems", location="query"),
        "mood": Alias("2026-03-01", wire="mood", location="property"),
        "old_seed": Alias("2026-03-01", wire="oldSeed", location="property"),
    }
    lost = {*old.plan.models, *old.plan.enums} - {*new.plan.models, *new.plan.enums}
    assert lost
    assert lost <= aliases.classes.keys()


def test_only_a_removed_name_without_alias_is_a_break(versions: tuple[Version, Version]) -> None:
    old, new = versions
    pairs, _ = pair_operations(old.contract, new.contract)
    found = breaks(Surface(old), Surface(new), {written(one): written(other) for one, other in pairs.items()})
    assert [one.said for one in found] == [
        "closed.make(old_seed) is gone",
        "OpenStopRequest is gone",
        "ClosedMakeRequest.old_seed is gone",
    ]


def test_the_class_of_a_removed_enum_becomes_an_alias_of_its_plain_type(versions: tuple[Version, Version]) -> None:
    assert versions[1].names.aliases.classes["OpenMakeRequestMood"] == Alias("2026-03-01", to="str")


PROGRAM = """
from venice_client import Venice, models

venice = Venice(api_key="k")
venice.open.make(prompt="a")
venice.lost.things_make()
stopped: models.OpenStopRequest
mood: models.OpenMakeRequestMood = "low"
made: models.OpenMakeResponse = venice.wide.create(prompt="a")
"""


@pytest.mark.slow
def test_a_type_checker_reports_removed_names_as_deprecated(client: Path) -> None:
    program = client / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    # Libraries are left out: most of the time would be theirs.
    options = ["--enable-error-code", "deprecated", "--no-incremental", "--no-site-packages"]
    command = [sys.executable, "-m", "mypy", *options, "program.py"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=client, timeout=120)
    shown = [line for line in result.stdout.splitlines() if line.startswith("program.py") and "error" in line]
    since = "since the API contract of 2026-03-01"
    assert [f"open.make is called wide.create {since}" in line for line in shown] == [True, False, False]
    assert f"lost.things_make is gone {since}" in shown[1]
    assert f"OpenStopRequest is gone {since}" in shown[2]


CALLS = """
import pickle, warnings
import httpx
import venice_client
from venice_client import Venice, models

def run(call):
    sent.clear()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = call()
        except Exception as error:
            value = f"{type(error).__name__}: {error}"
    return [str(one.message) for one in caught], list(sent), str(value)

def answer(request):
    sent.append([request.url.path, str(request.url.query, "ascii"), json.loads(request.content)])
    return httpx.Response(200, json={"id": "1", "level": "low"})

sent = []
venice = Venice(api_key="k", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
made = venice.wide.create(prompt="a")
older = pickle.dumps(made, 0).replace(b"VMade", b"V" + given["old"].encode())
body = [name for name in given["classes"] if name.endswith("Request") and "Open" in name][0]
json.dump({
    "renamed": run(lambda: venice.open.make(prompt="a")),
    "gone": run(lambda: venice.open.stop(prompt="a")),
    "lost": run(lambda: venice.lost.things_make(prompt="a")),
    "never": run(lambda: venice.open.jump()),
    "open": run(lambda: venice.wide.create(prompt="a", old_seed="7", max_items=3)),
    "closed": run(lambda: venice.closed.make(prompt="a", old_seed="7")),
    "unset": run(lambda: venice.wide.create(prompt="a", old_seed=None)),
    "misspelt": run(lambda: venice.wide.create(prompt="a", old_sed="7")),
    "classes": {name: run(lambda: getattr(models, name)) for name in given["classes"]},
    "no class": run(lambda: models.NeverThere),
    "field": run(lambda: models.__getattr__(given["body"])(prompt="a", old_seed="7").to_dict()),
    "read": run(lambda: models.__getattr__(given["body"]).from_dict({"oldSeed": "7"}).old_seed),
    "answer": run(lambda: made.level),
    "pickle": run(lambda: type(pickle.loads(older)).__name__),
}, sys.stdout)
"""


@pytest.mark.slow
def test_programs_for_the_older_version_run_or_report_the_reason(
    versions: tuple[Version, Version], client: Path, run_on: Callable[..., Any]
) -> None:
    old, new = versions
    classes = sorted({*old.plan.models, *old.plan.enums})
    body = next(iter(next(one for one in new.plan.operations if one.name == "wide.create").body_models.values())).name
    (was,) = (name for name, alias in new.names.aliases.classes.items() if alias.to == "Made")
    found = run_on(client, CALLS, classes=classes, body=body, old=was)
    since = "since the API contract of 2026-03-01"
    warned, sent, _ = found["renamed"]
    assert warned == [f"open.make is called wide.create {since}"]
    assert sent == [["/api/v1/open/make", "", {"prompt": "a"}]]
    assert found["gone"] == [[], [], f"OperationUnavailableError: open.stop is gone {since}"]
    assert found["lost"] == [[], [], f"OperationUnavailableError: lost.things_make is gone {since}"]
    assert found["never"][2].startswith("AttributeError: ")
    warned, sent, _ = found["open"]
    assert sent == [["/api/v1/open/make", "maxItems=3", {"prompt": "a", "oldSeed": "7"}]]
    assert min(warned) == f"wide.create(max_items) is gone {since}; it is sent as extra_query anyway"
    assert len(warned) == 2
    assert found["closed"][:2] == [[], []]
    assert f"closed.make(old_seed) is gone {since}, and the API refuses it; leave it out" in found["closed"][2]
    assert found["unset"][:2] == [[], [["/api/v1/open/make", "", {"prompt": "a"}]]]
    assert "unexpected argument 'old_sed'" in found["misspelt"][2]
    for name, (warned, _, value) in found["classes"].items():
        assert "Error" not in value.split(":")[0], (name, value)
        assert len(warned) == (name in new.names.aliases.classes), (name, warned)
    assert found["no class"][2].startswith("AttributeError: ")
    assert (
        found["field"][2] == "{'oldSeed': '7', 'prompt': 'a'}" or found["field"][2] == "{'prompt': 'a', 'oldSeed': '7'}"
    )
    assert found["read"][2] == "7"
    assert found["pickle"] == [[f"{was} is called Made {since}"], [], "Made"]


PAGED = """
overlay: "1.0.0"
info: {title: t, version: "1"}
actions:
  - target: $.paths['/things'].get
    update: {x-python-name: NAME, x-python-paging: {by: offset, parameter: offset, items: data}}
"""


def paged(name: str, version: str, *, offset: bool = True, before: Version | None = None) -> Version:
    """Return the plan of a list of things, which is paged where it takes an offset."""
    parameters = [{"in": "query", "name": "offset", "schema": {"type": "integer"}}] if offset else []
    page = thing(closed=False, data={"type": "array", "items": thing(closed=False, id=TEXT)})
    contract = api(version, {})
    contract["paths"] = {"/things": {"get": {"parameters": parameters, "responses": {"200": json_of(page)}}}}
    return plan_version(contract, load(PAGED.replace("NAME", name), source="overlay"), before=before)


def test_a_method_that_iterates_over_pages_leads_to_its_new_name_or_says_that_it_is_gone() -> None:
    first = paged("things.fetch", "20260101.000000")
    assert first.names.aliases.operations == {}
    renamed = paged("things.list", "20260201.000000", before=first)
    moved = Alias("2026-02-01", to="things.list"), Alias("2026-02-01", to="things.iterate")
    assert renamed.names.aliases.operations == dict(zip(("things.fetch", "things.iterate_fetch"), moved, strict=True))
    lost = paged("things.list", "20260301.000000", offset=False, before=renamed)
    assert lost.names.aliases.operations == {
        **renamed.names.aliases.operations,
        "things.iterate": Alias("2026-03-01"),
    }
    back = paged("things.list", "20260401.000000", before=lost)
    assert back.names.aliases.operations == renamed.names.aliases.operations
    assert parse_names(names_text(lost.names)).aliases.operations == lost.names.aliases.operations


SHARED = """
overlay: "1.0.0"
info: {title: t, version: "1"}
actions:
  - target: $.paths['/video/queue'].post
    update: {x-python-name: video.queue, x-python-job: a video}
  - target: $.paths['/things'].get
    update: {x-python-name: things.list, x-python-paging: {by: offset, parameter: offset, items: data}}
"""


def test_all_methods_that_take_the_arguments_of_an_operation_take_those_that_it_had_before() -> None:
    def version(date: str, before: Version | None = None) -> Version:
        is_old = before is None
        order = thing(closed=False, prompt=TEXT, **({"oldSeed": TEXT} if is_old else {}))
        names = ["offset", "search"] if is_old else ["offset"]
        parameters = [{"in": "query", "name": name, "schema": {"type": "integer"}} for name in names]
        page = thing(closed=False, data={"type": "array", "items": thing(closed=False, id=TEXT)})
        contract = api(date, {"/video/queue": (order, [])})
        contract["paths"]["/things"] = {"get": {"parameters": parameters, "responses": {"200": json_of(page)}}}
        return plan_version(contract, load(SHARED, source="overlay"), before=before)

    new = version("20260301.000000", version("20260101.000000"))
    seed = {"old_seed": Alias("2026-03-01", wire="oldSeed", location="property")}
    search = {"search": Alias("2026-03-01", wire="search", location="query")}
    assert applied_aliases(new.plan, new.names.aliases).arguments == {
        **dict.fromkeys(("video.queue", "video.generate", "video.submit"), seed),
        **dict.fromkeys(("things.list", "things.iterate"), search),
    }


@pytest.mark.slow
def test_a_client_says_since_when_a_list_has_no_pages(tmp_path: Path, run_on: Callable[..., Any]) -> None:
    lost = paged("things.list", "20260301.000000", offset=False, before=paged("things.list", "20260101.000000"))
    render(lost.plan, lost.names, copy_client(tmp_path))
    code = """
from venice_client import Venice
try:
    Venice(api_key="k").things.iterate()
except Exception as error:
    print(json.dumps([type(error).__name__, str(error)]))
"""
    kind, text = run_on(tmp_path, code)
    assert kind == "OperationUnavailableError"
    assert "things.iterate is gone since the API contract of 2026-03-01" in text
