"""
A local stand-in of the API: a server on 127.0.0.1 made from an OpenAPI description only.

    from tests.standin import StandIn

    with StandIn(document) as api:
        ...                     # point a client at api.base_url
        api.assert_valid()      # every request was what the description requires

It checks each request against the description, records it, and responds with a sample that conforms. It has
no state and no models: a picture is returned tinted, a question is answered with a fixed sentence, and a video
or music is ready at the first poll. For a job in progress, set that answer:

    api.answer("POST /video/retrieve", body={"status": "PROCESSING"}, times=2)
"""

from __future__ import annotations

from .server import Received, StandIn

__all__ = ["Received", "StandIn"]
