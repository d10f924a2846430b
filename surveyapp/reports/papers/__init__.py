"""Reports: a cover, one page of summary, a body and an appendix, kept as files that never change.

The document is made of plain values (`model`), from figures that the worker computed; what it
looks like as PDF, HTML and spreadsheet is decided in `rendering`. Its digests go into the audit
trail.
"""
