"""Attributes of customers that the installation defines itself."""
