"""There are no import cycles in the client and in the generator, including imports for type checking."""

from __future__ import annotations

import grimp

GENERATED = ("venice_client.api", "venice_client.models")
"""Each is one node: the models refer to each other as the described schemas do."""


def groups(graph: grimp.ImportGraph) -> list[list[str]]:
    """Return the groups of modules that import each other (Tarjan's strongly connected components)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        stack.append(module)
        for other in sorted(graph.find_modules_directly_imported_by(module)):
            if other not in number:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in stack:
                lowest[module] = min(lowest[module], number[other])
        if lowest[module] == number[module]:
            group = stack[stack.index(module) :]
            del stack[-len(group) :]
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(graph.modules):
        if module not in number:
            visit(module)
    return found


def test_no_import_cycles_exist() -> None:
    graph = grimp.build_graph("venice_client", "generator", exclude_type_checking_imports=False, cache_dir=None)
    for package in GENERATED:
        graph.squash_module(package)
    assert len(graph.modules) > 100
    assert groups(graph) == []


def test_an_import_cycle_of_any_length_is_found() -> None:
    graph = grimp.ImportGraph()
    for one, other in (("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a")):
        graph.add_import(importer=one, imported=other)
    assert groups(graph) == [["a", "b", "c"]]
