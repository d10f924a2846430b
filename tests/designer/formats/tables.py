"""Files of other programs, written in tests as small tables and trees."""

import io
import json

import openpyxl

from surveyapp.designer.formats.reading import read_any


def sheet(text):
    """The rows of a table drawn with bars."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def workbook(**sheets):
    """An .xlsx file with one sheet for each table."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, text in sheets.items():
        page = book.create_sheet(title)
        for row in sheet(text) if isinstance(text, str) else text:
            page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xlsform(survey, choices="", **more):
    """The questionnaire of a form."""
    sheets = {"survey": survey, **({"choices": choices} if choices else {}), **more}
    return read_any(workbook(**sheets), "form.xlsx")


def surveyjs(tree):
    """The questionnaire of a SurveyJS tree (elements, or a whole survey)."""
    whole = tree if isinstance(tree, dict) else {"pages": [{"name": "p", "elements": tree}]}
    return read_any(json.dumps(whole).encode(), "s.json")


def table(name, rows):
    """One table of a LimeSurvey file."""
    cells = "".join(
        "<row>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in row.items()) + "</row>"
        for row in rows
    )
    return f"<{name}><rows>{cells}</rows></{name}>"


def limesurvey(questions, kind="Survey", **tables):
    """The questionnaire of a LimeSurvey file; each question has the fields that are given."""
    rows, below = [], list(tables.pop("subquestions", []))
    for number, one in enumerate(questions, 1):
        base = {"qid": str(number), "parent_qid": "0", "sid": "9", "gid": "1", "language": "en",
                "question_order": str(number), "relevance": "1", "mandatory": "N"}  # fmt: skip
        rows.append(base | one)
    groups = tables.pop("groups", [{"gid": "1", "group_name": "Page", "language": "en"}])
    body = table("questions", rows) + table("groups", groups)
    body += table("subquestions", [{"language": "en", "scale_id": "0"} | row for row in below])
    body += "".join(table(name, given) for name, given in tables.items())
    return read_any(
        f"<?xml version='1.0'?><document><LimeSurveyDocType>{kind}</LimeSurveyDocType>"
        f"<languages><language>en</language></languages>{body}</document>".encode()
    )


def qualtrics(questions, flow=None, blocks=None, **entry):
    """The questionnaire of a Qualtrics file: payloads by QID, in one block where none are given."""
    elements = [{"Element": "SQ", "PrimaryAttribute": name, "Payload": payload}
                for name, payload in questions.items()]  # fmt: skip
    inside = [{"Type": "Question", "QuestionID": name} for name in questions]
    blocks = blocks or [{"Type": "Standard", "ID": "BL_1", "Description": "Block 1",
                         "BlockElements": inside}]  # fmt: skip
    flow = flow or [{"Type": "Block", "ID": block["ID"]} for block in blocks]
    tree = {
        "SurveyEntry": {"SurveyName": "Test", "SurveyLanguage": "EN", **entry},
        "SurveyElements": [{"Element": "BL", "Payload": blocks},
                           {"Element": "FL", "Payload": {"Type": "Root", "Flow": flow}},
                           *elements],
    }  # fmt: skip
    return read_any(json.dumps(tree).encode(), "s.qsf")


def question(imported, name):
    """One question of what was read."""
    return imported.document.question_by_id[name]


def lost(imported):
    """What was lost, as pairs of place and element."""
    return [(note.place, note.what) for note in imported.not_carried]
