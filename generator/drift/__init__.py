"""Tells what changed between two contracts: compare finds the differences, report tells them."""
