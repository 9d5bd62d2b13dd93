"""Read the vendor's OpenAPI description, report what changed, and generate the client. Not part of the wheel."""
