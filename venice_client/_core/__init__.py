"""The hand-written core that every operation goes through. It knows no endpoint, no model and no facade."""
