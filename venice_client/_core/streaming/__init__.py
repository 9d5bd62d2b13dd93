"""Streams of server-sent events: read, typed and joined to a whole answer."""
