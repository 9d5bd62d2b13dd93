"""Commands load no library that they do not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

from generator.startup import postponed

pytestmark = pytest.mark.slow

USED = [
    ("generator.render.render", ("httpcore", "httpx", "trio")),
    ("generator.spec.overlay", ("regex",)),
    ("generator.__main__, generator.drift.assess, generator.drift.python_api.breaks", ("openapi_python_client",)),
]


@pytest.mark.parametrize(("module", "unused"), USED, ids=[module for module, _ in USED])
def test_a_module_loads_without_the_libraries_that_it_does_not_use(module: str, unused: tuple[str, ...]) -> None:
    code = f"import {module}, sys; print(*[name for name in {unused!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_a_postponed_module_is_loaded_when_something_of_it_is_read() -> None:
    code = (
        "import sys; from generator.startup import postponed\n"
        "with postponed('colorsys'):\n    import colorsys\n"
        "assert 'colorsys' not in sys.modules\n"
        "print(colorsys.rgb_to_hsv(0, 0, 0)); import colorsys as real; print(colorsys.rgb_to_hsv is real.rgb_to_hsv)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == ["(0.0, 0.0, 0)", "True"]


def test_a_module_that_is_loaded_already_stays_the_one_that_it_is() -> None:
    before = sys.modules["subprocess"]
    with postponed("subprocess"):
        assert sys.modules["subprocess"] is before
    assert sys.modules["subprocess"] is before
