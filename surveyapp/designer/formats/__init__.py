"""Questionnaires of other programs: XLSForm, LimeSurvey, SurveyJS, Qualtrics, and our own JSON.

Pure: bytes in, a document and a report of what it could not carry out. Nothing is dropped
silently: each element that has no counterpart is named with a sentence that says why.
"""
