"""What the page of scales says in words: keys that seem wrong, factors, why there is no number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from surveyapp.distribution.views.blueprint import in_words
from surveyapp.findings import Finding
from surveyapp.languages import explain
from surveyapp.reports.figures import number

Json = Mapping[str, Any]
NAMED = ("item", "other", "one", "others")
"""Parameters of findings that are items."""
STATEMENT = " – "
"""What parts a statement of a grid from the question above it."""


def brief(item: str, label: Json) -> str:
    """What an item is called where room is short: a grid's statement without its question."""
    words = in_words(label)
    return words.rpartition(STATEMENT)[2] if "." in item else words


def item_names(overall: Json) -> dict[str, str]:
    """Every scored item's id → its brief name."""
    return {one["id"]: brief(one["id"], one["label"]) for one in overall.get("items", ())}


def remark(kept: Json, names: Mapping[str, str]) -> str:
    """A kept finding in the reader's language, items by their names."""
    params = {
        key: ", ".join(names.get(one, one) for one in str(value).split(", "))
        if key in NAMED
        else value
        for key, value in kept["params"].items()
    }
    return explain(Finding(**{**kept, "params": params}))


def place(item: str) -> str:
    """Where the questionnaire's editor shows an item."""
    return f"item:{item}" if "." in item else f"question:{item}"


def keys(scale: Json) -> list[dict[str, str]]:
    """Per item that goes against the others: its id, what to think of it; those that are perhaps
    backwards first. Figures of before the keys were looked at know only the correlations.
    """
    found = scale.get("keying") or {}
    against = [
        item
        for item in scale.get("items", ())
        if item["item_total_r"] is not None and item["item_total_r"] < 0
    ]
    backwards = [item for item in against if item["id"] in found.get("backwards", ())]
    others = [item for item in against if item not in backwards]
    said = [{"id": one["id"], "said": _key(one, found, True)} for one in backwards]
    if said:
        said[-1]["said"] = f"{said[-1]['said']} {_turned(scale)}".strip()
    return said + [{"id": one["id"], "said": _key(one, found, False)} for one in others]


def _key(item: Json, found: Json, backwards: bool) -> str:
    said = {"item": brief(item["id"], item["label"]), "r": number(item["item_total_r"], 2)}
    if found and not backwards:
        return str(_("“%(item)s” correlates negatively with the rest (r = %(r)s), but turning it round would not mend that: it has little in common with the others, or others are keyed backwards.", **said))  # fmt: skip # noqa: E501
    if item["reverse"]:
        return str(_("“%(item)s” goes against the other items (r = %(r)s). It is marked “Reversed”: perhaps its wording does not ask for that.", **said))  # fmt: skip # noqa: E501
    return str(_("“%(item)s” goes against the other items (r = %(r)s). Perhaps it is worded the other way round and should be marked “Reversed”.", **said))  # fmt: skip # noqa: E501


def _turned(scale: Json) -> str:
    """What alpha would be with the proposed keys."""
    found = scale["keying"]
    said = {"after": number(found["alpha"], 3), "now": number(scale["alpha"], 3)}
    if len(found["backwards"]) > 1:
        return str(_("With them turned round α would be %(after)s instead of %(now)s.", **said))
    return str(_("With it turned round α would be %(after)s instead of %(now)s.", **said))


def belonging(solution: Json, scales: Sequence[Json], names: Mapping[str, str]) -> list[str]:
    """Whether the items load where they belong, in sentences; the first says that all do."""
    titles = {scale["dimension"]: in_words(scale["title"]) for scale in scales}
    if solution["number"] == 1:
        return [str(_("One factor stands behind all items: by these answers the dimensions cannot be told apart."))] * (len(titles) > 1)  # fmt: skip # noqa: E501
    homes = solution["homes"]
    of = {one["id"]: scale["dimension"] for scale in scales for one in scale["items"]}
    said = [_shared(factor, homes, titles) for factor in sorted(set(homes.values()))]
    said += [_stray(item, solution, names, homes[of[item]]) for item in solution["strays"]]
    found = [sentence for sentence in said if sentence]
    return found or [str(_("Every item loads where it belongs: on the factor of its dimension."))]


def _shared(factor: int, homes: Mapping[str, int], titles: Mapping[str, str]) -> str:
    together = [titles.get(name, name) for name, one in homes.items() if one == factor]
    if len(together) < 2:
        return ""
    listed = str(_(", ")).join(f"“{title}”" for title in together)
    return str(_("%(dimensions)s load on the same factor (%(factor)s): by these answers they cannot be told apart.", dimensions=listed, factor=factor + 1))  # fmt: skip # noqa: E501


def _stray(item: str, solution: Json, names: Mapping[str, str], home: int) -> str:
    loadings = solution["loadings"][item]
    at = max(range(len(loadings)), key=lambda factor: abs(loadings[factor]))
    return str(_("“%(item)s” loads on factor %(factor)s (%(loading)s), the rest of its dimension on factor %(home)s.", item=names.get(item, item), factor=at + 1, loading=number(loadings[at], 2), home=home + 1))  # fmt: skip # noqa: E501
