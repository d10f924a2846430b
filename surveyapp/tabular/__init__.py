"""Reading foreign tables: encodings, CSV, XLSX, SPSS, Parquet."""
