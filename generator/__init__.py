"""Reads the vendor's OpenAPI description, tells what changed, and regenerates the client. No part of the wheel."""
