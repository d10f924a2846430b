import json
import subprocess
import sys
from pathlib import Path

import pytest

from surveyapp.designer.document import QUESTION_TYPES
from surveyapp.designer.rules import OPERATORS
from surveyapp.designer.schema import schema, text

PUBLISHED = Path(__file__).parents[2] / "docs" / "questionnaire.schema.json"


def test_the_published_schema_is_up_to_date():
    assert PUBLISHED.read_text("utf-8") == text()


def test_the_command_writes_it(tmp_path):
    target = tmp_path / "schema.json"
    subprocess.run([sys.executable, "-m", "surveyapp.designer.schema", target], check=True)
    assert json.loads(target.read_text("utf-8")) == schema()


def test_every_reference_leads_somewhere():
    made = schema()
    references = set(every(made, "$ref"))
    assert "#/$defs/Rule" in references
    assert {reference.removeprefix("#/$defs/") for reference in references} <= set(made["$defs"])


def every(node, key):
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict) and isinstance(node.get(key), str):
        yield node[key]
    for child in children:
        yield from every(child, key)


def test_rules_stand_wherever_there_is_a_condition():
    made = schema()
    for name in ("Page", "Single", "Information"):
        assert {"$ref": "#/$defs/Rule"} in made["$defs"][name]["properties"]["show"]["anyOf"]
    assert made["$defs"]["Contradiction"]["properties"]["when"] == {"$ref": "#/$defs/Rule"}


def test_every_question_type_and_operator_is_described():
    made = schema()
    mapping = made["$defs"]["Page"]["properties"]["questions"]["items"]["discriminator"]["mapping"]
    assert set(mapping) == set(QUESTION_TYPES)
    described = [name for rule in made["$defs"]["Rule"]["oneOf"] for name in rule["required"]]
    assert described == list(OPERATORS)


@pytest.mark.parametrize("name", ["Single", "Page", "Document"])
def test_unknown_properties_are_refused(name):
    made = schema()
    definition = made if name == "Document" else made["$defs"][name]
    assert definition["additionalProperties"] is False
