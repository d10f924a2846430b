"""Snapshots: a study's data set frozen in files, from which any number can be computed again."""
