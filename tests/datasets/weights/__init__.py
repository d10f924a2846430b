"""Tests of the weights of a study."""
