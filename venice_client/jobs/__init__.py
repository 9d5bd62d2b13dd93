"""Videos and music: ordered, waited for and fetched; resumed after a crash."""
