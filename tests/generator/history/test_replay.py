"""All versions of the API in order, from an empty lock: no public name is lost, and old programs run on the newest."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from generator.drift.compare.comparison import compare_facts
from generator.drift.judge.judge import on_the_wire
from generator.drift.judge.python_effects import is_quiet
from generator.drift.python_api.breaks import breaks
from generator.drift.python_api.surface import Surface
from generator.plan import Version, plan_version
from generator.plan.description import describe
from generator.plan.naming.identifiers import CLIENT_MEMBERS, RESOURCE_MEMBERS
from generator.plan.naming.lock import Names
from generator.plan.naming.lock_file import names_text, parse_names
from generator.render.render import render
from generator.spec.contract import Facts
from generator.spec.identity import pair_operations, written
from generator.spec.overlay import load_file
from generator.spec.pin import OVERLAY, lock_text, pin_text
from tests.contracts import VERSIONS, contract
from tests.generator.checkouts import made_once
from tests.generator.clients import copy_client
from tests.generator.commands import Commands
from tests.thorough import THOROUGH, sample

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> list[Version]:
    def make(folder: Path) -> None:
        overlay = load_file(OVERLAY)
        found = [plan_version(contract(VERSIONS[0]), overlay, names=Names())]
        for name in VERSIONS[1:]:
            found.append(plan_version(contract(name), overlay, before=found[-1]))
        (folder / "versions").write_bytes(pickle.dumps(found))

    made: list[Version] = pickle.loads((made_once(tmp_path_factory, "replayed", make) / "versions").read_bytes())
    return made


def test_every_earlier_public_name_exists_or_has_an_alias(replayed: list[Version]) -> None:
    newest = replayed[-1]
    methods = {one.name: {item.name for item in one.arguments} for one in newest.plan.operations}
    classes = {*newest.plan.models, *newest.plan.enums}
    fields = {name: {field.name for field in model.fields} for name, model in newest.plan.models.items()}
    aliases = newest.names.aliases
    successors = {name: alias.to for name, alias in (*aliases.operations.items(), *aliases.classes.items())}
    lost = set()
    for version in replayed:
        for operation in version.plan.operations:
            name = successors.get(operation.name, operation.name)
            if operation.name not in methods and operation.name not in aliases.operations:
                lost.add(operation.name)
            kept = methods.get(name, set()) | aliases.arguments.get(name, {}).keys()
            lost |= {f"{operation.name}({item.name})" for item in operation.arguments if name in methods} - {
                f"{operation.name}({argument})" for argument in kept
            }
        lost |= {*version.plan.models, *version.plan.enums} - classes - aliases.classes.keys()
        for model in version.plan.models.values():
            name = successors.get(model.name, model.name)
            known = fields.get(name, set()) | aliases.fields.get(name, {}).keys()
            lost |= {
                f"{model.name}.{field.name}" for field in model.fields if name in fields and field.name not in known
            }
    assert not lost


def test_a_name_is_removed_only_if_the_contract_removes_what_it_names(replayed: list[Version]) -> None:
    for old, new in pairwise(replayed):
        pairs, _ = pair_operations(old.contract, new.contract)
        today = {one.key: one.name for one in new.plan.operations}
        aliases = new.names.aliases
        for operation in old.plan.operations:
            kept = {written(one): written(other) for one, other in pairs.items()}.get(operation.key)
            if kept is not None and today[kept] != operation.name:
                assert aliases.operations[operation.name].to == today[kept]
        for name in {*old.plan.models, *old.plan.enums} - {*new.plan.models, *new.plan.enums}:
            if not aliases.classes[name].to:
                assert not any(place.is_live for place in new.names.classes[name]), name


def test_after_each_bump_the_lock_and_the_pin_give_the_same_plan_again(replayed: list[Version]) -> None:
    overlay = load_file(OVERLAY)
    for version in sample(replayed, 3):
        text = names_text(version.names)
        again = plan_version(version.contract, overlay, names=parse_names(text))
        assert names_text(again.names) == text
        assert again.plan == version.plan
        assert again.described.unmatched == version.described.unmatched


def test_after_each_bump_the_overlay_applies_and_the_lock_knows_the_addresses_in_it(replayed: list[Version]) -> None:
    """What test_overlay.py requires of the lock of this tree; its other tests read no contract."""
    overlay = load_file(OVERLAY)
    seen: set[str] = set()
    for version in replayed:
        alone = {action.number for action in describe(version.contract, overlay, Names()).unmatched}
        assert {action.number for action in version.described.unmatched} <= alone
        targets = {written(address) for address in version.described.mentioned}
        seen |= {one.key for one in version.plan.operations}
        known = {written(address) for one in version.names.operations.values() for address in one.addresses}
        assert targets & seen <= known
    assert targets <= known


@pytest.mark.parametrize("number", range(len(VERSIONS)) if THOROUGH else range(23, len(VERSIONS), 24))
def test_a_check_passes_after_a_bump(
    number: int, replayed: list[Version], checkout: Callable[..., Path], commands: Commands
) -> None:
    version, place = replayed[number], checkout()
    texts = {
        "swagger.yaml": pin_text(version.contract),
        "swagger.lock.toml": lock_text(Facts(dict(version.contract), {}, ()), source="x", data=b"x"),
        "names.toml": names_text(version.names),
    }
    for name, text in texts.items():
        (place / "spec" / name).write_text(text, encoding="utf-8")
    for command in (["generate", "--force"], ["check", "--offline"]):
        result = commands.run(place, *command)
        assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1].startswith("PASS")
    assert (place / "spec" / "names.toml").read_text(encoding="utf-8") == texts["names.toml"]


def test_no_name_shadows_an_operation_in_any_version(replayed: list[Version]) -> None:
    for version in replayed:
        plan = version.plan
        for resource in plan.resources:
            children = {child.rpartition(".")[2] for child in plan.children(resource)}
            functions = {one.function for one in plan.operations if one.resource == resource}
            assert children.isdisjoint(functions), resource
            assert RESOURCE_MEMBERS.isdisjoint(children | functions), resource
        assert CLIENT_MEMBERS.isdisjoint(plan.children(""))


def test_changes_that_skip_the_comparison_in_python_break_no_python_name(replayed: list[Version]) -> None:
    quiet: set[str] = set()
    for old, new in pairwise(replayed):
        comparison = compare_facts(old.contract, new.contract, old_prose={}, new_prose={})
        findings = on_the_wire(comparison)
        if is_quiet(findings):
            quiet |= {one.rule for one in findings}
            found = breaks(Surface(old), Surface(new), comparison.paired)
            assert not [one.said for one in found], sorted(one.rule for one in findings)
    assert len(quiet) > 10, "too few rules are covered for the test to mean anything"


PRELUDE = """
import struct
import warnings
import zlib
import httpx
from venice_client import Venice, models

sent = []

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

PNG = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 512, 512, 8, 0, 0, 0, 0))
PNG += chunk(b"IDAT", zlib.compress(bytes(513 * 512))) + chunk(b"IEND", b"")

def answer(request):
    query = dict(request.url.params)
    headers = {name: request.headers[name] for name in given["headers"] if name in request.headers}
    try:
        body = json.loads(request.content or b"null")
    except ValueError:
        body = "form"
    sent.append([request.method, request.url.path.removeprefix("/api/v1"), query, body, headers])
    if request.url.path.endswith("/audio/speech"):
        return httpx.Response(200, content=b"sound", headers={"content-type": "audio/mpeg"})
    if request.url.path.endswith("/image/edit"):
        return httpx.Response(200, content=PNG, headers={"content-type": "image/png"})
    return httpx.Response(200, json=given["answer"])

def run(program):
    sent.clear()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        names = {"PNG": PNG}
        names["venice"] = Venice(api_key="k", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
        try:
            exec("from venice_client import models\\n" + program, names)
            error = ""
        except Exception as raised:
            error = f"{type(raised).__name__}: {raised}"
    return {"warned": [str(one.message) for one in caught], "sent": list(sent), "error": error}

json.dump([run(program) for program in given["programs"]], sys.stdout)
"""

PROGRAMS = {
    # name: (program for an older version, its expected message, the expected requests)
    "2025-04 a chat": (
        "venice.chat.completions.create(model='m', messages=[{'role': 'user', 'content': 'hi'}])",
        "",
        "/chat/completions",
    ),
    "2025-04 pictures": ("venice.images.generate(model='m', prompt='a hat', steps=4)", "", "/image/generate"),
    "2025-04 styles": ("venice.images.styles()", "", "/image/styles"),
    "2025-04 models": ("venice.models.list(type='all')", "", "/models"),
    "2025-04 embeddings": ("venice.embeddings.create(model='m', input='a')", "", "/embeddings"),
    "2025-04 speech": ("venice.audio.speech.create(input='a', model='tts-kokoro', voice='v')", "", "/audio/speech"),
    "2025-04 keys": ("venice.api_keys.list()", "", "/api_keys"),
    "2025-04 inpainting": (
        "models.GenerateImageRequestInpaint()",
        "TypeError: GenerateImageRequestInpaint is gone",
        "",
    ),
    "2025-04 formats": (
        "assert models.ChatCompletionRequestResponseFormat is models.JsonSchemaFormat",
        "ChatCompletionRequestResponseFormat is called JsonSchemaFormat",
        "",
    ),
    "2025-06 prices": ("assert models.UpscalePricing2X is models.Price", "UpscalePricing2X is called Price", ""),
    "2025-07 balances": ("models.RateLimitBalances.from_dict({'VCU': 3}).vcu", "RateLimitBalances.vcu is gone", ""),
    "2025-12 quotes": (
        "venice.video.quote(model='m', duration='5s', prompt='a sea')",
        "video.quote(prompt) is gone",
        "",
    ),
    "2026-01 edits": ("assert models.EditImageRequest is models.ImageEdit", "EditImageRequest is called ImageEdit", ""),
    "2026-03 parser": (
        "venice.text_parser.create(file=b'text')",
        "text_parser.create is called augment.text_parser",
        "/augment/text-parser",
    ),
    "2026-03 forms": (
        "assert models.TextParserCreateForm is models.TextParserForm",
        "TextParserCreateForm is called",
        "",
    ),
    "2026-04 payments": (
        "assert models.TopUpPaymentRequired.from_dict({'message': 'pay'}).message == 'pay'",
        "",
        "",
    ),
    "2026-04 payments without a message": (
        "assert models.TopUpPaymentRequired.from_dict({}).message is None",
        "TopUpPaymentRequired.message is gone",
        "",
    ),
    "2026-06 upscaling": (
        "venice.images.upscale(b'\\x89PNG\\r\\n\\x1a\\n', enhance=True)",
        "images.upscale(enhance) is gone",
        "",
    ),
    "2026-06 wallets": (
        "venice.x402.balance(f'0x{1:040}', x_sign_in_with_x='s')",
        "x402.balance(x_sign_in_with_x) is gone",
        f"/x402/balance/0x{1:040}",
    ),
    "2026-06 usage": (
        "venice.billing.usage(currency='USD', limit=3)",
        "billing.usage(currency) is gone",
        "/billing/usage",
    ),
    "2026-06 values": (
        "voice: models.CreateSpeechRequestSchemaVoice = 'v'",
        "CreateSpeechRequestSchemaVoice is str",
        "",
    ),
    "2026-06 requests": ("models.X402InferencePaymentRequired", "X402InferencePaymentRequired is", ""),
    "2025-04 inpainting masks": (
        "models.GenerateImageRequestInpaintMask()",
        "TypeError: GenerateImageRequestInpaintMask is gone",
        "",
    ),
    "2025-04 prices in credits": ("models.Price.from_dict({'usd': 1}).vcu", "Price.vcu is gone", ""),
    "2025-06 tools": (
        "assert models.ChatCompletionRequestTool is models.BuiltInTool",
        "ChatCompletionRequestTool is called BuiltInTool",
        "",
    ),
    "2025-06 functions of tools": (
        "models.ChatCompletionRequestToolFunction(name='f')",
        "TypeError: ChatCompletionRequestToolFunction is gone",
        "",
    ),
    "2025-06 fields of tools": (
        "models.BuiltInTool.from_dict({'type': 'web_search'}).function",
        "BuiltInTool.function is gone",
        "",
    ),
    "2025-07 edits": ("venice.images.edit(PNG, 'add a hat')", "", "/image/edit"),
    "2025-11 edits by keyword": ("venice.images.edit(image=PNG, prompt='add a hat')", "", "/image/edit"),
    "2025-12 videos": (
        "venice.video.queue(model='m', prompt='a sea', duration='5s')",
        "",
        "/video/queue",
    ),
    "2025-12 quotes of pictures": (
        "venice.video.quote(model='m', duration='5s', image_url='https://one.test/a.png')",
        "video.quote(image_url) is gone",
        "/video/quote",
    ),
    "2025-12 quotes without noise": (
        "venice.video.quote(model='m', duration='5s', negative_prompt='fog')",
        "video.quote(negative_prompt) is gone",
        "/video/quote",
    ),
    "2026-01 forms of edits": (
        "assert models.EditImageRequestForm is models.ImageEditForm",
        "EditImageRequestForm is called ImageEditForm",
        "",
    ),
    "2026-03 two texts": (
        "venice.text_parser.create(file=b'text', response_format='text')",
        "text_parser.create is called augment.text_parser",
        "/augment/text-parser",
    ),
    "2026-04 terms of payment": (
        "assert models.TopUpPaymentRequiredPaymentInfo",
        "TopUpPaymentRequiredPaymentInfo is gone",
        "",
    ),
    "2026-06 creative upscaling": (
        "venice.images.upscale(PNG, enhance_creativity=0.5)",
        "images.upscale(enhance_creativity) is gone",
        "",
    ),
    "2026-06 top-ups": (
        "venice.x402.top_up(x_402_payment='p')",
        "x402.top_up(x_402_payment) is gone",
        "",
    ),
    "2026-06 transactions": (
        "venice.x402.transactions(f'0x{1:040}', x_sign_in_with_x='s')",
        "x402.transactions(x_sign_in_with_x) is gone",
        f"/x402/transactions/0x{1:040}",
    ),
    "2026-06 pages": ("models.WebScrapeResponse.from_dict({}).data", "WebScrapeResponse.data is gone", ""),
    "2026-06 languages": (
        "language: models.CreateSpeechRequestSchemaLanguage = 'English'",
        "CreateSpeechRequestSchemaLanguage is str",
        "",
    ),
    "2026-06 options of top-ups": ("models.TopUpOption.from_dict({}).protocol", "TopUpOption.protocol is gone", ""),
    "2026-06 pages of usage": (
        "venice.billing.usage(page=2, sort_order='asc', start_date='2026-01-01')",
        "billing.usage(page) is gone",
        "/billing/usage",
    ),
    "2026-06 rows of usage": (
        "row: models.BillingUsageResponseDataItem",
        "BillingUsageResponseDataItem is gone",
        "",
    ),
    "2026-06 order of usage": ("order: models.BillingUsageSortOrder = 'asc'", "BillingUsageSortOrder is str", ""),
}


def test_programs_for_older_versions_run_on_the_newest_or_name_what_was_removed(
    replayed: list[Version], tmp_path: Path, run_on: Callable[..., Any]
) -> None:
    newest = replayed[-1]
    render(newest.plan, newest.names, copy_client(tmp_path))
    programs = [program for program, _, _ in PROGRAMS.values()]
    results = run_on(
        tmp_path,
        PRELUDE,
        programs=programs,
        answer={"data": [], "images": ["iVBORw0KGgo="]},
        headers=["x-sign-in-with-x"],
    )
    by_name = dict(zip(PROGRAMS, results, strict=True))
    wrong = {
        name: found
        for (name, (_, says, path)), found in zip(PROGRAMS.items(), results, strict=True)
        if not _is_as_documented(found, says, path)
    }
    assert not wrong, "\n".join(f"{k}: {v}" for k, v in wrong.items())
    assert by_name["2026-06 usage"]["sent"][0][2] == {"currency": "USD", "limit": "3"}
    assert by_name["2026-06 wallets"]["sent"][0][4] == {"x-sign-in-with-x": "s"}


def _is_as_documented(found: dict[str, Any], says: str, path: str) -> bool:
    reported = [*found["warned"], *filter(None, [found["error"]])]
    is_said = any(says in line for line in reported) if says else not reported
    return is_said and (not path or [one[1] for one in found["sent"]] == [path])
