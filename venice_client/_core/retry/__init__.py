"""Whether and when a call is sent again."""
