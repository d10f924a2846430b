"""Weights of a study: the recipe, what became of the sample, and the chain that makes them."""
