"""A class keeps its name as long as one of its places exists, whatever happens to its shape or to other classes."""

from __future__ import annotations

from typing import Any

from generator.plan import Version, plan_version
from generator.spec.overlay import Action, Overlay
from tests.table import table

Document = dict[str, Any]

LEVEL = {"type": "string", "enum": ["low", "high"]}
WIDER = {"type": "string", "enum": ["low", "high", "most"]}
THING = {"type": "object", "properties": {name: {"type": "string"} for name in ("one", "two", "three")}}
CAT = {"type": "object", "properties": {"purr": {"type": "string"}, "age": {"type": "integer"}}}
DOG = {"type": "object", "properties": {"bark": {"type": "string"}, "age": {"type": "integer"}}}


def ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def api(components: Document | None = None, **operations: Document) -> Document:
    """A contract with a POST /things/NAME for each name, whose body has the given properties or is the given schema."""

    def as_json(schema: Document) -> Document:
        return {"content": {"application/json": {"schema": schema}}}

    def body(given: Document) -> Document:
        is_schema = {"type", "$ref", "allOf", "oneOf", "anyOf"} & given.keys()
        return given if is_schema else {"type": "object", "properties": given}

    return {
        "info": {"version": "20260101.000000"},
        "paths": {
            f"/things/{name}": {
                "post": {
                    "operationId": name,
                    "requestBody": as_json(body(given)),
                    "responses": {"200": as_json({"type": "string"})},
                }
            }
            for name, given in operations.items()
        },
        "components": {"schemas": components or {}},
    }


def overlay(**titles: str) -> Overlay:
    """An overlay that gives titles to properties of the body of POST /things/make."""
    where = "$.paths['/things/make'].post.requestBody.content['application/json'].schema.properties"
    actions = [Action(1, f"{where}.{name}", {"title": title}) for name, title in titles.items()]
    return Overlay("overlay", tuple(actions or [Action(1, "$.info", {})]))


def plan(contract: Document, before: Version | None = None, **titles: str) -> Version:
    return plan_version(contract, overlay(**titles), before=before)


def argument(version: Version, method: str, name: str) -> str:
    """Return the class of an argument."""
    (schema,) = (
        item.schemas[0]
        for operation in version.plan.operations
        for item in operation.arguments
        if operation.function == method and item.name == name
    )
    return str(schema["$ref"]).rpartition("/")[2]


def body(version: Version, method: str) -> str:
    """Return the class of a body."""
    (operation,) = (one for one in version.plan.operations if one.function == method)
    return str(operation.bodies["application/json"]["$ref"]).rpartition("/")[2]


def classes(version: Version) -> set[str]:
    return {*version.plan.models, *version.plan.enums}


def test_equal_shapes_share_a_class_under_the_shortest_name() -> None:
    made = plan(api(make_larger={"level": LEVEL}, do={"level": LEVEL}))
    assert argument(made, "make_larger", "level") == argument(made, "do", "level") == "ThingsDoRequestLevel"


def test_an_addition_renames_no_class() -> None:
    old = plan(api(make_larger={"level": LEVEL}))
    new = plan(api(make_larger={"level": LEVEL}, do={"level": LEVEL}), old)
    assert argument(new, "make_larger", "level") == argument(new, "do", "level") == "ThingsMakeLargerRequestLevel"


def test_a_changed_shape_keeps_the_name_of_its_place() -> None:
    old = plan(api(make={"level": LEVEL}))
    new = plan(api(make={"level": WIDER}, do={"level": LEVEL}), old)
    assert argument(new, "make", "level") == "ThingsMakeRequestLevel"
    assert argument(new, "do", "level") != "ThingsMakeRequestLevel"


def test_the_first_place_keeps_the_name_if_a_class_splits() -> None:
    old = plan(api(make={"level": LEVEL}, shape={"level": LEVEL}))
    assert argument(old, "shape", "level") == "ThingsMakeRequestLevel"
    for make, shape in ((WIDER, LEVEL), (LEVEL, WIDER)):
        new = plan(api(make={"level": make}, shape={"level": shape}), old)
        assert argument(new, "make", "level") == "ThingsMakeRequestLevel"
        assert argument(new, "shape", "level") == "ThingsShapeRequestLevel"


def test_two_classes_that_become_equal_keep_both_names() -> None:
    old = plan(api(make={"level": LEVEL}, shape={"level": WIDER}))
    both = plan(api(make={"level": WIDER}, shape={"level": WIDER}), old)
    assert argument(both, "make", "level") == "ThingsMakeRequestLevel"
    assert argument(both, "shape", "level") == "ThingsShapeRequestLevel"
    apart = plan(api(make={"level": LEVEL}, shape={"level": WIDER}), both)
    assert (apart.plan, apart.names) == (old.plan, old.names)


def test_removing_an_enum_value_renames_no_class() -> None:
    before = {"kind": {"type": "string", "enum": ["a", "b", "c"]}}
    after = {"kind": {"type": "string", "enum": ["a", "b"]}}
    old = plan(api(order=before, cancel=after))
    new = plan(api(order=after, cancel=after), old)
    assert classes(new) == classes(old)
    assert body(new, "order") == body(old, "order")


@table(
    ("before", "after"),
    [
        (api(make=THING), api({"Thing": THING}, make=ref("Thing"))),
        (api({"Thing": THING}, make=ref("Thing")), api(make=THING)),
        (api({"Thing": THING}, make=ref("Thing")), api({"Other": THING}, make=ref("Other"))),
        (api({"Thing": THING}, make=ref("Thing")), api({"Thing": THING}, make={"allOf": [ref("Thing"), {"type": "object", "properties": {"more": LEVEL}}]})),  # noqa: E501  one case a line
        (api({"Cat": CAT}, make=ref("Cat")), api({"Cat": CAT, "Dog": DOG}, make={"oneOf": [ref("Cat"), ref("Dog")]})),
        (api({"Cat": CAT}, make=ref("Cat")), api({"Cat": CAT, "Dog": DOG}, make={"oneOf": [ref("Dog"), ref("Cat")]})),
        (api({"Cat": CAT, "Dog": DOG}, make={"oneOf": [ref("Cat"), ref("Dog")]}), api({"Cat": CAT}, make=ref("Cat"))),
        (api(make={"pet": {"oneOf": [CAT, DOG]}}), api(make={"pet": {"oneOf": [THING, DOG, CAT]}})),
        (api(make={"pet": CAT}), api(make={"pet": {"oneOf": [THING, CAT]}})),
        (api(make={"pet": CAT}), api(make={"pet": {"type": "array", "items": CAT}}, do={"pet": CAT})),
    ],
)  # fmt: skip
def test_a_place_keeps_its_class_name_however_the_description_writes_it(before: Document, after: Document) -> None:
    old = plan(before)
    new = plan(after, old)
    kept = {name for name in classes(old) if name in classes(new) or new.names.aliases.classes[name].to}
    gone = {name for name in classes(old) - kept if "Dog" not in name}
    assert gone in (set(), {"ThingsMakeRequestPet"}), new.names.aliases.classes
    if "pet" not in str(before) and "oneOf" not in str(before):
        assert body(old, "make") in classes(new)
    again = plan(before, new)
    assert classes(again) >= classes(old)


def test_reordered_branches_of_a_union_keep_their_classes() -> None:
    old = plan(api(make={"pet": {"oneOf": [CAT, DOG]}}))
    new = plan(api(make={"pet": {"oneOf": [THING, DOG, CAT]}}), old)
    fields = {name: {one.wire for one in model.fields} for name, model in new.plan.models.items()}
    for name, model in old.plan.models.items():
        if "Pet" in name:
            assert fields[name] == {one.wire for one in model.fields}


def test_a_title_renames_a_class_and_keeps_the_old_name_as_an_alias() -> None:
    old = plan(api(make={"level": LEVEL}))
    new = plan(api(make={"level": LEVEL}), old, level="Strength")
    assert argument(new, "make", "level") == "Strength"
    assert new.names.aliases.classes["ThingsMakeRequestLevel"].to == "Strength"
    back = plan(api(make={"level": LEVEL}), new)
    assert argument(back, "make", "level") == "Strength", "the lock comes first"


def test_a_title_used_by_another_class_is_ignored() -> None:
    old = plan(api(make={"level": LEVEL}, do={"strength": THING}), do_="")
    taken = argument(old, "do", "strength")
    new = plan(api(make={"level": LEVEL}, do={"strength": THING}), old, level=taken)
    assert (argument(new, "make", "level"), argument(new, "do", "strength")) == ("ThingsMakeRequestLevel", taken)


def test_a_new_class_avoids_locked_names_without_regard_to_case() -> None:
    old = plan(api({"ApiKey": THING}, make=ref("ApiKey")))
    new = plan(api({"ApiKey": THING, "APIKey": CAT}, make=ref("ApiKey"), do=ref("APIKey")), old)
    assert body(new, "make") == "ApiKey"
    assert body(new, "do") == "APIKey2"


def test_removed_names_are_remembered_and_restored() -> None:
    old = plan(api(make={"level": LEVEL}, do={"a": {"type": "string"}}))
    without = plan(api(do={"a": {"type": "string"}}), old)
    assert without.names.aliases.classes["ThingsMakeRequestLevel"].since == "2026-01-01"
    assert "things.make" in without.names.aliases.operations
    assert plan(api(make={"level": LEVEL}, do={"a": {"type": "string"}}), without).names == old.names


def test_a_new_component_equal_to_a_class_does_not_rename_it() -> None:
    old = plan(api(make={"thing": THING}))
    assert argument(plan(api({"Thing": THING}, make={"thing": THING})), "make", "thing") == "Thing"
    assert (
        argument(plan(api({"Thing": THING}, make={"thing": THING}), old), "make", "thing") == "ThingsMakeRequestThing"
    )


def test_a_new_field_of_similar_name_does_not_rename_the_old_one() -> None:
    old = plan(api(make={"foo_bar": LEVEL, "bazQux": LEVEL}))
    new = plan(api(make={"foo_bar": LEVEL, "fooBar": THING, "baz_qux": THING, "bazQux": LEVEL}), old)
    assert {one.wire: one.name for one in new.plan.operations[0].arguments} == {
        "foo_bar": "foo_bar",
        "fooBar": "foo_bar_2",
        "bazQux": "baz_qux",
        "baz_qux": "baz_qux_2",
    }
    again = plan_version(new.contract, overlay(), names=new.names)
    assert again.plan == new.plan, "the lock alone gives the same names"
    without = plan(api(make={"fooBar": THING, "bazQux": LEVEL}), new)
    assert {one.wire: one.name for one in without.plan.operations[0].arguments} == {
        "fooBar": "foo_bar_2",
        "bazQux": "baz_qux",
    }


def test_a_lock_reproduces_its_own_names() -> None:
    first = plan(api(make={"level": LEVEL, "level_": WIDER}, shape={"size": LEVEL}))
    second = plan(api(make={"level": WIDER, "level_": LEVEL}, shape={"size": WIDER}, do={"size": LEVEL}), first)
    again = plan_version(second.contract, overlay(), names=second.names)
    assert (again.plan, again.names) == (second.plan, second.names)


def test_the_place_of_a_component_is_of_one_class_where_the_lock_has_others_for_its_uses() -> None:
    old = plan(api({"Ape": THING, "Bear": CAT}, make=ref("Ape"), do=ref("Bear")))
    pets = {"pet": {"oneOf": [ref("Bear"), DOG]}}
    new = plan(api({"Bear": CAT}, make=ref("Bear"), do=ref("Bear"), keep=pets), old)
    assert (body(new, "make"), body(new, "do")) == ("Ape", "Bear")
    assert [name for name, listed in new.names.classes.items() if "schema Bear" in {one.text for one in listed}] == [
        "Bear"
    ]
    again = plan_version(new.contract, overlay(), names=new.names)
    assert (again.plan, again.names) == (new.plan, new.names)
