"""
`venice.images`: the generated operations, whose pictures may have any form and whose results are pictures.

Names and parameters of the methods are generated. What the methods share is here: the body of a call, and what its
response becomes. `async_resource` is the same for AsyncVenice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from venice_client._core.errors import RequestValidationError
from venice_client._core.request.body import choose_body
from venice_client._core.request.call import CallOptions
from venice_client._core.response.response import Converter
from venice_client._core.schema.media_types import is_json
from venice_client._core.schema.operation import Operation
from venice_client._core.schema.sentinel import UNSET
from venice_client._core.schema.values import is_content
from venice_client.api.resources import resource_classes
from venice_client.batch import ManyPictures
from venice_client.images.embed import Pictured
from venice_client.images.results import picture_of, pictures_of

if TYPE_CHECKING:
    from venice_client.api.images import Images as GeneratedImages
else:
    GeneratedImages, _ = resource_classes("images")


class Images(ManyPictures, GeneratedImages):
    """The operations of `images`."""

    def _send_pictures(
        self,
        operation: Operation,
        arguments: Mapping[str, object],
        fields: Mapping[str, object],
        editing: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> Any:  # of the type that the generated method declares
        call = PictureCall.of(operation, fields, editing, options)
        return self._client.send(operation, arguments, call.body, options=call.options, convert=call.convert)


@frozen
class PictureCall:
    """What both kinds of client send for a method that gives pictures."""

    body: Any
    """`Pictured`, or what the operation takes where it takes no picture."""
    options: CallOptions
    convert: Converter

    @classmethod
    def of(
        cls,
        operation: Operation,
        fields: Mapping[str, object],
        editing: Mapping[str, object],
        options: Mapping[str, object],
    ) -> PictureCall:
        """
        Make the body of the fields, by their names on the wire. `editing` has `resize` and the like.

        Raises RequestValidationError where none of the fields is given.
        """
        given: Any = {name: value for name, value in options.items() if value is not UNSET and value is not None}
        values = {name: value for name, value in fields.items() if value is not UNSET}
        if not values and not given.get("extra_body"):
            raise RequestValidationError([f"{' or '.join(fields)}: a picture is needed"])
        for name, value in values.items():  # such as the files that a folder lists
            if isinstance(value, Iterator) and not is_content(value):
                values[name] = list(value)
        body: Any = choose_body(operation, values, given.get("extra_body"))
        if body is not UNSET:
            wishes: Any = editing  # resize, strip_metadata and progress, as the generated method declares them
            body = Pictured(body, **wishes)
        gives_list = any(map(is_json, operation.results.get("200", ())))
        return cls(body, given, pictures_of if gives_list else picture_of)
