"""
Checks a rendered client against the contract: every module imports, and nothing that the contract declares is lost.

It runs in a process of its own, with the staged package first on its path: the generator never imports the client.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.errors import VerificationError
from generator.plan.references import resolve_references
from generator.spec.canonical import copied
from generator.spec.contract import operations

SECONDS = 120

PROBE = """
import importlib, json, pkgutil, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import venice_client
from venice_client import api, models
broken = {}
for package in (api, models):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        try:
            importlib.import_module(module.name)
        except Exception as error:
            broken[module.name] = f"{type(error).__name__}: {error}"
if not hasattr(sys.modules.get("venice_client.api.resources"), "SyncResources"):
    broken.setdefault("venice_client.api.resources", "it does not hold the resources of a client")
for name in models.__all__:
    try:
        getattr(models, name)
    except Exception as error:
        broken[f"models.{name}"] = f"{type(error).__name__}: {error}"
for key in (api.OPERATIONS if not broken else ()):
    try:
        api.OPERATIONS[key]
    except Exception as error:
        broken[str(getattr(error, "name", None) or key)] = f"{type(error).__name__}: {error}"
hidden = []
for kind in ("Venice", "AsyncVenice") if not broken else ():
    client = getattr(venice_client, kind)(api_key="none", base_url="http://127.0.0.1:9")
    for key in api.OPERATIONS:
        held = client
        for part in api.OPERATIONS[key].name.split("."):
            held = getattr(held, part, None)
        if not callable(held):
            hidden.append(f"{key}: {kind} has no method {api.OPERATIONS[key].name}")
found = {}
for key in (api.OPERATIONS if not broken else ()):
    operation = api.OPERATIONS[key]
    module = importlib.import_module(operation.module)
    found[key] = {
        "method": operation.method,
        "path": operation.path,
        "bodies": sorted(operation.bodies),
        "responses": {status: sorted(kinds) for status, kinds in operation.results.items()},
        "parameters": sorted([item.location, item.wire, item.required] for item in operation.parameters),
        "security": [sorted(scheme.name for scheme in alternative) for alternative in operation.security],
        "functions": [
            name
            for name in ("sync", "sync_detailed", "asyncio", "asyncio_detailed")
            if callable(getattr(module, name, None))
        ],
    }
json.dump({"broken": broken, "hidden": hidden, "operations": found}, sys.stdout)
"""


def verify(described: Mapping[str, Any], stage: Path) -> None:
    """
    Compare a staged client with the described contract that it was made from.

    Raises VerificationError naming everything that was lost: a module that does not import, an operation, a media
    type, a parameter, a security alternative, a method that a facade hides.
    """
    found = _probe(stage)
    problems = [f"{module} does not import: {error}" for module, error in sorted(found["broken"].items())]
    if not problems:
        problems = sorted(found["hidden"]) + _differences(_declared(described), found["operations"])
    if problems:
        more = [f"and {len(problems) - 20} more"] if len(problems) > 20 else []
        listed = "\n".join(f"- {problem}" for problem in [*problems[:20], *more])
        raise VerificationError(f"The rendered client is not what the contract asks for:\n{listed}")


def _probe(stage: Path) -> dict[str, Any]:
    command = [sys.executable, "-I", "-c", PROBE, str(stage.parent)]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise VerificationError(f"The rendered client was not imported within {SECONDS} s.") from None
    if result.returncode:
        raise VerificationError(f"The rendered client does not import: {result.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def _declared(described: Mapping[str, Any]) -> dict[str, Any]:
    """What the contract declares, in the probe's terms."""
    document = copied(described)
    resolve_references(document)
    everywhere = document.get("security", [])
    declared = {}
    for (method, path), operation in operations(document).items():
        parameters = [
            [item["in"], item["name"], item["in"] == "path" or bool(item.get("required"))]
            for item in operation["parameters"]
            if item["in"] != "path" or f"{{{item['name']}}}" in path
        ]
        declared[f"{method.upper()} {path}"] = {
            "method": method.upper(),
            "path": path,
            "bodies": sorted(operation.get("requestBody", {}).get("content", {})),
            "responses": _media_types(operation["responses"]),
            "parameters": sorted(parameters),
            "security": [sorted(alternative) for alternative in operation.get("security", everywhere)],
            "functions": ["sync", "sync_detailed", "asyncio", "asyncio_detailed"],
        }
    return declared


def _media_types(responses: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for status, response in responses.items():
        written = status if status == "default" else status.upper()
        found.setdefault(written, set()).update(response["content"])
    return {status: sorted(kinds) for status, kinds in found.items()}


def _differences(declared: dict[str, Any], found: dict[str, Any]) -> list[str]:
    problems = [f"{key} is missing" for key in declared if key not in found]
    problems += [f"{key} is not in the contract" for key in found if key not in declared]
    for key in sorted(set(declared) & set(found)):
        problems += [
            f"{key}: {what} should be {expected}, and {'is' if what != 'bodies' else 'are'} {found[key][what]}"
            for what, expected in declared[key].items()
            if found[key][what] != expected and not (what == "parameters" and _only_more(expected, found[key][what]))
        ]
    return sorted(problems)


def _only_more(expected: list[Any], found: list[Any]) -> bool:
    """A placeholder of the path that no parameter declares is one of the client all the same."""
    more = [item for item in found if item not in expected]
    return all(item in found for item in expected) and all(item[0] == "path" for item in more)
