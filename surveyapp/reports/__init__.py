"""Figures and the study page."""
