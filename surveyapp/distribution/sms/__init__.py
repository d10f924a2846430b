"""Text message providers behind one small interface."""
