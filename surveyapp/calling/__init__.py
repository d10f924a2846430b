"""Telephone interviews: who is called, when, by whom, and what came of it."""
