"""The rule editor while somebody writes: what may stand here, and what is wrong so far.

Both answers are read with GET and change nothing; the editor asks for them between keystrokes.
"""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from werkzeug.wrappers import Response

from surveyapp.designer import editor
from surveyapp.designer.operators import FUNCTIONS
from surveyapp.designer.rule_building import VALUES, check_at, sentence
from surveyapp.designer.rule_sources import SourceChoice, choices
from surveyapp.designer.rule_text import located, parse, written_name
from surveyapp.designer.views import designer, questionnaire_or_404, shown_language
from surveyapp.findings import Finding, SurveyError
from surveyapp.languages import explain

LONGEST = 4000
"""Characters of a rule that is checked while it is written; a longer one is checked when saved."""


@designer.get("/questionnaires/<int:questionnaire_id>/rule/check")
def rule_check(questionnaire_id: int) -> Response:
    """`?at=PLACE&field=FIELD&text=TEXT`: the rule in plain words, or what is wrong with it."""
    document = editor.draft_of(questionnaire_or_404(questionnaire_id))
    text = request.args.get("text", "")[:LONGEST].strip()
    place, field = request.args.get("at", ""), request.args.get("field", "show")
    if not text:
        return jsonify(reading="", findings=[])
    try:
        rule = parse(text, value=field in VALUES)
    except SurveyError as error:
        return jsonify(reading="", findings=[_as_json(one) for one in error.findings])
    findings = [located(one, text) for one in check_at(document, place, field, rule)]
    language = shown_language(document)
    said = "" if findings else sentence(document, place, field, rule, language)
    return jsonify(reading=said, findings=[_as_json(one) for one in findings])


def _as_json(finding: Finding) -> dict[str, Any]:
    column = finding.place.partition("column:")[2]
    return {
        "column": int(column) if column.isdecimal() else 1,
        "code": finding.code,
        "message": explain(finding),
    }


@designer.get("/questionnaires/<int:questionnaire_id>/rule/names")
def rule_names(questionnaire_id: int) -> Response:
    """`?at=PLACE&field=FIELD`: the names that the rule may read, with values, and functions."""
    document = editor.draft_of(questionnaire_or_404(questionnaire_id))
    place, field = request.args.get("at", ""), request.args.get("field", "show")
    known = choices(document, place, shown_language(document), field)
    names = [_name(one) for one in known.values()]
    functions = [{"text": f"{one}(", "label": ""} for one in (*FUNCTIONS, "answered")]
    words = [{"text": one, "label": ""} for one in ("and", "or", "not", "in", "true", "false")]
    return jsonify(names=names, functions=functions, words=words)


def _name(choice: SourceChoice) -> dict[str, Any]:
    kind, _, name = choice.id.partition(":")
    quoted = choice.type.kind in ("choice", "choice_set")
    missing = choice.type.options if not quoted else ()
    values = [
        {"text": f'"{value}"' if quoted or value in missing else value, "label": label}
        for value, label in choice.values.items()
    ]
    return {
        "text": written_name(kind, name),
        "label": choice.label,
        "group": choice.group,
        "kind": choice.type.kind,
        "values": values,
    }
