"""Shapes of values, models and operations."""
