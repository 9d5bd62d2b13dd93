"""From a plan to Python files."""
