"""
The registry of small programs written for the openai package, and what several of them use. Each takes the package and
the URL of a server, and returns a value. The modules `programs_of_...` add to it.

`test_openai_programs` runs each with the real package and with the layer, and compares.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import PIL.Image
import pydantic

Program = Callable[[Any, str], Any]
PROGRAMS: dict[str, Program] = {}


def picture() -> bytes:
    """Return a picture that edits take."""
    file = io.BytesIO()
    PIL.Image.new("RGB", (512, 512), "red").save(file, "PNG")
    return file.getvalue()


M = [{"role": "user", "content": "hi there"}]
PNG = picture()


class Recipe(pydantic.BaseModel):
    name: str
    minutes: int


class Weather(pydantic.BaseModel):
    """Look up the weather."""

    city: str
    unit: str = "C"


TOOLS: Any = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "unit": {"type": "string"}},
                "required": ["city"],
            },
        },
    }
]


def program(function: Program) -> Program:
    PROGRAMS[function.__name__] = function
    return function


def with_client(function: Callable[[Any, Any], Any]) -> Program:
    """Register a program that takes the package and a client."""

    def run(sdk: Any, url: str) -> Any:
        with sdk.OpenAI(api_key="a-key", base_url=url, max_retries=0) as client:
            return function(sdk, client)

    PROGRAMS[function.__name__] = run
    return run


def with_async_client(function: Callable[[Any, Any], Any]) -> Program:
    """Register an async program that takes the package and a client."""

    def run(sdk: Any, url: str) -> Any:
        async def main() -> Any:
            async with sdk.AsyncOpenAI(api_key="a-key", base_url=url, max_retries=0) as client:
                return await function(sdk, client)

        return asyncio.run(main())

    PROGRAMS[function.__name__] = run
    return run
