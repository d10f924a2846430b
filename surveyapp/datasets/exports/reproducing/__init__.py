"""A notebook and an R script that compute a study's headline again from its exported CSV file."""
