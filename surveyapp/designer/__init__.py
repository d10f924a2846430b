"""What is asked: the questionnaire document, its rules, its proof, its versions and its editor."""
