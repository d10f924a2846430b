"""Exports: CSV, XLSX, SPSS and Parquet files that were read back before they are offered."""
