"""
Run openapi-python-client on a prepared description with our templates, and format the result.

The tool is used as a library, on a dict. Any warning of it is an error here: by itself it exits 0 with operations
missing. It writes into an empty folder and nowhere else; `generator.install.staging` puts the result in place.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from attrs import evolve
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined
from ruff.__main__ import find_ruff_bin

from generator.errors import GeneratorError
from generator.install.inventory import GENERATED
from generator.plan.naming.identifiers import class_of, pascal
from generator.plan.naming.lock import PLAIN, Aliases, Names
from generator.plan.naming.promises import applied_aliases
from generator.plan.plan import Operation, Plan, folder
from generator.render.annotations import Writer, filters
from generator.spec.identity import written
from generator.startup import postponed

with postponed("httpcore", "httpx"):
    from openapi_python_client import Project
    from openapi_python_client.config import Config, ConfigFile, MetaType
    from openapi_python_client.parser import GeneratorData
    from openapi_python_client.parser.errors import GeneratorError as ToolError
    from openapi_python_client.parser.openapi import Endpoint

TEMPLATES = Path(__file__).parent / "templates"

# Files that the tool insists on and that are thrown away.
_UNUSED = ("package_init", "types", "client", "errors", "str_enum", "int_enum")


def render(plan: Plan, names: Names, into: Path) -> None:
    """Write `api/` and `models/` of a client into a folder that is there and empty of both; `names` is its lock."""
    output = into / "rendered"
    project = _project(plan, names, output)
    with contextlib.redirect_stdout(io.StringIO()):
        problems = list(project.build())
    if problems:
        listed = "\n".join(f"- {problem.header} {problem.detail or ''}".rstrip() for problem in problems)
        raise GeneratorError(f"openapi-python-client could not render all of the description:\n{listed}")
    for name in ("resources", "aliases"):
        text = project.env.get_template(f"{name}.py.jinja").render()
        (output / "api" / f"{name}.py").write_text(text, encoding="utf-8")
    _format(output)
    for name in GENERATED:
        (output / name).rename(into / name)
    shutil.rmtree(output)


def _project(plan: Plan, names: Names, output: Path) -> Project:
    config = Config.from_sources(
        ConfigFile(literal_enums=True, post_hooks=[], package_name_override="venice_client"),
        meta_type=MetaType.NONE,
        document_source=output,
        file_encoding="utf-8",
        overwrite=False,
        output_path=output,
    )
    data = GeneratorData.from_dict(tool_document(plan), config=config)
    if isinstance(data, ToolError):
        raise GeneratorError(f"openapi-python-client refused the description: {data.header} {data.detail or ''}")
    project = Project(openapi=data, config=config)
    plan = evolve(plan, former=tuple(sorted(names.aliases.operations)))
    writer = Writer(plan, "models.")
    operations = {(item.tag, item.module.rpartition(".")[2]): item for item in plan.operations}

    def module_of(resource: str) -> str:
        return folder(resource) if plan.has_operations(resource) else "resources"

    def operation_of(endpoint: Endpoint) -> Operation:
        return operations[str(endpoint.tags[0]), str(endpoint.name)]

    def resource_imports(resource: str) -> list[str]:
        return [
            f"from ..{module_of(child)} import Async{class_of(child)}, {class_of(child)}"
            for child in plan.children(resource)
        ]

    # Ours alone: a template that is missing must not be theirs.
    project.env.loader = ChoiceLoader(
        [FileSystemLoader(TEMPLATES), DictLoader({f"{name}.py.jinja": "" for name in _UNUSED})]
    )
    project.env.undefined = StrictUndefined
    functions, known = filters(writer), {*dict(plan.modules()), *PLAIN.values()}
    former_classes = [
        (name, alias.to if alias.to in known else "", alias.text(name))
        for name, alias in sorted(names.aliases.classes.items())
    ]
    project.env.globals.update(
        functions,
        plan=plan,
        former=former_addresses(plan, names),
        former_methods=_former_methods(names.aliases),
        module_of=module_of,
        aliases=applied_aliases(plan, names.aliases),
        former_classes=former_classes,
        class_of=class_of,
        folder=folder,
        pascal=pascal,
        operation_of=operation_of,
        resource_imports=resource_imports,
    )
    project.env.filters.update(functions, builtin=_builtin)
    return project


def tool_document(plan: Plan) -> dict[str, Any]:
    """
    Return the OpenAPI 3.1 document that the tool reads: the names of the plan, and nothing else.

    No text of the description reaches the tool, and no schema: the templates take them from the plan, and verification
    compares the rendered client with the contract. The tool gives operations and classes their modules.
    """
    paths = {
        f"/{operation.tag}/{operation.function}": {
            "get": {
                "operationId": operation.function,
                "tags": [operation.tag],
                "responses": {"200": {"description": "-"}},
            }
        }
        for operation in plan.operations
    }
    schemas: dict[str, Any] = {name: {"type": "object"} for name in plan.models}
    schemas |= {name: {"type": enum.kind, "enum": list(enum.values)} for name, enum in plan.enums.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Venice", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _former_methods(aliases: Aliases) -> dict[str, list[tuple[str, str]]]:
    """Return the methods that resources had before, by resource: the name of each, and what became of it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, alias in sorted(aliases.operations.items()):
        resource, _, function = name.rpartition(".")
        found.setdefault(resource, []).append((function, alias.text(name)))
    return found


def former_addresses(plan: Plan, names: Names) -> list[tuple[str, str]]:
    """Return the addresses that operations had before, each with the one of today, sorted."""
    today = {operation.name: operation.key for operation in plan.operations}
    found = {
        written(address): today[name]
        for name, locked in names.operations.items()
        for address in locked.addresses
        if name in today
    }
    return sorted((address, key) for address, key in found.items() if address not in today.values())


def _builtin(annotation: str) -> str:
    """A resource has methods called `list`: in its class the type goes by its full name."""
    return re.sub(r"\b(list|dict)\[", r"builtins.\1[", annotation)


def _format(folder_: Path) -> None:
    """Drop the imports that a module does not use, sort the rest, and format: the pinned ruff, no configuration."""
    ruff = find_ruff_bin()  # python -m ruff starts a Python for nothing
    common = ["--isolated", "--no-cache", "--quiet", "--line-length", "120", "--target-version", "py311"]
    fixes = ["--fix", "--unsafe-fixes", "--exit-zero", "--select", "F401,I001,UP035,TC005"]
    for setting in ("lint.ignore-init-module-imports=false", "lint.isort.split-on-trailing-comma=false"):
        fixes += ["--config", setting]
    _run([ruff, "check", *common, *fixes, str(folder_)])
    _run([ruff, "format", *common, str(folder_)])


def _run(command: list[str]) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if result.returncode:
        raise GeneratorError(f"ruff failed on the rendered client: {(result.stderr or result.stdout).strip()[:2000]}")
