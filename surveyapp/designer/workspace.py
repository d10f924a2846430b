"""What the editor shows: the draft, the part that is selected, the page it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from surveyapp.designer.document import (
    Choice,
    Contradiction,
    Dimension,
    Document,
    Page,
    Question,
)
from surveyapp.designer.edits import Edit
from surveyapp.designer.endings import may_go_along
from surveyapp.designer.measurement import Level, levels_or_usual
from surveyapp.designer.models import Questionnaire
from surveyapp.designer.places import model_at, split
from surveyapp.designer.rule_sources import choices
from surveyapp.designer.selecting import HOMES, owners_of, places_of
from surveyapp.languages import NAMES


@dataclass(frozen=True)
class Workspace:
    """One view of the editor. `at` is the selected place, `language` that of the shown texts."""

    questionnaire: Questionnaire
    document: Document
    at: str
    language: str
    panel: str = "properties"
    says: str = ""
    """What a screen reader is told about the last change."""
    undoable: bool = False
    """Whether the last change offers its undo in a toast."""
    focus: str = ""
    """Whether the new part's text wants the focus."""
    errors: dict[str, str] = field(default_factory=dict)
    entered: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Kind of the selected part."""
        return split(self.at)[0]

    @property
    def shown_at(self) -> str:
        """The page or question that the outline and the page mark as selected."""
        known = self.document.question_by_id
        owners = owners_of(self.at)
        of_page = len(owners) > 1 and split(owners[0])[1] not in known
        return owners[1 if of_page else 0] if owners else self.at

    @property
    def page(self) -> Page | None:
        """The page in the middle: the selected one, or that of the selected question."""
        for page in self.document.pages:
            if self.shown_at == f"page:{page.id}" or self.question in page.questions:
                return page
        return None

    @property
    def question(self) -> Question | None:
        """The selected question, or the one that the selected option or check belongs to."""
        kind, name = split(self.shown_at)
        return self.document.question_by_id.get(name) if kind == "question" else None

    @property
    def part(self) -> Any:
        """The selected part; None for a panel of several."""
        return model_at(self.document, self.at) if ":" in self.at else None

    @property
    def owner_place(self) -> str:
        """The part that the selected one belongs to."""
        return places_of(self.document).get(self.at, "document")

    @property
    def family(self) -> list[str]:
        """The places of the selected part and of those of its kind beside it."""
        places = places_of(self.document)
        owner = places.get(self.at)
        return [at for at, of in places.items() if of == owner and split(at)[0] == self.kind]

    @property
    def usual_levels(self) -> list[Edit]:
        """The edits that make the usual levels the document's own, to be changed."""
        every = [level.model_dump(mode="json") for level in levels_or_usual(())]
        return [{"do": "add", "what": "level", "into": "document", "value": one} for one in every]

    @property
    def section(self) -> str:
        """The panel that lists the selected part with others of its kind, or is selected."""
        kind = "quota" if self.kind == "cell" else self.kind
        return HOMES.get(kind, self.at)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """What an ending may send along: names as texts pipe them, with their labels."""
        every = choices(self.document, self.at, self.language).values()
        named = [(one.id.removeprefix("answer:").replace(":", "."), one) for one in every]
        return [
            (name, f"{one.label} ({one.group})")
            for name, one in named
            if may_go_along(self.document, name)
        ]

    def reads(self, place: str) -> str:
        """How a part with a rule is called in a list: its title or label, else its id."""
        found = model_at(self.document, place)
        text = getattr(found, "title", None) or getattr(found, "label", None) or {}
        return self.text(text) or place.rpartition(".")[2].rpartition(":")[2]

    def scored_into(self, dimension: str) -> list[tuple[str, str, bool]]:
        """Place, text and whether it is reversed, of all that counts for a dimension."""
        found: list[tuple[str, str, bool]] = []
        for question in self.document.questions():
            place = f"question:{question.id}"
            if getattr(question, "dimension", None) == dimension:
                name = self.text(question.title) or question.id
                found.append((place, name, getattr(question, "reverse", False)))
            for item in getattr(question, "items", ()):
                if item.dimension == dimension:
                    found.append((place, self.text(item.label) or item.id, item.reverse))
        return found

    def sum_of(self, weights: dict[str, Decimal]) -> str:
        """The sum of a profile's weights."""
        return trimmed(sum(weights.values(), Decimal(0)))

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels of totals: the document's own, else the usual five."""
        return levels_or_usual(self.document.levels)

    @property
    def contradiction(self) -> Contradiction | None:
        """The selected contradiction."""
        every = self.document.contradictions
        return next((one for one in every if f"contradiction:{one.id}" == self.at), None)

    def text(self, text: dict[str, str]) -> str:
        """`text` in the language that is shown."""
        return self.document.text(text, self.language)

    def number(self, place: str) -> int:
        """The ordinal of a page or question, from 1."""
        kind, name = split(place)
        every = self.document.pages if kind == "page" else tuple(self.document.questions())
        return next((i for i, one in enumerate(every, 1) if one.id == name), 0)

    def title_of(self, place: str) -> str:
        """How a page or question is called: its text, else its id."""
        kind, name = split(place)
        every = self.document.pages if kind == "page" else self.document.questions()
        found = next((one for one in every if one.id == name), None)
        return (self.text(found.title) if found else "") or name

    def choices_before(self, question: Question) -> list[Choice]:
        """The choices on the questions before this one, whose options it may take along."""
        found: list[Choice] = []
        for one in self.document.questions():
            if one.id == question.id:
                return found
            if isinstance(one, Choice):
                found.append(one)
        return found

    @property
    def blocks(self) -> list[str]:
        """The groups of pages that are shuffled, in document order."""
        return list(dict.fromkeys(page.block for page in self.document.pages if page.block))

    @property
    def new_block(self) -> str:
        """A name for one more group of pages."""
        names = (f"block_{number}" for number in range(1, len(self.blocks) + 2))
        return next(name for name in names if name not in self.blocks)

    @property
    def languages_offered(self) -> list[str]:
        """The languages that the settings list: those of the interface, and the document's."""
        return list(dict.fromkeys((*NAMES, *self.document.languages)))

    def dimension(self, name: str | None) -> Dimension | None:
        """The dimension of that id."""
        return next((one for one in self.document.dimensions if one.id == name), None)

    @property
    def weight_sum(self) -> str:
        """The sum of the weights, without trailing zeros."""
        return trimmed(sum((one.weight for one in self.document.dimensions), Decimal(0)))

    def users_of(self, place: str) -> list[str]:
        """Places whose rules read the answers of the question at `place`."""
        from surveyapp.designer.rule_types import rules_of
        from surveyapp.designer.rules import sources

        kind, name = split(place)
        if kind != "question":
            return []
        return [
            where
            for where, _, rule in rules_of(self.document)
            if name in repr(rule)  # a quick look first: there may be hundreds of rules
            and any(s.kind == "answer" and s.name.partition(".")[0] == name for s in sources(rule))
        ]


def trimmed(number: Decimal) -> str:
    """The number without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
