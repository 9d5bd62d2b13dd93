"""
`venice.images`: the generated operations, whose pictures may have any form and whose results are pictures.

Names and parameters of the methods are generated. What the methods share is here: the body of a call, and what its
response becomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from venice_client._core.errors import RequestValidationError
from venice_client._core.progress import check_progress
from venice_client._core.request.arguments import call_options
from venice_client._core.request.body import choose_body, input_body
from venice_client._core.request.options import refuse
from venice_client._core.response.response import Converter
from venice_client._core.schema.media_types import is_json
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.values import is_content
from venice_client.api.resources import resource_classes
from venice_client.batch import AsyncManyPictures, ManyPictures
from venice_client.images.embed import Pictured
from venice_client.images.results import picture_of, pictures_of

if TYPE_CHECKING:
    from venice_client.api.images import AsyncImages as GeneratedAsyncImages
    from venice_client.api.images import Images as GeneratedImages
else:
    GeneratedImages, GeneratedAsyncImages = resource_classes("images")


class Images(ManyPictures, GeneratedImages):
    """The operations of `images`."""

    def _send_pictures(self, *call: Any) -> Any:  # of the type that the generated method declares
        return self._client.send(**_picture_call(*call))


class AsyncImages(AsyncManyPictures, GeneratedAsyncImages):
    """The operations of `images`, async."""

    async def _send_pictures(self, *call: Any) -> Any:  # of the type that the generated method declares
        return await self._client.send(**_picture_call(*call))


def _picture_call(
    operation: Operation,
    arguments: Mapping[str, object],
    fields: Mapping[str, object],
    editing: Mapping[str, object],
    options: Mapping[str, object],
) -> dict[str, Any]:
    """
    Return the arguments of `client.send` for a method that gives pictures.

    The fields of the body are by their names on the wire; `editing` has `resize` and the like. Raises
    RequestValidationError where none of the fields is given.
    """
    given = call_options(**options)
    values = {name: value for name, value in fields.items() if value is not UNSET}
    extra = given.get("extra_body")
    if not values and not extra:
        raise RequestValidationError([f"{' or '.join(fields)}: a picture is needed"])
    for name, value in values.items():  # such as the files that a folder lists
        if isinstance(value, Iterator) and not is_content(value):
            values[name] = list(value)
    body: Any = choose_body(operation, values, extra)  # what the operation takes, where it takes no picture
    wishes: Any = editing  # resize, strip_metadata and progress, as the generated method declares them
    for name in ("resize", "strip_metadata"):
        if wishes[name] is not True and wishes[name] is not False:
            raise refuse(name, "True or False", wishes[name])
    if wishes["progress"] is not False:
        check_progress(wishes["progress"])
    if body is not UNSET:
        body = Pictured(input_body(operation, body, None), **wishes)
    gives_list = is_json(next(iter(operation.successes), ""))
    convert: Converter = pictures_of if gives_list else picture_of
    return {"operation": operation, "arguments": arguments, "body": body, "options": given, "convert": convert}
