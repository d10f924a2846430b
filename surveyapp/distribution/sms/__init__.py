"""Providers of text messages behind one small interface."""
