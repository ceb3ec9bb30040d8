"""Turns the model into words and shapes, purely. The only place with sentences for users."""
