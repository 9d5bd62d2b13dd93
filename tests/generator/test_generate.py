"""From a contract to a client: nothing of a description is lost, or the generation fails and names it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import generator.generate
from generator.errors import GeneratorError, VerificationError
from generator.generate import describe, generate
from generator.plan import plan_of
from generator.spec.contract import METHODS
from tests.contracts import contract as published
from tests.thorough import THOROUGH

Document = dict[str, Any]
REAL = ["2025-06-12", "2025-07-08", "2025-12-04", "2026-04-09.4d60e15f", "2026-08-05.ce2bfa60", "2026-08-22"]
TRIED = REAL if THOROUGH else [REAL[0], REAL[3], REAL[-1]]


# Real descriptions


def declared(contract: Document) -> dict[str, Any]:
    """What a contract declares, counted without the generator's own passes."""
    components = contract.get("components", {})

    def target(value: Document) -> Document:
        while "$ref" in value:
            kind, _, name = value["$ref"].removeprefix("#/components/").partition("/")
            value = components[kind][name]
        return value

    found = {}
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                given = [target(one) for one in [*operation.get("parameters", []), *item.get("parameters", [])]]
                answers = {key: target(one) for key, one in operation.get("responses", {}).items()}
                found[f"{method.upper()} {path}"] = {
                    "bodies": sorted(target(operation.get("requestBody", {})).get("content", {})),
                    "parameters": sorted({(one["in"], one["name"]) for one in given}),
                    "answers": {key: sorted(one.get("content", {})) for key, one in answers.items()},
                }
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


LISTED = """
from venice_client import api
json.dump({key: {
    "bodies": sorted(operation.bodies),
    "parameters": sorted([item.location, item.wire] for item in operation.parameters),
    "answers": {status: sorted(kinds) for status, kinds in operation.results.items()},
} for key, operation in api.OPERATIONS.items()}, sys.stdout)
"""


@pytest.mark.slow
@pytest.mark.parametrize("start", TRIED)
def test_a_published_description_loses_no_operation_media_type_or_parameter(
    start: str, client_of: Callable[[Document], Path], run_on: Callable[..., Any]
) -> None:
    contract = published(start)
    found = run_on(client_of(contract), LISTED)
    expected = declared(contract)
    assert found.keys() == expected.keys()
    for key, operation in expected.items():
        assert found[key]["bodies"] == operation["bodies"], key
        assert [item for item in operation["parameters"] if item not in found[key]["parameters"]] == [], key
        for status, kinds in operation["answers"].items():
            more = set(found[key]["answers"][status]) - set(kinds)
            assert more <= {"text/event-stream"}, key
            assert set(kinds) <= set(found[key]["answers"][status]), key


# Reported changes, and unchanged files


@pytest.mark.slow
def test_duplicate_operation_ids_become_different_methods(
    client_of: Callable[[Document], Path], contract_of: Callable[..., Document], run_on: Callable[..., Any]
) -> None:
    contract = contract_of()
    contract["paths"]["/others"] = contract["paths"]["/things"]
    contract["paths"]["/Things"] = contract["paths"]["/things"]
    found = run_on(
        client_of(contract),
        "from venice_client import api\njson.dump([i.name for i in api.OPERATIONS.values()], sys.stdout)",
    )
    assert sorted(found) == ["others.make", "things.make", "things.make_thing"]


@pytest.mark.parametrize(
    ("change", "reported"),
    [
        ({"requestBody": {"$ref": "#/components/requestBodies/lost"}}, "requestBodies/lost"),
        ({"parameters": [{"$ref": "#/components/parameters/lost"}]}, "parameters/lost"),
        ({"parameters": [{"in": "query"}]}, "POST /things: a parameter without name or place"),
        ({"responses": {"twohundred": {}}}, "'twohundred' is not a status"),
        ({"responses": {"200": {"$ref": "#/components/responses/a"}}}, "leads in a circle"),
        ({"parameters": [{"in": "query", "name": "q", "schema": {"$ref": "#/components/schemas/lost"}}]}, "'lost'"),
        ({"parameters": [{"in": "query", "name": "q", "schema": {"type": {"a": 1}}}]}, "another type"),
    ],
)  # fmt: skip
def test_an_unresolvable_description_is_refused_and_nothing_is_written(
    change: Document, reported: str, tmp_path: Path, contract_of: Callable[..., Document]
) -> None:
    a = {"responses": {"a": {"$ref": "#/components/responses/a"}}}
    with pytest.raises(GeneratorError) as caught:
        generate(contract_of(components=a, **change), tmp_path / "out" / "venice_client")
    assert reported in str(caught.value)
    assert str(caught.value).endswith("or mend this one in spec/overlay.yaml.")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_failure_leaves_the_existing_client_unchanged(
    tmp_path: Path, contract_of: Callable[..., Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "venice_client"
    generate(contract_of(), target)
    before = {file: file.read_bytes() for file in sorted(tmp_path.rglob("*")) if file.is_file()}

    def loses(*_: Any) -> None:
        raise VerificationError("POST /things is missing")

    monkeypatch.setattr(generator.generate, "verify", loses)
    with pytest.raises(VerificationError, match="POST /things is missing"):
        generate(contract_of(operationId="other"), target)
    assert {file: file.read_bytes() for file in sorted(tmp_path.rglob("*")) if file.is_file()} == before


@pytest.mark.slow
def test_a_second_generation_reports_no_changed_file(tmp_path: Path, contract_of: Callable[..., Document]) -> None:
    first = generate(contract_of(), tmp_path / "venice_client")
    second = generate(contract_of(), tmp_path / "venice_client")
    third = generate(contract_of(operationId="other"), tmp_path / "venice_client")
    assert first.operations == second.operations == 1
    assert "api/things/make.py" in first.changed
    assert second.changed == ()
    assert {"api/things/make.py", "api/things/other.py"} <= set(third.changed)


def test_the_input_is_not_changed(contract_of: Callable[..., Document]) -> None:
    contract = contract_of({"Thing": {"type": "object", "properties": {"a": {"enum": ["x", "y"]}}}})
    before = json.dumps(contract)
    plan_of(describe(contract).document)
    assert json.dumps(contract) == before


MAKE = """
import hashlib, sys
from pathlib import Path
from generator.source.document import read_file
from generator.generate import generate
from generator.files import CLIENT, PACKAGE
place = Path(sys.argv[2]) / PACKAGE
generate(read_file(Path(sys.argv[1])), place)
for file in sorted(place.rglob("*.py")):
    if file.relative_to(place).parts[0] in ("api", "models"):
        print(file.relative_to(place), hashlib.sha256(file.read_bytes()).hexdigest())
"""


@pytest.mark.slow
def test_generated_files_do_not_depend_on_hash_seed_and_checkout(
    tmp_path: Path, checkout: Callable[..., Path], start_in: Callable[..., Any]
) -> None:
    runs = []
    for name, seed in (("one", "1"), ("an other/place", "2")):
        place = checkout(name, small=False)
        runs.append(
            start_in(
                place, MAKE, str(place / "spec" / "swagger.yaml"), str(tmp_path / f"out{seed}"), PYTHONHASHSEED=seed,
                TZ=f"UTC+{seed}", LC_ALL=("C", "C.UTF-8")[int(seed) - 1],
            )
        )  # fmt: skip
    first, second = ([*run.communicate(timeout=120), run.returncode] for run in runs)
    assert first[2] == second[2] == 0, first[1] + second[1]
    assert first[0] == second[0]
    assert first[0].count("\n") > 200
