"""Person indices of careless answering: one number per respondent, definitions as R careless.

Everywhere X is respondents × items in presented order, NaN where there is no answer; an index
that is not defined for a respondent is NaN.
"""
