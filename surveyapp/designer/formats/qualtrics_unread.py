"""Settings of a Qualtrics question that nothing here reads, each named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from surveyapp.designer.formats.draft import Draft
from surveyapp.findings import N_


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KNOWN = _names(
    "QuestionText DataExportTag QuestionType Selector SubSelector Configuration Choices"
    " ChoiceOrder Answers AnswerOrder Validation Language Randomization DynamicChoices"
    " DisplayLogic InPageDisplayLogic QuestionID QuestionJS DefaultChoices GradingData"
    " SearchSource QuestionText_Unsafe QuestionDescription DataVisibility NextChoiceId"
    " NextAnswerId ChoiceDataExportTags AnswerDataExportTags VariableNaming AnalyzeChoices"
    " RecodeValues PostTag"
)
_CHECKS = _names(
    "ForceResponse ForceResponseType Type MinChoices MaxChoices ContentType ValidNumber"
    " ValidDateType ValidPhoneType ValidZipType TotalChars MaxChars ChoiceTotal"
)
_CHOICE = _names(
    "Display TextEntry TextEntrySize TextEntryForceResponse ExclusiveAnswer DisplayLogic"
    " VariableNaming RecodeValue PhysicalWidth"
)
_TYPES_OF_CHECKS = ("None", "ChoiceRange", "MinChoices", "MaxChoices", "ContentType", "TotalChar",
                    "MaxChar", "ChoicesTotal", "ChoiceTotal", "ValidNumber")  # fmt: skip
_ALWAYS = (None, "", "None", False, "false", "OFF", 0, "0")


def of_question(payload: Mapping[str, Any], place: str, draft: Draft) -> None:
    """Name what no reader of questions knows: settings, checks, codes, fields of answers."""
    why = N_("This setting has no counterpart here.")
    for key in _rest(payload, _KNOWN):
        draft.lost(place, f"{key}: {payload[key]}", why)
    settings = _map(_map(payload.get("Validation")).get("Settings"))
    for key in _rest(settings, _CHECKS):
        draft.lost(place, f"Validation {key}: {settings[key]}", why)
    if str(settings.get("Type") or "None") not in _TYPES_OF_CHECKS:
        draft.lost(place, f"Validation: {settings['Type']}", why)
    _recoded(payload, place, draft)
    for kind in ("Choices", "Answers"):
        for number, one in _map(payload.get(kind)).items():
            unknown = _rest(_map(one), _CHOICE if kind == "Choices" else _names("Display"))
            for key in unknown:
                draft.lost(place, f"{kind} {number} {key}: {one[key]}", why)


def _recoded(payload: Mapping[str, Any], place: str, draft: Draft) -> None:
    codes = {str(k): str(v) for k, v in _map(payload.get("RecodeValues")).items()}
    changed = {key: value for key, value in codes.items() if key != value}
    if changed:
        why = N_("Its own codes of answers do not come over; here ids stand for them.")
        pairs = ", ".join(f"{key} → {value}" for key, value in changed.items())
        draft.lost(place, f"RecodeValues: {pairs}", why)


def _rest(part: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    return [key for key, value in part.items()
            if key not in known and value not in _ALWAYS and value not in ([], {})]  # fmt: skip


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


OPTIONS_AT_REST = (
    "",
    "false",
    "None",
    "No",
    "DefaultMessage",
    "http://",
    "+1 week",
    "PublicSurvey",
)
"""What options of a survey say where nobody sets them."""
_OPTIONS_KEPT = _names(
    "SaveAndContinue NoIndex SecureResponseFiles PreviousButton NextButton SkinLibrary SkinType"
    " Skin NewScoring ProtectSelectionIds AvailableLanguages ActiveResponseSet SurveyTitle"
    " SurveyMetaDescription SkinQuestionWidth NextButtonText ProgressBarDisplay"
)
"""Options that every file has, or that only say how a page looks."""


def of_survey(options: Mapping[str, Any], named: Iterable[str], draft: Draft) -> None:
    """Name in one note the options of a survey that somebody has set; `named` are already."""
    made = [key for key, value in options.items()
            if key not in named and key not in _OPTIONS_KEPT
            and value not in (None, False, 0, [], {}) and value not in OPTIONS_AT_REST]  # fmt: skip
    if made:
        why = N_("How people get to it, and what is kept of them, is set with the study here.")
        draft.told("survey", " ".join(sorted(made)), why)
