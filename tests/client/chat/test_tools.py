"""A function becomes a tool, and the arguments of the model are validated and converted."""

from __future__ import annotations

import dataclasses
import functools
from typing import Annotated, Any, Literal, Union

import msgspec
import pydantic
import pytest

from venice_client import RequestValidationError
from venice_client.chat import Tool, pydantic_function_tool, tool
from venice_client.chat.tools import make_tools


@dataclasses.dataclass
class Place:
    city: str
    country: str = "IT"


@tool
def weather(place: Place, unit: Literal["C", "F"] = "C", days: list[int] | None = None) -> str:
    """
    Return the weather
    of a place.

    More about it.

    Args:
        place (Place): Where: a city
            with its country.
        unit: The unit.
        days: Which days.

    Returns:
        text: A sentence.
    """
    return f"{place.city} {unit} {days}"


def test_signature_and_docstring_become_a_strict_schema() -> None:
    found = weather.to_dict()["function"]
    assert (found["name"], found["description"], found["strict"]) == ("weather", "Return the weather of a place.", True)
    properties = found["parameters"]["properties"]
    assert list(properties) == ["place", "unit", "days"]
    assert properties["place"]["description"] == "Where: a city with its country."
    assert properties["unit"] == {"enum": ["C", "F"], "description": "The unit."}
    assert found["parameters"]["required"] == ["place", "unit", "days"]


def test_docstrings_in_sphinx_style_are_read() -> None:
    def add(first: int, second: int) -> int:
        """
        Add two numbers.

        :param first: The one.
        :param int second: The other.
        """
        return first + second

    properties = tool(add).parameters["properties"]
    assert [item["description"] for item in properties.values()] == ["The one.", "The other."]


def test_docstrings_in_numpy_style_are_read() -> None:
    def add(first: int, second: int = 2) -> int:
        """
        Add two numbers.

        Parameters
        ----------
        first : int
            The one,
            which is required.
        second : int, optional
            The other.

        Returns
        -------
        int
            The sum.
        """
        return first + second

    properties = tool(add).parameters["properties"]
    assert [item["description"] for item in properties.values()] == ["The one, which is required.", "The other."]


def test_annotations_describe_and_limit_arguments() -> None:
    def forecast(
        city: Annotated[str, "Name of the city."],
        days: Annotated[int, pydantic.Field(ge=1, le=7, description="How many days.")] = 3,
        hour: Annotated[int, msgspec.Meta(ge=0, description="From which hour on.")] = 0,
        wind: Annotated[bool, None] = False,
    ) -> Any:
        """
        Forecast.

        Args:
            city: Less than the annotation says.
            wind: Whether the wind is included.
        """
        return city, days, hour, wind

    made = tool(forecast)
    properties = made.parameters["properties"]
    assert [item["description"] for item in properties.values()] == [
        "Name of the city.",
        "How many days.",
        "From which hour on.",
        "Whether the wind is included.",
    ]
    assert (properties["days"]["minimum"], properties["days"]["maximum"], properties["hour"]["minimum"]) == (1, 7, 0)
    assert made.run('{"city": "Rome"}') == ("Rome", 3, 0, False)
    with pytest.raises(ValueError, match=r"(?s)days.*less than or equal to 7"):
        made.run('{"city": "Rome", "days": 30}')


def test_what_a_partial_gives_is_not_shown_to_the_model() -> None:
    def read(user: str, name: str, folder: str = "/") -> Any:
        """Read a file."""
        return user, name, folder

    for made in (functools.partial(read, user="me"), functools.partial(functools.partial(read, "me"), folder="/home")):
        found = tool(made)
        assert (found.name, found.description, "user" in found.parameters["properties"]) == (
            "read",
            "Read a file.",
            False,
        )
        assert found.run('{"name": "a"}')[:2] == ("me", "a")
        with pytest.raises(ValueError, match="user"):
            found.run('{"name": "a", "user": "you"}')


class Search:
    """Searches."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, query: str) -> str:
        """Search the archive."""
        return query * self.limit

    def recent(self, query: str) -> str:
        """Search what is new."""
        return query


def test_objects_that_can_be_called_and_methods_can_be_tools() -> None:
    made = tool(Search(2))
    assert (made.name, made.description, made.run('{"query": "a"}')) == ("Search", "Searches.", "aa")
    assert tool(Search(2).recent).to_dict()["function"]["description"] == "Search what is new."


def test_a_class_without_a_docstring_does_not_describe_itself_by_that_of_its_base() -> None:
    class Plain(Search): ...

    class City(pydantic.BaseModel):
        name: str

    assert tool(Plain(2)).description == "Search the archive."  # of `__call__`
    assert "description" not in tool(City).to_dict()["function"]


def test_a_type_that_is_not_in_the_module_is_named() -> None:
    @dataclasses.dataclass
    class Local:
        a: int

    def use(local: Local) -> int:
        return local.a

    with pytest.raises(
        RequestValidationError,
        match=r"^tool use: the annotations cannot be read: .*'Local' is not defined: types must be",
    ):
        tool(use)


def test_arguments_are_converted_and_defaults_kept() -> None:
    assert weather.run('{"place": {"city": "Rome"}, "unit": "F", "days": [1]}') == "Rome F [1]"
    assert weather.run('{"place": {"city": "Rome"}}') == "Rome C None"
    assert weather(Place("Oslo")) == "Oslo C None"


class Cat(pydantic.BaseModel):
    lives: int


class Dog(pydantic.BaseModel):
    legs: int


@dataclasses.dataclass
class Owner:
    name: str
    pet: Union[Cat, Dog, None] = None  # noqa: UP007  # as callers write it


class Names(pydantic.RootModel[list[str]]):
    pass


@pytest.mark.parametrize("strict", [True, False])
def test_arguments_may_be_unions_of_pydantic_models(strict: bool) -> None:
    @tool(strict=strict)
    def feed(pet: Cat | Dog, names: Names, others: list[Cat | Dog] | None = None) -> Any:
        return pet, names, others

    assert feed.parameters["properties"]["pet"]["anyOf"] == [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]
    assert set(feed.parameters["$defs"]) == {"Cat", "Dog"}
    text = '{"pet": {"legs": 4}, "names": ["a"]%s}'
    assert feed.run(text % "") == (Dog(legs=4), Names(["a"]), None)
    assert feed.run(text % ', "others": [{"lives": 9}]') == (Dog(legs=4), Names(["a"]), [Cat(lives=9)])
    with pytest.raises(ValueError, match="legs"):
        feed.run('{"pet": {"wheels": 4}, "names": []}')


def test_arguments_may_be_dataclasses_with_unions_of_pydantic_models() -> None:
    def adopt(owner: Owner, others: list[Owner]) -> Any:
        return owner, others

    assert tool(adopt).run('{"owner": {"name": "a", "pet": {"lives": 9}}, "others": [{"name": "b"}]}') == (
        Owner("a", Cat(lives=9)),
        [Owner("b")],
    )


@pytest.mark.parametrize(
    "text", ['{"place": "Rome"}', '{"place": {"city": "Rome"}, "unit": "K"}', '{"plce": 1}', "{", "{}", "[]", ""]
)
def test_invalid_arguments_are_refused_before_the_function_is_called(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        weather.run(text)


@pytest.mark.parametrize("text", ["", " ", "null", "{}"])
def test_a_call_without_arguments_takes_the_defaults(text: str) -> None:
    def add(one: int = 1, other: int = 2) -> int:
        return one + other

    assert tool(add).run(text) == 3


def test_a_tool_that_is_not_strict_requires_only_parameters_without_default() -> None:
    @tool(strict=False, name="find", description="Find.")
    def search(query: str, limit: int = 5) -> str:
        return query * limit

    found = search.to_dict()["function"]
    assert found == {
        "name": "find",
        "description": "Find.",
        "parameters": {
            "type": "object",
            "properties": {"query": {"type": "string"}, "limit": {"type": "integer"}},
            "required": ["query"],
            "additionalProperties": False,
        },
    } | {"parameters": {**found["parameters"]}}
    assert found["parameters"]["required"] == ["query"]


def test_functions_that_cannot_be_tools_are_refused_with_every_reason() -> None:
    def bad(first, *rest: int, **more: Any) -> None: ...  # type: ignore[no-untyped-def]

    with pytest.raises(RequestValidationError) as raised:
        tool(bad)
    assert len(raised.value.problems) == 3
    with pytest.raises(RequestValidationError, match=r"got '<lambda>': tool\(name=...\) sets it"):
        tool(lambda: None)


def test_names_of_tools_are_unique() -> None:
    assert list(make_tools([weather, tool(name="other")(lambda: None)])) == ["weather", "other"]
    with pytest.raises(RequestValidationError, match="twice"):
        make_tools([weather, weather])
    with pytest.raises(RequestValidationError, match="required"):
        make_tools([5])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (weather, r"got Tool: pass \[...\] with it in"),
        (None, "got NoneType"),
        ("weather", "got str"),
        ({}, "got dict"),
    ],
)
def test_tools_must_be_a_list(given: Any, said: str) -> None:
    with pytest.raises(RequestValidationError, match=f"tools: a list of functions is required, {said}"):
        make_tools(given)


def test_a_pydantic_model_becomes_a_tool() -> None:
    class GetWeather(pydantic.BaseModel):
        """Look it up."""

        city: str
        unit: str = "C"

    found = pydantic_function_tool(GetWeather)
    assert found["function"]["name"] == "GetWeather"
    assert found["function"]["description"] == "Look it up."
    assert found["function"]["parameters"]["required"] == ["city", "unit"]
    assert pydantic_function_tool(GetWeather, name="w", description="")["function"].get("description") is None
    with pytest.raises(RequestValidationError, match="pydantic"):
        pydantic_function_tool(Place)


def test_arguments_may_be_pydantic_models() -> None:
    class Stop(pydantic.BaseModel):
        city: str
        nights: int = 1

    def trip(stops: list[Stop], home: Place) -> str:
        return f"{stops} {home.city}"

    trip.__annotations__ = {"stops": list[Stop], "home": Place}
    made = tool(trip)
    assert made.run('{"stops": [{"city": "Rome", "nights": 2}], "home": {"city": "Pisa", "country": "IT"}}') == (
        "[Stop(city='Rome', nights=2)] Pisa"
    )
    with pytest.raises(ValueError, match="nights"):
        made.arguments('{"stops": [{"city": "Rome", "nights": "many"}], "home": {"city": "Pisa", "country": "IT"}}')


def test_async_functions_can_be_tools() -> None:
    async def fetch(url: str) -> str:
        return url

    assert isinstance(tool(fetch), Tool)
    assert tool(fetch).to_dict()["function"]["name"] == "fetch"
