"""Reading foreign tables: encodings, CSV, XLSX, SPSS, Parquet.

`table.open_rows` streams text cells with their row numbers; `frame.read_frame` gives a pandas
frame. Both report anything unusable as `SurveyError` with codes `table.*`.
"""
