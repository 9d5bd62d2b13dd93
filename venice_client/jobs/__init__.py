"""Long work that is queued: videos and music, their handles, and how they come home."""
