"""What each model can do, as GET /models tells it, and whether a request fits."""
