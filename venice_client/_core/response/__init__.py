"""From a response to a value."""
