"""Verify a generated package and put it in place."""
