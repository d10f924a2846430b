"""The published JSON Schema of questionnaires, made from the document's types.

`docs/questionnaire.schema.json` holds it; `python -m surveyapp.designer.schema FILE` writes it
again. It says what may be written; what makes sense together is `proof`'s matter.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from surveyapp.designer.document import Document
from surveyapp.designer.facts import ATTRIBUTES, OWN
from surveyapp.designer.operators import OPERATORS, Operator

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema, with rules described as the tree that they are."""
    made = Document.model_json_schema(mode="validation")
    definitions = made["$defs"]
    definitions |= {"Rule": _rule(), "Operand": _operand(), "Source": _source()}
    for definition in [made, *definitions.values()]:
        for name in ("show", "require", "when", "must"):
            _refer(definition.get("properties", {}).get(name))
    value = definitions["Computed"]["properties"]["value"]
    value.clear()
    value["anyOf"] = [{"$ref": "#/$defs/Rule"}, {"$ref": "#/$defs/Source"}]
    return {"$schema": DIALECT, **made}


def text() -> str:
    """The schema as it is published."""
    return json.dumps(schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _refer(node: dict[str, Any] | None) -> None:
    """Put the rule's own definition where pydantic could only say `object`."""
    if node is None:
        return
    for place in node.get("anyOf", [node]):
        if place.get("type") == "object":
            place.clear()
            place["$ref"] = "#/$defs/Rule"


def _rule() -> dict[str, Any]:
    return {
        "description": "One operator with its operands; unknown is neither true nor false.",
        "oneOf": [_operation(name, operator) for name, operator in OPERATORS.items()],
    }


def _operation(name: str, operator: Operator) -> dict[str, Any]:
    operand = {"$ref": f"#/$defs/{'Source' if operator.of_source else 'Operand'}"}
    operands: dict[str, Any] = {"type": "array", "minItems": operator.fewest}
    if operator.of_name:
        operands["prefixItems"] = [operand, {"type": "string"}]
    else:
        operands["items"] = operand
    if operator.most:
        operands["maxItems"] = operator.most
    return _object({name: operands})


def _operand() -> dict[str, Any]:
    scalar = {"type": ["number", "string", "boolean"]}
    rules = [{"$ref": "#/$defs/Source"}, {"$ref": "#/$defs/Rule"}]
    return {"anyOf": [scalar, {"type": "array", "items": scalar}, *rules]}


def _names(kind: str, attributes: Iterable[str]) -> dict[str, Any]:
    """The names of facts; of a customer, too, what an installation defined itself."""
    fixed = {"enum": list(attributes)}
    own = {"type": "string", "pattern": f"^{OWN}[a-z][a-z0-9_]*$"}
    return {"anyOf": [fixed, own]} if kind == "customer" else fixed


def _source() -> dict[str, Any]:
    answer = {
        "type": "string",
        "description": "A question's id, `question.item` of a grid, or `question.option` for the"
        " words behind an option.",
    }
    facts = [_object({kind: _names(kind, attributes)}) for kind, attributes in ATTRIBUTES.items()]
    names = {"random": "The id of an experiment.", "computed": "The id of a computed value."}
    named = [
        _object({kind: {"type": "string", "description": what}}) for kind, what in names.items()
    ]
    return {"oneOf": [_object({"answer": answer}), *facts, *named]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), "utf-8")
