"""Settings and tables of a LimeSurvey file that nothing here reads, each named."""

from __future__ import annotations

import re
from collections.abc import Mapping

from surveyapp.designer.formats.draft import Draft
from surveyapp.designer.formats.limesurvey_tables import Record, Tables
from surveyapp.findings import N_


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EVERYWHERE = _names(
    "em_validation_q em_validation_q_tip other_replace_text suffix hidden prefix em_validation_sq"
    " em_validation_sq_tip random_group time_limit code_filter input_boxes save_as_default"
    " multiflexible_checkbox allowed_filetypes max_num_of_files min_num_value max_num_value"
    " equals_num_value"
)
_FILTERS = _names("array_filter array_filter_exclude random_order subquestion_order answer_order")
_OF_KINDS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys("L!O", _FILTERS),
    **dict.fromkeys("MP", _FILTERS | _names("exclude_all_others max_answers min_answers")),
    **dict.fromkeys("ABCEFH", _FILTERS),
    "1": _FILTERS | _names("dualscale_headerA dualscale_headerB"),
    "R": _FILTERS | _names("max_answers") - _names("array_filter array_filter_exclude"),
    **dict.fromkeys("NK", _names("num_value_int_only min_num_value_n max_num_value_n"
                                 " slider_min slider_max")),
    ":": _names("multiflexible_min multiflexible_max num_value_int_only"),
    **dict.fromkeys("STU", _names("maximum_chars")),
    "D": _names("date_min date_max"), "*": _names("equation"),
}  # fmt: skip
_LOOKS = re.compile(
    r"(display_|text_input_|answer_width|repeat_headings|array_filter_style|hide_tip|cssclass"
    r"|page_break|public_statistics|statistics_|scale_export|dropdown_|use_dropdown|label_input_"
    r"|printable_help|samechoiceheight|samelistheight|showpopups|choice_input_columns|input_size"
    r"|slider_(layout|handle|separator|showminmax|custom_handle|orientation|accuracy|middlestart"
    r"|reset|rating)|question_template|placeholder|show_(totals|grand_total|title|comment)"
    r"|category_separator|thousands_separator|keep_aspect|horizontal_scroll|crop_or_resize"
    r"|choice_title|rank_title|multiflexible_step|parent_order|alphasort|keep_codes_order).*"
)
_TABLES = _names(
    "languages questions subquestions answers groups question_l10ns answer_l10ns group_l10ns"
    " question_attributes surveys surveys_languagesettings conditions quota quota_members"
    " quota_languagesettings assessments defaultvalues defaultvalue_l10ns themes themes_inherited"
)
_WORDS_LOST = {
    "surveyls_url": N_("Going on to another address at the end is not done here."),
    "surveyls_policy_notice": N_("A notice on data has no place of its own: ask for a consent."),
    "surveyls_legal_notice": N_("A notice on data has no place of its own: ask for a consent."),
}


def attributes(
    kind: str, given: Mapping[str, Mapping[str, str]], place: str, draft: Draft
) -> None:  # fmt: skip
    """Name the attributes that the reader of this kind does not know; looks in one note."""
    known = _EVERYWHERE | _OF_KINDS.get(kind, frozenset())
    if kind != "N":
        known -= {"suffix"}
    rest = {name: value for name, values in given.items()
            if name not in known and (value := _said(name, values))}  # fmt: skip
    looks = [name for name, value in rest.items() if _is_look(name, value)]
    if looks:
        why = N_("How a question looks is decided by the page here.")
        draft.told(place, " ".join(sorted(looks)), why)
    for name, value in rest.items():
        if name not in looks:
            draft.lost(place, f"{name}: {value}", N_("This setting has no counterpart here."))


def _said(name: str, values: Mapping[str, str]) -> str:
    """The value of an attribute that differs from what it is where nobody sets it."""
    rest = (*_DEFAULTS, _AT_REST.get(name, ""))
    return next((value for value in values.values() if value not in rest), "")


def _is_look(name: str, value: str) -> bool:
    """Whether it only says how a question looks; a date with its hour says more."""
    if name == "date_format":
        return "H" not in value.upper()
    return _LOOKS.fullmatch(name) is not None


_DEFAULTS = ("", "0", "N", "default", "normal")
_AT_REST = {
    "assessment_value": "1", "other_position": "end", "time_limit_action": "1", "max_filesize":
    "10240", "min_num_of_files": "1",
}  # fmt: skip
"""What a new question is given by the program itself, besides `_DEFAULTS`."""
_PAGES = {
    "S": N_("There each question has a page of its own; here each group is one page."),
    "A": N_("There everything is on one page; here each group is one page."),
}
_KEPT = _names(
    "sid gsid admin adminemail owner_id active language additional_languages format template"
    " lastmodified datecreated datestamp bounce_email bouncetime bounceaccountpass tokenlength"
    " attributedescriptions tokenencryptionoptions autonumber_start sendconfirmation htmlemail"
    " refurl faxto access_mode"
)
"""Settings of a survey that are read, are of its server, or are neither asked nor shown."""
_SETTINGS_AT_REST = ("", "0", "N", "I", "E", "inherit", "-1")


def rest_of(tables: Tables, draft: Draft) -> None:
    """What stands beside the questions: assessments, default answers, notices, other tables."""
    for row in tables.rows("surveys"):
        _survey(row, draft)
    if tables.rows("assessments"):
        why = N_("Assessments have no counterpart: use dimensions and their weights.")
        draft.lost("survey", "assessments", why)
    for row in tables.rows("defaultvalues"):
        why = N_("Answers filled in beforehand have no counterpart.")
        draft.lost(f"question:{row.get('qid')}", row.get("defaultvalue", ""), why)
    for row in tables.rows("surveys_languagesettings"):
        _settings(row, draft)
    for row in tables.rows("quota_languagesettings"):
        if row.get("quotals_message") or row.get("quotals_url"):
            why = N_("What is said to those whom a quota turns away is worded by the page here.")
            what = row.get("quotals_message") or row.get("quotals_url", "")
            draft.lost(f"quota:{row.get('quotals_quota_id')}", what, why)
    for name in tables.names():
        if name not in _TABLES and tables.rows(name):
            draft.lost("survey", name, N_("This part of the file has no counterpart here."))


def _survey(row: Record, draft: Draft) -> None:
    """How the pages are cut, and in one note every setting that somebody has made."""
    if why := _PAGES.get(row.get("format", "")):
        draft.lost("survey", f"format: {row['format']}", why)
    made = [name for name, value in row.items()
            if name not in _KEPT and value not in _SETTINGS_AT_REST]  # fmt: skip
    if made:
        why = N_("How people get to it, and what is kept of them, is set with the study here.")
        draft.told("survey", " ".join(sorted(made)), why)


def _settings(row: Record, draft: Draft) -> None:
    for name, why in _WORDS_LOST.items():
        if row.get(name):
            draft.lost("survey", f"{name}: {row[name]}", why)
    if any(name.startswith("surveyls_email") and value for name, value in row.items()):
        draft.told("survey", "surveyls_email", N_("Its mails are written with the study here."))
