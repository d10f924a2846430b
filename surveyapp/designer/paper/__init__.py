"""The questionnaire on paper: one layout, written as Word, as PDF and as a page to print."""
