import pytest

from surveyapp.designer.document import Document
from surveyapp.designer.structure import check_structure


def sentences(*questions, **more):
    document = {"pages": [{"id": "p", "questions": questions}], **more}
    return [finding.message for finding in check_structure(Document.model_validate(document))]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({}, []),
        ({"minimum": 3}, []),
        ({"minimum": 3, "maximum": 3}, []),
        (
            {"minimum": 4, "maximum": 3},
            ["The smallest number allowed is above the largest; exchange them."],
        ),
        (
            {"minimum": 0.2, "maximum": 0.8},
            ["No number with 0 decimals is between the bounds; allow more."],
        ),
        ({"minimum": 0.2, "maximum": 0.8, "decimals": 1}, []),
    ],
)
def test_numbers_can_be_answered(bounds, expected):
    assert sentences({"type": "number", "id": "n", **bounds}) == expected


def test_weights_are_exact_decimals():
    thirds = [{"id": f"d{i}", "weight": weight} for i, weight in enumerate((33.33, 33.33, 33.34))]
    items = [{"id": f"{d['id']}{i}", "dimension": d["id"]} for d in thirds for i in "ab"]
    grid = {"type": "likert_grid", "id": "g", "items": items}
    assert sentences(grid, dimensions=thirds) == []
    thirds[0]["weight"] = 33.32
    assert sentences(grid, dimensions=thirds) == [
        "The weights of the dimensions sum to 99.99 %; make it 100 %."
    ]
