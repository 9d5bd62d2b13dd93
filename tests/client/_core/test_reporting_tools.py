"""Tools that report errors with local variables show no key."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.client._core.leaks import KEY, leaks

PROGRAM = """
import asyncio, sys
from venice_client import AsyncVenice, Venice

OPTIONS = dict(base_url="http://127.0.0.1:{port}", max_retries=1, timeout=2)

def test_sync():
    Venice(**OPTIONS).models.list()

def test_stream():
    Venice(**OPTIONS).chat.completions.create(model="m", messages=[{{"role": "user", "content": "x"}}], stream=True)

def test_async():
    asyncio.run(AsyncVenice(**OPTIONS).models.list())

def test_aiohttp():
    asyncio.run(AsyncVenice(transport="aiohttp", **OPTIONS).models.list())

if __name__ == "__main__":
    import warnings
    warnings.simplefilter("ignore")
    if sys.argv[1] == "cgitb":
        import cgitb
        cgitb.enable(format=sys.argv[2], context=9)
    else:
        from rich.traceback import install
        install(show_locals=True, locals_max_string=12, locals_max_length=None, width=300)
    globals()[sys.argv[3]]()
"""
REPORTS: dict[str, list[str]] = {
    "pytest": ["-m", "pytest", "-q", "-p", "no:cacheprovider", "FILE"],
    "pytest locals": ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-l", "-vv", "FILE"],
    "pytest all frames": ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-l", "--full-trace", "FILE"],
    **{
        f"{how} {form} {test}": ["FILE", how, form, test]
        for how, form in (("cgitb", "text"), ("cgitb", "html"), ("rich", ""))
        for test in ("test_sync", "test_async")
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("arguments", REPORTS.values(), ids=REPORTS)
def test_no_reporting_tool_shows_the_key(arguments: list[str], tmp_path: Path) -> None:
    if arguments[1] in ("cgitb", "rich"):
        pytest.importorskip(arguments[1])
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    program = tmp_path / "test_program.py"
    program.write_text(PROGRAM.format(port=port))
    run = subprocess.run(  # this interpreter
        [sys.executable, *(str(program) if item == "FILE" else item for item in arguments)],
        env={"VENICE_API_KEY": KEY, "PATH": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    output = run.stdout + run.stderr
    assert "VeniceConnectionError" in output
    assert leaks({"output": output}) == []
