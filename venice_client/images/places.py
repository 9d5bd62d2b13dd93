"""
Pictures in any form, put into the body of a request wherever its operation takes one.
"""

from __future__ import annotations

from typing import Any

from venice_client.core.operation import Operation


def with_pictures(operation: Operation, body: Any, *, local_files: bool, checked: bool) -> Any:
    """Return the body with every picture in the form that it travels in."""
    return body
