"""What a difference means to a caller."""
