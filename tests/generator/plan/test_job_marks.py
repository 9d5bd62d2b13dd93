"""Jobs: the mark of an order, the names that stay free beside it, and the generated methods."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.errors import GeneratorError
from generator.plan import plan_of

Document = dict[str, Any]
Make = Callable[..., Document]

TEXT: Document = {"type": "string"}


def order_of(contract_of: Make, *fields: str, mark: Any = "a video", resource: str = "video") -> Document:
    """A contract with an order that takes texts, of which `model` is required."""
    schema = {"type": "object", "properties": dict.fromkeys(("model", *fields), TEXT), "required": ["model"]}
    return contract_of(
        path=f"/{resource}/queue",
        operationId="queueVideo",
        tags=["Video"],
        requestBody={"content": {"application/json": {"schema": schema}}, "required": True},
        **{"x-python-name": f"{resource}.queue", "x-python-job": mark},
    )


@pytest.mark.parametrize(("mark", "resource"), [(5, "video"), ("a poem", "poems")])
def test_a_mark_that_no_class_of_jobs_fits_is_refused(contract_of: Make, mark: Any, resource: str) -> None:
    with pytest.raises(GeneratorError, match=f"POST /{resource}/queue: .*x-python-job"):
        plan_of(order_of(contract_of, mark=mark, resource=resource))


def test_fields_and_operations_take_no_name_of_the_generated_methods(contract_of: Make) -> None:
    document = order_of(contract_of, "progress", "save_to", "mood")
    order = document["paths"]["/video/queue"]["post"]
    document["paths"]["/video/generate"] = {"post": {"responses": order["responses"], "operationId": "generateVideo"}}
    plan = plan_of(document)[0]
    assert sorted(operation.name for operation in plan.operations) == ["video.generate_", "video.queue"]
    (queue,) = (operation for operation in plan.operations if operation.job)
    assert {item.wire: item.name for item in queue.arguments} == {
        "model": "model",
        "mood": "mood",
        "progress": "progress_",
        "save_to": "save_to_",
    }


@pytest.mark.slow
def test_a_new_field_reaches_the_methods_of_a_job(
    contract_of: Make, client_of: Callable[[Document], Path], run_on: Callable[..., Any]
) -> None:
    folder = client_of(order_of(contract_of, "mood"))
    code = (
        "import inspect, typing\n"
        "from venice_client import AsyncVenice, Venice\n"
        "found = []\n"
        "for client in (Venice('k'), AsyncVenice('k')):\n"
        "    for method in (client.video.generate, client.video.submit):\n"
        "        function = inspect.unwrap(method.__func__)\n"
        "        forms = [method, *typing.get_overloads(function)]\n"
        "        found.append([len(forms), all('mood' in inspect.signature(form).parameters for form in forms),\n"
        "            'mood: Optional.' in inspect.getdoc(method)])\n"
        "print(json.dumps(found))"
    )
    assert run_on(folder, code) == [[3, True, True], [1, True, True]] * 2
