"""Reports of findings in all formats."""
