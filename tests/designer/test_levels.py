from __future__ import annotations

from surveyapp.designer.measurement import LEVELS, Level, levels_or_usual


def test_a_questionnaire_without_levels_has_the_usual_five() -> None:
    assert [(level.id, level.least) for level in levels_or_usual(())] == [
        ("excellent", 9), ("good", 8), ("fair", 7), ("poor", 6), ("bad", 0),
    ]  # fmt: skip
    assert all(set(level.title) == {"zh-Hans", "en"} for level in LEVELS)


def test_its_own_levels_come_highest_first() -> None:
    own = (Level(id="no"), Level(id="yes", least=6))
    assert [level.id for level in levels_or_usual(own)] == ["yes", "no"]
