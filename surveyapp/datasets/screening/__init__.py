"""Screening: flags that name their rule, exclusions that can be undone, a log of both."""
