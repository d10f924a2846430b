"""The translation desk: what is translated, what is stale, and files for translators."""
