"""
The names of classes: from the lock of names, else by rules.

A place in the lock keeps its class name, even if its shape changes. Where two shapes claim one name, the place that is
first in the lock keeps it. Where two names of the lock now have equal shapes, both stay. New places: equal shapes share
one class; its name is the title in the overlay, else the name of a component, else the shortest name by place, else the
first by alphabet. The order of a description has no effect. No new class takes a name of the lock, in any spelling.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from attrs import Factory, define, field

from generator.plan.naming.identifiers import class_name, class_of, module_name, pascal
from generator.plan.naming.lock import LockedPlace, Names
from generator.plan.occurrences import Occurrence, Spot, Visit, Walker, schema_place
from generator.plan.walk import Place, Schema, places
from generator.spec.contract import operations

TITLED, NAMED, PLACED, SPARE = range(4)
"""Where a name comes from, best first: the overlay, a component, a place, a second place."""
ENOUGH = 3
"""Properties that an inline object must have for its equality with a component to mean that it is that component."""
ROUNDS = 30
"""How often claims to names are weighed; each round settles one level of nesting more."""
BY_TITLE, FORMER, UNCERTAIN = 10_000, 20_000, 40_000
"""The rank of a claim by title; what is added to that of a place that was gone, and of one that may be another's."""

Key = tuple[str, str]
"""The shape and the name in the lock of a class that the lock knows; else the key of its occurrences, and ""."""


@define
class Class:
    """A planned class."""

    found: Occurrence
    locked: str
    """Its name in the lock; "" for a new one."""
    name: str = ""
    titles: set[str] = Factory(set)
    shortcuts: Schema = Factory(dict)
    """Those of all its occurrences: an equal schema elsewhere has none."""


@define
class Candidate:
    """The names that a shape could have by rule."""

    names: set[tuple[int, int, str]] = Factory(set)
    uses: int = 0

    def suggest(self, rank: int, name: str) -> None:
        self.uses += rank <= PLACED
        self.names.add((rank, len(name), name))


@define
class ClassNaming:
    """Names the classes of one description. Call `run`, then read `name_of`."""

    walker: Walker
    document: dict[str, Any]
    lock: Names
    roots: list[tuple[Place, Spot]] = field(factory=list)
    """All places of schemas, in an order that does not depend on the description's: components come last."""
    classes: dict[Key, Class] = field(factory=dict)
    _owners: dict[str, str] = field(factory=dict)
    _claims: dict[str, tuple[int, int, str]] = field(factory=dict)
    _index: dict[str, tuple[str, int]] = field(factory=dict)
    _candidates: dict[str, Candidate] = field(factory=dict)
    _by_key: dict[str, Key] = field(factory=dict)
    _at_roots: list[Occurrence] = field(factory=list)
    _inside: dict[tuple[int, tuple[str, ...], str], list[Occurrence]] = field(factory=dict)

    def run(self) -> None:
        """Find all classes and name them."""
        for name, listed in self.lock.classes.items():
            for rank, place in enumerate(listed):
                self._index.setdefault(place.text, (name, rank if place.is_live else rank + FORMER))
        self.roots = [(place, self.walker.root(place)) for place in places(self.document)]
        self.roots.sort(key=lambda pair: (pair[0].role == "component", pair[1].place))
        self._at_roots = self._occurrences()
        for _ in range(ROUNDS if self._index else 0):
            self._claim()
            owners = {name: same for name, (*_, same) in self._claims.items()}
            if owners == self._owners:
                break
            self._owners = owners
        self._collect()
        self._name_new(self._rename_titled())

    def name_of(self, found: Occurrence) -> str:
        """Return the name of the class at an occurrence."""
        return self.classes[self._class_key(found)].name

    def locked_places(self) -> dict[str, tuple[LockedPlace, ...]]:
        """Return the places for the new lock: those of the old lock, in their order, then new ones."""
        names = {one.locked: one.name for one in self.classes.values() if one.locked}
        lock = self.lock.with_classes_renamed(names)
        live = self._places()
        taken = {text for texts in live.values() for text in texts}
        result: dict[str, tuple[LockedPlace, ...]] = {}
        for name in sorted({*lock.classes, *live}):
            before = [one.text for one in lock.classes.get(name, ())]
            now = live.get(name, {})
            kept = [LockedPlace(text, text in now) for text in before if text in now or text not in taken]
            result[name] = (*kept, *(LockedPlace(text) for text in now if text not in before))
        return result

    def renamed(self) -> dict[str, str]:
        """Return the classes that have another name than in the lock, because the overlay gave them a title."""
        return {one.locked: one.name for one in self.classes.values() if one.locked and one.locked != one.name}

    def _occurrences(self) -> list[Occurrence]:
        found: list[Occurrence] = []
        for place, spot in self.roots:
            self.walker.parts(self._schema(place), spot, _into(found))
        return found

    def _schema(self, place: Place) -> Schema:
        """The schema at a root; a component is a class by reference, or nothing, since others write it out."""
        if place.role != "component":
            return place.schema
        return {"$ref": f"#/components/schemas/{place.name}"} if self.walker.is_class(place.name) else {}

    def _children(self, found: Occurrence, name: str) -> list[Occurrence]:
        """Return the classes right inside of a class, found once: each pass needs them. All occurrences are kept."""
        key = id(found.schema), () if found.component else found.spot.inlined, name
        if key not in self._inside:
            self._inside[key] = []
            self.walker.inside(found, name, _into(self._inside[key]))
        return self._inside[key]

    def _claim(self) -> None:
        """Follow the places that the lock knows from the roots on, and note which shape claims which name how well."""
        self._claims = {}
        self.walker.start()
        seen: set[Key] = set()
        waiting = deque(self._at_roots)
        while waiting:
            found = waiting.popleft()
            name = self._known(found, len(seen), claim=True)
            if name and (found.shape, name) not in seen:
                seen.add((found.shape, name))
                waiting.extend(self._children(found, name))

    def _known(self, found: Occurrence, order: int = 0, *, claim: bool = False) -> str:
        if not self._index:
            return ""
        for name, rank in self._locked_names(found):
            if claim:
                best = self._claims.get(name)
                mine = (rank, order, found.shape)
                if best is None or mine < best:
                    self._claims[name] = mine
            if self._owners.get(name, found.shape if claim else "") == found.shape:
                return name
        return ""

    def _locked_names(self, found: Occurrence) -> Iterator[tuple[str, int]]:
        """The names that the lock has for an occurrence, best first, and how good the claim to each is."""
        title = class_name(str(found.schema["title"])) if "title" in found.schema else ""
        for place, is_uncertain in found.known_by:
            if is_uncertain and title in self.lock.classes:
                yield title, BY_TITLE
                title = ""
            name, rank = self._index.get(place, ("", 0))
            if name:
                yield name, rank + UNCERTAIN * is_uncertain

    def _suggest(self) -> None:
        """Collect the names that shapes could have by rule, from every position."""
        self.walker.start()
        seen: set[str] = set()
        for place, spot in self.roots:
            if place.role == "component":
                if self.walker.is_class(place.name):
                    self.walker.parts(self._schema(place), spot, lambda found: self._suggest_for(found, seen))
                continue
            schema = self.walker.parts(self._schema(place), spot, lambda found: self._suggest_for(found, seen))
            spare, key = self.walker.spare_name(place), str(schema.get("$ref", "")).rpartition("/")[2]
            if spare and key in self._candidates:
                self._candidates[key].suggest(SPARE, spare)

    def _suggest_for(self, found: Occurrence, seen: set[str]) -> str:
        title = found.schema.get("title")
        if found.component:
            if found.key not in seen:
                seen.add(found.key)
                hint = class_name(str(title or found.component))
                self.walker.inside(found, "-", lambda inner: self._suggest_for(inner, seen), hint=hint)
            return found.key
        hint = class_name(str(title)) if title is not None else found.spot.hint
        self.walker.inside(found, "-", lambda inner: self._suggest_for(inner, seen), hint=hint)
        candidate = self._candidates.setdefault(found.key, Candidate())
        if title is not None:
            candidate.suggest(TITLED, class_name(str(title)))
        elif "x-python-name" in found.schema:
            candidate.suggest(NAMED, class_name(str(found.schema["x-python-name"])))
        candidate.suggest(PLACED, class_name(found.spot.hint))
        return found.key

    def _class_key(self, found: Occurrence) -> Key:
        """Return the class of an occurrence: by its place, else one of equal shape, else a new one."""
        name = self._known(found)
        if name:
            return found.shape, name
        return self._by_key.get(found.key, (found.key, ""))

    def _collect(self) -> None:
        """Make the classes: first those that the lock knows, so that what is new can join them."""
        for is_known in (True, False):
            self.walker.start()
            seen: set[Key] = set()
            joined: set[tuple[str, Key]] = set()
            waiting = deque(self._at_roots)
            while waiting:
                found = waiting.popleft()
                key = self._class_key(found)
                if is_known and not key[1]:
                    continue
                joined.add((found.key, key))
                one = self.classes.setdefault(key, Class(found, key[1]))
                if "title" in found.schema:
                    one.titles.add(class_name(str(found.schema["title"])))
                if isinstance(found.shortcuts, dict):
                    one.shortcuts |= found.shortcuts
                if key not in seen:
                    seen.add(key)
                    waiting.extend(self._children(found, key[1] or f"?{found.key}"))
            for same, key in sorted(joined, key=lambda pair: (pair[0], pair[1][1], pair[1][0])):
                self._by_key.setdefault(same, key)

    def _rename_titled(self) -> set[str]:
        """Name the classes of the lock: as they were, or as a title of the overlay says. Return the modules taken."""
        taken = self._taken() | {module_name(name) for name in self.lock.classes}
        aliases = self.lock.aliases.classes
        for one in sorted(self.classes.values(), key=lambda one: one.locked):
            if not one.locked:
                continue
            one.name = one.locked
            if one.titles and not any(_is_variant(one.locked, title) for title in one.titles):
                title = min(one.titles)
                if title in aliases and aliases[title].to == one.locked:
                    taken.discard(module_name(title))
                if module_name(title) not in taken:  # else it is the name of another class, which keeps it
                    taken.add(module_name(title))
                    one.name = title
        taken |= {module_name(name) for name, alias in aliases.items() if alias.to}
        return taken

    def _name_new(self, taken: set[str]) -> None:
        new = [one for one in self.classes.values() if not one.locked]
        components = sorted((one for one in new if one.found.component), key=lambda one: one.found.component)
        for one in components:
            one.name = _free(class_name(str(one.found.schema.get("title") or one.found.component)), taken)
        by_shape: dict[str, Class] = {}
        for one in sorted(self.classes.values(), key=lambda one: (one.locked, one.found.component)):
            if one.found.component:
                by_shape[one.found.shape] = one
        inline = [one for one in new if not one.found.component]
        if inline:
            self._suggest()  # a walk of all positions: most versions of a description bring no class

        def order(one: Class) -> tuple[int, tuple[int, int, str], int, str]:
            candidate = self._candidates[one.found.key]
            best = min(candidate.names)
            return (best[0] != TITLED, best, -candidate.uses, one.found.key)

        # Those with the best claim to a name choose first; of equals, the one that is used most.
        for one in sorted(inline, key=order):
            names = sorted(self._candidates[one.found.key].names)
            rank, _, name = names[0]
            if rank != TITLED:
                name = next((other for *_, other in names if module_name(other) not in taken), name)
            same = by_shape.get(one.found.shape)
            # A title of its own, or a shape so small that it may be equal by chance, is a class of its own.
            if same is not None and (name == same.name or (rank != TITLED and _is_large(one.found.schema))):
                one.name = same.name
                self._by_key[one.found.key] = (same.found.shape, same.locked) if same.locked else (same.found.key, "")
            else:
                one.name = _free(name, taken)

    def _taken(self) -> set[str]:
        """The modules that resources and options use: a class takes none of them."""
        taken: set[str] = set()
        for item in operations(self.document).values():
            resource, _, function = str(item["x-python-name"]).rpartition(".")
            taken |= {module_name(class_of(resource)), module_name(f"Async{class_of(resource)}")}
            if "x-python-facade" in item:
                taken.add(module_name(f"{pascal(function)}Options"))
        return taken

    def _places(self) -> dict[str, dict[str, None]]:
        """Return the places of every class by its name, from the roots down; each place is one class's."""
        found: dict[str, dict[str, None]] = {}
        # The lock may have other names for a component where it is used: its own place is not theirs.
        own = {one.component: self.name_of(one) for one in self._at_roots if one.place == schema_place(one.component)}
        seen: set[Key] = set()
        self.walker.start()
        waiting = deque((one, one.place) for one in self._at_roots)
        while waiting:
            one, place = waiting.popleft()
            key = self._class_key(one)
            name = self.classes[key].name
            listed = found.setdefault(name, {})
            listed.setdefault(place)
            if one.component and own[one.component] == name:
                listed.setdefault(schema_place(one.component))
            if key not in seen:
                seen.add(key)
                # Lookups use the names of the lock; what is recorded are the names of today.
                holder = key[1] or f"?{one.key}"
                inner = self._children(one, holder)
                waiting.extend((child, name + child.place.removeprefix(holder)) for child in inner)
        return found


def _into(found: list[Occurrence]) -> Visit:
    """Return a visit that collects occurrences."""

    def visit(one: Occurrence) -> str:
        found.append(one)
        return "-"

    return visit


def _is_variant(name: str, title: str) -> bool:
    """Whether a name is a title, or the title with the number that a second class of that title has."""
    return name == title or (name.startswith(title) and name[len(title) :].isdigit())


def _is_large(schema: Schema) -> bool:
    return "properties" not in schema or len(schema["properties"]) >= ENOUGH


def _free(name: str, taken: set[str]) -> str:
    candidate, number = name, 2
    while module_name(candidate) in taken:
        candidate, number = class_name(f"{name}{number}"), number + 1
    taken.add(module_name(candidate))
    return candidate
