"""The ways to send a call, one module for each family of HTTP libraries; each is imported when it is first used."""
