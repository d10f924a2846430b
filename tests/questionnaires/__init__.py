"""Tiny questionnaires, one per feature, used by unit, HTTP and browser tests alike.

`questionnaire("branching")` reads `branching.json`; `names()` lists them all. Those that `proof`
must refuse stand in `broken/`, each named by the code of its finding; those of types, checks,
orders and endings that came later stand in `full/`.
"""

from pathlib import Path

from surveyapp.designer.document import Document

FOLDER = Path(__file__).parent


def questionnaire(name: str) -> Document:
    """The questionnaire of the file `name`.json (`broken/CODE` for the refused ones)."""
    return Document.model_validate_json((FOLDER / f"{name}.json").read_bytes())


def names() -> list[str]:
    """The names of the sound questionnaires, sorted."""
    return sorted(file.stem for file in FOLDER.glob("*.json"))


def broken_names() -> list[str]:
    """The codes that have a questionnaire which is refused, sorted."""
    return sorted(file.stem for file in (FOLDER / "broken").glob("*.json"))


def full_names() -> list[str]:
    """`full/NAME` of those that use what came later, sorted."""
    return sorted(f"full/{file.stem}" for file in (FOLDER / "full").glob("*.json"))
