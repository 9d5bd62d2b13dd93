"""Fixtures for all tests: the folder of the repository, and a copy of the checkout that a test may change."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from pathlib import Path

import certifi
import pytest

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "build", "dist", ".*_cache", ".hypothesis", ".coverage*", ".venice_client*"
)

RECURSION_LIMIT = sys.getrecursionlimit()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test of a large package that is not installed, except in `make large`, which must not pass without it."""
    if (mark := item.get_closest_marker("large")) and item.config.option.markexpr != "large":
        [package] = mark.args
        if find_spec(package) is None:
            pytest.skip(f"needs {package}: make large")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of whole programs first: they take longest, and a worker that starts one last delays the run."""
    programs = (ROOT / "tests", ROOT / "tests" / "generator")
    items.sort(key=lambda item: item.path.parent not in programs)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """
    Collect no garbage while tests are collected, which takes a tenth of that time.

    Exclude the million objects that all tests share from later garbage collections: tests collect often.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """After each module, collect its garbage, and exclude what the rest of the session shares."""
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path != item.path:
            gc.collect()
            gc.freeze()


def pytest_sessionfinish() -> None:
    """Undo the exclusion: plugins that are imported for the summary look for the referrers of an object."""
    gc.unfreeze()


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """Exclude everything again: pytest collects once more, and the garbage of the tests is gone."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _recursion_limit() -> None:
    """Restore Python's limit of recursion: `eth_account` raises it on import, so that deep nesting crashes Python."""
    sys.setrecursionlimit(RECURSION_LIMIT)


@pytest.fixture(scope="session", autouse=True)
def _environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache for the tests only, and no key, server or proxy of the user."""
    with pytest.MonkeyPatch.context() as patched:
        for name in list(os.environ):
            if name.upper() in ("VENICE_API_KEY", "VENICE_BASE_URL") or name.lower().endswith("_proxy"):
                patched.delenv(name)
        patched.setenv("NO_PROXY", "127.0.0.1")  # and with it, macOS and Windows do not look up the system's proxy
        patched.setenv("VENICE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust one authority instead of 140: to read these takes 30 ms for each client of httpx that a test makes."""
    end = "-----END CERTIFICATE-----\n"
    first, _, _ = Path(certifi.where()).read_text(encoding="utf-8").partition(end)
    bundle = tmp_path_factory.mktemp("certificates") / "authority.pem"
    bundle.write_text(first + end, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SSL_CERT_FILE", str(bundle))
        patched.delenv("SSL_CERT_DIR", raising=False)
        yield


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the checkout."""
    copy = tmp_path / "repository"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    return copy
