"""Changes of a picture before it is sent."""
