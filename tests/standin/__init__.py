"""
A local stand-in of the API: a server on 127.0.0.1 that knows nothing but an OpenAPI description.

    from tests.standin import StandIn

    with StandIn(document) as api:
        ...                     # point a client at api.base_url
        api.assert_valid()      # every request was what the description requires

It checks each request against the description, remembers it, and answers with a sample that conforms. It has
no state, no models and no quality: a picture comes back tinted, a question is answered with a fixed sentence.
"""

from __future__ import annotations

from .server import Received, StandIn

__all__ = ["Received", "StandIn"]
