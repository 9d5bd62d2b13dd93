"""What differs between two contracts, without judgement."""
