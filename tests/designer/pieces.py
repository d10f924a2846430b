"""Short ways to write the parts of a questionnaire down."""

from surveyapp.designer.document import Document


def nps(name, **more):
    return {"type": "nps", "id": name, **more}


def page(name, *questions, **more):
    return {"id": name, "questions": list(questions), **more}


def of(*pages, **more):
    return Document.model_validate({"pages": list(pages), **more})
