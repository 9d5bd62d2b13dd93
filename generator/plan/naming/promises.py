"""
Update the lock of names for a new plan: new names are added, removed ones become aliases.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import evolve
from msgspec.structs import replace

from generator.plan.naming.identifiers import JOB_FUNCTIONS
from generator.plan.naming.lock import PLAIN, Alias, Aliases, LockedOperation, Names, Table
from generator.plan.naming.members import argument_table, field_name, parameter_name, property_name, unusual
from generator.plan.plan import Operation, Plan
from generator.spec.identity import Address, parse_address, with_last

Renamed = Mapping[str, str]
Group = Mapping[str, Alias]
Members = Mapping[str, list[tuple[str, str, str]]]
"""By owner: the names of its arguments or fields in Python and on the wire, and where an argument is sent."""


def promise(
    names: Names,
    plan: Plan,
    *,
    date: str,
    operations: Renamed,
    classes: Renamed,
    previous: Plan | None,
    operation_ids: Mapping[Address, str],
    mentioned: Collection[Address],
) -> Names:
    """
    Return the lock that belongs to a plan.

    `names` is the lock before, in which `operations` and `classes` were renamed already; `previous` is the plan of the
    pin before: without it no argument or field is found to have gone. `mentioned` are addresses that the overlay names.
    """
    listed = {one.name: one for one in plan.operations}
    locked = dict(names.operations)
    for name, one in listed.items():
        address = parse_address(one.key)
        before = locked.get(name, LockedOperation(()))
        locked[name] = LockedOperation(
            with_last(before.addresses, address, mentioned),
            with_last(before.ids, operation_ids[address], ()) if operation_ids.get(address) else before.ids,
            one.paid,
        )
    old = names.aliases
    retired = _retired(old.classes, names.classes, {*plan.models, *plan.enums}, classes, date)
    for enum in previous.enums.values() if previous else ():
        name = classes.get(enum.name, enum.name)
        if name in retired and not retired[name].to:
            retired[name] = replace(retired[name], to=PLAIN[enum.kind])
    pages = _renamed_pages(listed, previous, operations)
    moved = {**operations, **{name: now for name, now in pages.items() if now}}
    live = {*listed, *(one.pages for one in plan.operations if one.pages)}
    return evolve(
        names,
        operations=locked,
        arguments=_filled({**names.arguments, **{name: _arguments(one, names) for name, one in listed.items()}}),
        fields=_filled({**names.fields, **{name: _fields(plan, name, names) for name in plan.models}}),
        aliases=Aliases(
            operations=_retired(old.operations, {*locked, *pages}, live, moved, date),
            classes=retired,
            arguments=_gone(old.arguments, _arguments_of(previous), _arguments_of(plan), operations, date),
            fields=_gone(old.fields, _fields_of(previous), _fields_of(plan), classes, date),
        ),
    )


def applied_aliases(plan: Plan, aliases: Aliases) -> Aliases:
    """
    Return the aliases as the client applies them: a location only where the API takes what it does not know, arguments
    and fields only of operations and classes that exist.
    """
    listed = {operation.name: operation for operation in plan.operations}

    def applied(operation: Operation, alias: Alias) -> Alias:
        is_open = alias.location in ("query", "header") or (
            alias.location == "property" and any(not model.closed for model in operation.body_models.values())
        )
        return replace(alias, location=alias.location if is_open else "")

    arguments = {
        method: {argument: applied(listed[name], alias) for argument, alias in group.items()}
        for name, group in aliases.arguments.items()
        if name in listed
        for method in _methods_of(listed[name])
    }
    fields = {name: group for name, group in aliases.fields.items() if name in plan.models}
    return replace(aliases, arguments=arguments, fields=fields)


def _methods_of(operation: Operation) -> list[str]:
    """Return the methods that take the arguments of an operation: its own, that of its pages, those of its job."""
    jobs = [f"{operation.resource}.{function}" for function in JOB_FUNCTIONS] if operation.job else []
    return [operation.name, *filter(None, [operation.pages]), *jobs]


def _retired(
    old: Group, known: Collection[str], live: Collection[str], renamed: Renamed, date: str
) -> dict[str, Alias]:
    """Return the aliases of operations or classes: renamed ones lead to their names of today, others nowhere."""
    found = {name: replace(alias, to=renamed.get(alias.to, alias.to)) for name, alias in old.items()}
    for was, now in renamed.items():
        found[was] = Alias(date, to=now)
    for name in known:
        if name not in live:
            found.setdefault(name, Alias(date))
    return {name: alias for name, alias in found.items() if name not in live}


def _renamed_pages(listed: Mapping[str, Operation], previous: Plan | None, renamed: Renamed) -> dict[str, str]:
    """Return the methods that iterate over pages and have another name, or "" for none, by their names before."""
    found: dict[str, str] = {}
    for before in previous.operations if previous else ():
        now = listed.get(renamed.get(before.name, before.name))
        to = now.pages if now else ""
        if before.pages and to != before.pages:
            found[before.pages] = to
    return found


def _arguments_of(plan: Plan | None) -> Members:
    listed = plan.operations if plan else ()
    return {one.name: [(item.name, item.wire, item.source) for item in one.arguments] for one in listed}


def _fields_of(plan: Plan | None) -> Members:
    listed = plan.models.values() if plan else ()
    return {model.name: [(item.name, item.wire, "") for item in model.fields] for model in listed}


def _gone(
    old: Mapping[str, Group], before: Members, now: Members, renamed: Renamed, date: str
) -> dict[str, dict[str, Alias]]:
    """Return the aliases of arguments or fields: those that have another name lead to it. None has a name in use."""
    found = {owner: dict(group) for owner, group in old.items()}
    for was, members in before.items():
        owner = renamed.get(was, was)
        current = {(wire, location): name for name, wire, location in now.get(owner, ())}
        for name, wire, location in members:
            alias = Alias(date, current.get((wire, location), ""), wire, location)
            found.setdefault(owner, {}).setdefault(name, alias)
    live = {owner: {name for name, *_ in members} for owner, members in now.items()}
    left = {
        owner: {name: alias for name, alias in group.items() if name not in live.get(owner, ())}
        for owner, group in found.items()
    }
    return {owner: group for owner, group in left.items() if group}


def _filled(tables: Table) -> dict[str, Mapping[str, str]]:
    return {owner: table for owner, table in tables.items() if table}


def _arguments(operation: Operation, names: Names) -> dict[str, str]:
    table = argument_table(operation)
    derived = {
        key: property_name(key.partition(" ")[2])
        if key.startswith("property ")
        else parameter_name(key.partition(" ")[2])
        for key in table
    }
    before = names.arguments.get(operation.name, {})
    kept = {key: name for key, name in before.items() if key in table or not key.startswith("path ")}
    return {**kept, **unusual(derived, table)}


def _fields(plan: Plan, name: str, names: Names) -> dict[str, str]:
    table = {field.wire: field.name for field in plan.models[name].fields}
    return {**names.fields.get(name, {}), **unusual({wire: field_name(wire) for wire in table}, table)}
