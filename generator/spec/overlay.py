"""
OpenAPI Overlay 1.0: what we add to the pinned contract, kept in a file of its own.

An overlay is an ordered list of actions. An action selects nodes with JSONPath (RFC 9535) and either merges a
value into each of them or deletes them. `load` checks an overlay's shape, `apply` works on a copy and reports
which actions selected nothing; whether that is an error is the caller's to say.

An action that selects nothing is tried again behind references to components, in the only branches of unions, and on a
success with another status: all this may have changed since the action was written. It fetches nothing, and it follows
no `extends`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from generator.errors import OverlayError
from generator.spec.canonical import copied
from generator.spec.overlay_file import Action, Overlay, load, load_file
from generator.spec.overlay_tree import JSONPathError, JSONPathNode, compiled, select

__all__ = ["Action", "Applied", "Overlay", "apply", "load", "load_file"]


@frozen
class Applied:
    """What came of applying an overlay."""

    document: dict[str, Any]
    """A copy of the contract, with the actions applied in order."""
    unmatched: tuple[Action, ...]
    """Actions whose target selected nothing."""


def apply(overlay: Overlay, contract: Mapping[str, Any]) -> Applied:
    """
    Apply the actions in order to a copy of `contract`, which is left as it is.

    Mappings merge, lists are concatenated, anything else is replaced, even by another kind.
    A selected list takes the update as its last item. Raises OverlayError for an update of a scalar, for a
    mapping that should take another value, and for the removal of the root.
    """
    try:
        document = copied(contract)
    except RecursionError as error:
        raise OverlayError(f"{overlay.source}: the contract nests too deeply, or holds itself.") from error
    unmatched = []
    for action in overlay.actions:
        nodes = _select(action, document, overlay.source)
        is_shared = not nodes
        if is_shared:
            nodes = _select(action, document, overlay.source, behind=True)
        if not nodes:
            unmatched.append(action)
        elif action.remove:
            _remove(action, nodes, overlay.source)
        else:
            for node in nodes:
                _update(action, node, overlay.source, is_shared=is_shared)
    return Applied(document=document, unmatched=tuple(unmatched))


def _select(action: Action, document: dict[str, Any], source: str, *, behind: bool = False) -> list[JSONPathNode]:
    """
    Return the selected nodes, each once, `behind` references those that they lead to.

    A query such as `$['a','a']` selects a node twice, and several references may lead to one.
    """
    try:
        nodes = select(compiled(action.target), document, behind=behind)
    except (JSONPathError, RecursionError) as error:
        if behind:
            return []
        raise OverlayError(f"{source}: {action} could not be evaluated on this contract: {error}") from error
    found: dict[object, JSONPathNode] = {}
    for node in nodes:
        is_collection = behind and isinstance(node.value, dict | list)
        found[id(node.value) if is_collection else node.location] = node
    return list(found.values())


def _remove(action: Action, nodes: list[JSONPathNode], source: str) -> None:
    """Delete from the inside out, and each list from its end, so that no index moves before its turn."""

    def inside_out(node: JSONPathNode) -> tuple[int, int]:
        last = node.location[-1] if node.location else ""
        return (-len(node.location), -last if isinstance(last, int) else 0)

    for node in sorted(nodes, key=inside_out):
        if node.parent is None:
            raise OverlayError(f"{source}: {action} selects the whole contract, which cannot be removed.")
        holder: Any = node.parent.value
        del holder[node.location[-1]]


def _update(action: Action, node: JSONPathNode, source: str, *, is_shared: bool) -> None:
    """Merge an update into a node; `is_shared` is one that other actions may reach in another way with equal items."""
    value: Any = node.value
    if isinstance(value, list):
        if not is_shared or action.update not in value:
            value.append(copied(action.update))
    elif not isinstance(value, dict):
        raise OverlayError(
            f"{source}: {action} selects a {type(value).__name__} at {node.path()}."
            " Only mappings and lists can be updated: target what holds it."
        )
    elif not isinstance(action.update, dict):
        raise OverlayError(
            f"{source}: {action} selects a mapping at {node.path()} but brings a {type(action.update).__name__}."
            " Write the update as a mapping."
        )
    else:
        _merge(value, copied(action.update), is_shared=is_shared)


def _merge(into: dict[str, Any], update: dict[str, Any], *, is_shared: bool) -> None:
    """Merge `update`, which the caller gives away, into a mapping."""
    for key, value in update.items():
        present = into.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            _merge(present, value, is_shared=is_shared)
        elif isinstance(present, list) and isinstance(value, list):
            present.extend(item for item in value if not (is_shared and item in present))
        else:
            into[key] = value
