"""Sampling: how many of each stratum, which ones, with what probability, and what they tell."""
