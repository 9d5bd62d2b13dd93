"""
Typed output, tools and stream events for chats.

    schema     a strict JSON schema of a type, and the value of that type in an answer's text
    partial    the value of JSON text that is still incomplete
    tools      functions as tools: their schema, and calls with checked arguments
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from venice_client._core.lazy import lazy_attributes

if TYPE_CHECKING:
    from venice_client.chat.schema import strict_schema as strict_schema
    from venice_client.chat.tools import Tool as Tool
    from venice_client.chat.tools import pydantic_function_tool as pydantic_function_tool
    from venice_client.chat.tools import tool as tool
else:
    __getattr__, __dir__ = lazy_attributes(
        __name__,
        {"strict_schema": "schema", "Tool": "tools", "pydantic_function_tool": "tools", "tool": "tools"},
    )

__all__ = ["Tool", "pydantic_function_tool", "strict_schema", "tool"]
