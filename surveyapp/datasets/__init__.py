"""Answers as a table: codebook, screening, cleaning log, exports."""
