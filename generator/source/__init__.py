"""Where a description comes from, and how it is read."""
