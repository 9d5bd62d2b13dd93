"""What changed between two descriptions, and what it means: compare, judge, python_api, report."""
