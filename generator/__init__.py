"""Reads the vendor's OpenAPI description, tells what changed, and regenerates the client. Never shipped in the wheel."""
