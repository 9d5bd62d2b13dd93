"""The pinned contract and the overlay."""
