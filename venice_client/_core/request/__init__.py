"""From an operation and its arguments to a request."""
