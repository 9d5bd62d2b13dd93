"""The history of an API: many descriptions in order, what each bump meant to callers, as text, JSON or a page."""
