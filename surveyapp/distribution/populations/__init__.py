"""Populations by a rule over what customers are, and what happened to them."""
