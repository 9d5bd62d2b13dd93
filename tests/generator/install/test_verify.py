"""An incomplete client, or one that cannot be imported, is reported with the missing parts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.errors import VerificationError
from generator.generate import generate
from generator.install import verify as module
from generator.install.verify import verify

pytestmark = pytest.mark.slow

JSON = {"schema": {"$ref": "#/components/schemas/Thing"}}
KEY = "POST /things/{id}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, contract_of: Callable[..., Any]) -> tuple[dict[str, Any], Path]:
    contract = contract_of(
        {"Thing": {"type": "object", "properties": {"a": {"type": "string"}}}},
        path="/things/{id}",
        parameters=[{"in": "query", "name": "q", "required": True}, {"in": "header", "name": "X-A"}],
        requestBody={"content": {"application/json": JSON, "multipart/form-data": JSON}},
        responses={"200": {"content": {"application/json": JSON, "image/png": {}}}, "2xx": {}, "default": {}},
        security=[{"key": []}, {}],
        components={"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    )
    stage = tmp_path_factory.mktemp("made") / "venice_client"
    generate(contract, stage)
    return contract, stage


@pytest.fixture
def tampered(made: tuple[dict[str, Any], Path], tmp_path: Path) -> tuple[dict[str, Any], Path]:
    shutil.copytree(made[1], tmp_path / "venice_client")
    return made[0], tmp_path / "venice_client"


def problems(contract: dict[str, Any], stage: Path) -> str:
    with pytest.raises(VerificationError) as caught:
        verify(contract, stage)
    return str(caught.value)


def rewrite(file: Path, pattern: str, text: str) -> None:
    changed, count = re.subn(pattern, text, file.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert count
    file.write_text(changed, encoding="utf-8")


def test_a_complete_client_passes(made: tuple[dict[str, Any], Path]) -> None:
    verify(*made)


def test_a_removed_module_is_named(tampered: tuple[dict[str, Any], Path]) -> None:
    (tampered[1] / "models" / "thing.py").unlink()
    assert "models.Thing does not import: ModuleNotFoundError" in problems(*tampered)


def test_a_method_missing_from_a_client_is_named(tampered: tuple[dict[str, Any], Path]) -> None:
    rewrite(
        tampered[1] / "api" / "resources.py", r"def things\(self\) -> AsyncThings", "def other(self) -> AsyncThings"
    )
    found = problems(*tampered)
    assert f"{KEY}: AsyncVenice has no method things.make" in found
    assert f"{KEY}: Venice has" not in found


def test_a_removed_endpoint_is_named(tampered: tuple[dict[str, Any], Path]) -> None:
    (tampered[1] / "api" / "things" / "make.py").unlink()
    assert "venice_client.api.things.make" in problems(*tampered)


def test_a_syntax_error_is_named(tampered: tuple[dict[str, Any], Path]) -> None:
    (tampered[1] / "models" / "thing.py").write_text("class (:", encoding="utf-8")
    assert "venice_client.models.thing does not import: SyntaxError" in problems(*tampered)


def test_a_package_that_does_not_import_at_all_is_reported(tampered: tuple[dict[str, Any], Path]) -> None:
    (tampered[1] / "api" / "__init__.py").write_text("import nothing_of_that_name", encoding="utf-8")
    assert "nothing_of_that_name" in problems(*tampered)


def test_resources_hidden_by_a_folder_of_that_name_are_reported(tampered: tuple[dict[str, Any], Path]) -> None:
    (tampered[1] / "api" / "resources").mkdir()
    (tampered[1] / "api" / "resources" / "__init__.py").touch()
    assert "api.resources" in problems(*tampered)


def test_each_wrong_declaration_of_an_endpoint_is_named(tampered: tuple[dict[str, Any], Path]) -> None:
    wrong = [
        (r'"image/png": Binary\(\),?', "", "responses"),
        (r'"multipart/form-data": Ref\([^)]*\),?', "", "bodies"),
        (r'wire="q"', 'wire="other"', "parameters"),
        (r'Scheme\("key"', 'Scheme("other"', "security"),
        (r"def sync_detailed", "def renamed", "functions"),
        (r'method="POST"', 'method="GET"', "method"),
    ]
    for pattern, text, _ in wrong:
        rewrite(tampered[1] / "api" / "things" / "make.py", pattern, text)
    found = problems(*tampered)
    assert sorted(re.findall(rf"{re.escape(KEY)}: (\w+) should be", found)) == sorted(part for *_, part in wrong)


def test_a_parameter_that_is_no_longer_required_is_named(tampered: tuple[dict[str, Any], Path]) -> None:
    rewrite(tampered[1] / "api" / "things" / "make.py", r"required=True", "required=False")
    assert f"{KEY}: parameters should be" in problems(*tampered)


def test_missing_and_surplus_operations_are_named(tampered: tuple[dict[str, Any], Path]) -> None:
    contract, stage = tampered
    paths = {"/other": contract["paths"]["/things/{id}"]}
    found = problems({**contract, "paths": paths}, stage)
    assert "POST /other is missing" in found
    assert f"{KEY} is not in the contract" in found


def test_only_the_first_of_many_problems_are_listed(tampered: tuple[dict[str, Any], Path]) -> None:
    contract, stage = tampered
    paths = {f"/other{number}": contract["paths"]["/things/{id}"] for number in range(40)}
    assert "and 21 more" in problems({**contract, "paths": paths}, stage)


def test_a_module_whose_import_does_not_end_times_out(
    tampered: tuple[dict[str, Any], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 1)
    (tampered[1] / "__init__.py").write_text("import time; time.sleep(60)", encoding="utf-8")
    assert "not imported within 1 s" in problems(*tampered)
