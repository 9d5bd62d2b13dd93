"""The picture facade: takes pictures as people have them, and gives pictures that can be saved."""
