"""LimeSurvey files, old and new, with every kind of question."""

import pytest

from surveyapp.designer.formats.reading import read_any
from surveyapp.designer.proof import prove
from surveyapp.findings import SurveyError
from tests.designer.formats.tables import limesurvey, lost, question

ANSWERS = [{"qid": "1", "code": code, "answer": text, "language": "en", "sortorder": str(i),
            "scale_id": "0"} for i, (code, text) in enumerate([("A1", "Bad"), ("A2", "Fair"),
                                                               ("A3", "Good")])]  # fmt: skip


def rows(*titles, of="1", scale="0", kind="T"):
    return [{"qid": f"{of}{i}{scale}", "parent_qid": of, "title": title, "question": f"Row {title}",
             "type": kind, "question_order": str(i), "scale_id": scale}
            for i, title in enumerate(titles, 1)]  # fmt: skip


def one(kind, **fields):
    tables = {name: fields.pop(name) for name in ("answers", "subquestions", "question_attributes")
              if name in fields}  # fmt: skip
    entry = {"title": "Q1", "type": kind, "question": "Why?", **fields}
    return limesurvey([entry], **tables)


def attributes(**given):
    return [{"qid": "1", "attribute": name, "value": value} for name, value in given.items()]


@pytest.mark.parametrize(
    ("kind", "ours", "more"),
    [
        ("L", "single", {"answers": ANSWERS}), ("!", "single", {"answers": ANSWERS}),
        ("M", "multiple", {"subquestions": rows("A", "B")}),
        ("P", "multiple", {"subquestions": rows("A", "B")}),
        ("R", "ranking", {"answers": ANSWERS}), ("Y", "single", {}), ("G", "single", {}),
        ("5", "likert", {}), ("A", "likert_grid", {"subquestions": rows("A", "B")}),
        ("B", "likert_grid", {"subquestions": rows("A", "B")}),
        ("C", "likert_grid", {"subquestions": rows("A", "B")}),
        ("E", "likert_grid", {"subquestions": rows("A", "B")}),
        ("F", "likert_grid", {"subquestions": rows("A", "B"), "answers": ANSWERS}),
        ("H", "likert_grid", {"subquestions": rows("A", "B"), "answers": ANSWERS}),
        ("N", "number", {}), ("S", "short_text", {}), ("T", "long_text", {}),
        ("U", "long_text", {}), ("D", "date", {}), ("X", "information", {}), ("|", "photo", {}),
    ],
)  # fmt: skip
def test_each_kind_of_question_has_its_counterpart(kind, ours, more):
    found = question(one(kind, **more), "q1")
    assert found.type == ours
    assert found.title == {"en": "Why?"}


@pytest.mark.parametrize(
    ("kind", "ours", "names"),
    [
        ("K", "number", ["q1_a", "q1_b"]), ("Q", "short_text", ["q1_a", "q1_b"]),
        (":", "number", ["q1_a_x", "q1_b_x"]), (";", "short_text", ["q1_a_x", "q1_b_x"]),
    ],
)  # fmt: skip
def test_several_fields_become_a_question_each(kind, ours, names):
    imported = one(kind, subquestions=[*rows("A", "B"), *rows("X", scale="1")])
    found = list(imported.document.questions())
    assert [q.id for q in found] == names
    assert {q.type for q in found} == {ours}
    assert found[0].title["en"].startswith("Why? – Row A")
    assert [note.what for note in imported.information if "of their own" in note.why.message]


def test_two_scales_are_two_grids():
    second = [{**a, "code": f"B{i}", "scale_id": "1"} for i, a in enumerate(ANSWERS)]
    imported = one("1", subquestions=rows("A"), answers=ANSWERS + second)
    assert [q.id for q in imported.document.questions()] == ["q1_1", "q1_2"]


def test_a_list_with_comment_asks_for_it_after():
    found = list(one("O", answers=ANSWERS, mandatory="Y").document.questions())
    assert [(q.type, q.required) for q in found] == [("single", True), ("long_text", False)]


def test_languages_options_other_and_html_come_over():
    answers = [*ANSWERS, *({**a, "language": "zh-Hans", "answer": "好"} for a in ANSWERS)]
    imported = limesurvey(
        [{"title": "Q1", "type": "L", "other": "Y", "question": "<p>How <b>good</b>?</p>"},
         {"qid": "1", "title": "Q1", "type": "L", "other": "Y", "language": "zh-Hans",
          "question": "好吗？"}],
        answers=answers,
        surveys=[{"sid": "9", "language": "en", "additional_languages": "zh-Hans"}],
        surveys_languagesettings=[{"surveyls_language": "en", "surveyls_title": "Care",
                                   "surveyls_welcometext": "Hello", "surveyls_endtext": "Bye"}],
    )  # fmt: skip
    document, asked = imported.document, question(imported, "q1")
    assert document.languages == ("en", "zh-Hans")
    assert (document.title, document.introduction, document.thank_you) == (
        {"en": "Care"}, {"en": "Hello"}, {"en": "Bye"})  # fmt: skip
    assert asked.title == {"en": "How good?", "zh-Hans": "好吗？"}
    assert [o.id for o in asked.options] == ["a1", "a2", "a3", "other"]
    assert asked.options[0].label == {"en": "Bad", "zh-Hans": "好"}
    assert asked.options[-1].other
    assert ("question:Q1", "How good?") in lost(imported)


def show(relevance, *more, kind="S"):
    imported = limesurvey(
        [{"title": "Q1", "type": "L", "other": "Y", "question": "a"},
         {"title": "Q2", "type": "M", "question": "b"},
         {"title": "Q3", "type": "N", "question": "c"}, *more,
         {"title": "Q9", "type": kind, "question": "z", "relevance": relevance}],
        answers=ANSWERS, subquestions=rows("SQ1", "SQ2", of="2"),
    )  # fmt: skip
    return imported, question(imported, "q9").show


@pytest.mark.parametrize(
    ("relevance", "rule"),
    [
        ("1", None), ("", None),
        ('Q1.NAOK == "A1"', {"==": [{"answer": "q1"}, "a1"]}),
        ('(Q1.NAOK == "A1" or Q1.NAOK == "-oth-")',
         {"or": [{"==": [{"answer": "q1"}, "a1"]}, {"==": [{"answer": "q1"}, "other"]}]}),
        ('{Q2_SQ1 == "Y"}', {"in": ["sq1", {"answer": "q2"}]}),
        ('Q2[SQ2].NAOK == "Y"', {"in": ["sq2", {"answer": "q2"}]}),
        ("!is_empty(Q3.NAOK)", {"answered": [{"answer": "q3"}]}),
        ("9X1X3 > 3", {">": [{"answer": "q3"}, 3]}),
        ("((Q3.NAOK >= 1 && Q3.NAOK <= 5))",
         {"and": [{">=": [{"answer": "q3"}, 1]}, {"<=": [{"answer": "q3"}, 5]}]}),
        ("0", {"or": [False]}),
    ],
)  # fmt: skip
def test_relevance_becomes_a_rule(relevance, rule):
    imported, found = show(relevance)
    assert found == rule
    assert not [place for place, _ in lost(imported) if place == "question:Q9"]


def test_what_relevance_cannot_say_here_is_named():
    imported, rule = show('regexMatch("/a/", Q3)')
    assert rule is None
    assert ("question:Q9", 'regexMatch("/a/", Q3)') in lost(imported)
    assert "regexmatch" in imported.not_carried[-1].why.message


def test_a_rule_on_a_later_question_is_taken_out_and_named():
    imported = limesurvey(
        [{"title": "Q1", "type": "S", "question": "a", "relevance": "Q2 == 1"},
         {"title": "Q2", "type": "N", "question": "b"}])  # fmt: skip
    assert question(imported, "q1").show is None
    assert ("question:Q1", "Q2 == 1") in lost(imported)


def test_old_conditions_are_rules():
    conditions = [
        {"qid": "2", "scenario": "1", "cqid": "1", "cfieldname": "9X1X1", "method": "==",
         "value": "A1"},
        {"qid": "2", "scenario": "1", "cqid": "1", "cfieldname": "9X1X1", "method": "==",
         "value": "A2"},
    ]  # fmt: skip
    imported = limesurvey(
        [{"title": "Q1", "type": "L", "question": "a"},
         {"title": "Q2", "type": "S", "question": "b", "relevance": ""}],
        answers=ANSWERS, conditions=conditions)  # fmt: skip
    assert question(imported, "q2").show == {
        "or": [{"==": [{"answer": "q1"}, "a1"]}, {"==": [{"answer": "q1"}, "a2"]}]
    }


def test_validation_limits_filters_and_exclusive_answers():
    imported = one("N", question_attributes=attributes(
        min_num_value_n="1", max_num_value_n="10", num_value_int_only="1",
        em_validation_q="this != 5", suffix="days"))  # fmt: skip
    found = question(imported, "q1")
    assert (found.minimum, found.maximum, found.decimals) == (1, 10, 0)
    assert found.unit == {"en": "days"}
    assert found.checks[0].must == {"!=": [{"answer": "q1"}, 5]}
    several = question(
        one(
            "M",
            subquestions=rows("A", "B", "C"),
            question_attributes=attributes(
                max_answers="2", min_answers="1", exclude_all_others="C", random_order="1"
            ),
        ),
        "q1",
    )
    assert (several.at_most, several.shuffle) == (2, True)
    assert several.options[-1].exclusive
    assert several.checks[0].must == {">=": [{"count": [{"answer": "q1"}]}, 1]}


def test_words_at_both_ends_of_a_row_are_kept():
    """As in LimeSurvey's own sample survey 29846 (DBVersion 145): `sweet|bitter`, codes 1 to 5."""
    answers = [{"qid": "1", "code": str(i), "answer": str(i - 3), "assessment_value": str(i),
                "sortorder": str(i), "language": "en", "scale_id": "0"}
               for i in range(1, 6)]  # fmt: skip
    below = rows("1", "2", kind="F")
    below[0]["question"], below[1]["question"] = "sweet|bitter", "fair|unfair"
    found = question(one("F", subquestions=below, answers=answers, mandatory=""), "q1")
    assert [item.label["en"] for item in found.items] == ["sweet – bitter", "fair – unfair"]
    assert found.scale.labels[1] == {"en": "-2"}


def test_array_filter_is_a_rule_of_each_row():
    imported = limesurvey(
        [{"title": "Q1", "type": "M", "question": "a"},
         {"title": "Q2", "type": "A", "question": "b"}],
        subquestions=[*rows("A", "B"), *rows("A", "B", of="2")],
        question_attributes=[{"qid": "2", "attribute": "array_filter", "value": "Q1"}],
    )  # fmt: skip
    assert [item.show for item in question(imported, "q2").items] == [
        {"in": ["a", {"answer": "q1"}]}, {"in": ["b", {"answer": "q1"}]}]  # fmt: skip


def test_equations_are_computed_values_and_can_be_read_and_shown():
    imported = limesurvey(
        [{"title": "Q1", "type": "N", "question": "a"},
         {"title": "T", "type": "*", "question": "{sum(Q1.NAOK, 2)}"},
         {"title": "Q2", "type": "X", "question": "You: {Q1}, {T}, {TOKEN:NAME}",
          "relevance": "T > 3"}])  # fmt: skip
    (value,) = imported.document.computed
    assert value.value == {"sum": [{"answer": "q1"}, 2]}
    assert question(imported, "q2").title == {"en": "You: {q1}, {computed.t},"}
    assert ("question:Q2", "{TOKEN:NAME}") in lost(imported)
    shown = question(imported, "q2").show
    assert {">": [{"computed": "t"}, 3]} in (shown, *shown.get("or", ()))


def test_quotas_groups_and_what_has_no_counterpart():
    imported = limesurvey(
        [{"title": "Q1", "type": "L", "question": "a", "mandatory": "S"},
         {"title": "Q2", "type": "I", "question": "b"}],
        answers=ANSWERS,
        groups=[{"gid": "1", "group_name": "One", "description": "Now", "language": "en",
                 "grelevance": "1", "randomization_group": "mix"}],
        quota=[{"id": "3", "name": "Bad ones", "qlimit": "50"}, {"id": "4", "name": "Empty"}],
        quota_members=[{"quota_id": "3", "qid": "1", "code": "A1"},
                       {"quota_id": "3", "qid": "1", "code": "A2"}],
        assessments=[{"id": "1"}],
    )  # fmt: skip
    (quota,) = imported.document.quotas
    assert quota.cells[0].limit == 50
    assert quota.cells[0].when == {"or": [{"==": [{"answer": "q1"}, "a1"]},
                                          {"==": [{"answer": "q1"}, "a2"]}]}  # fmt: skip
    (page,) = imported.document.pages
    assert (page.title, page.block) == ({"en": "One"}, "mix")
    assert page.questions[0].type == "information"
    places = lost(imported)
    for expected in [("question:Q1", "Q1"), ("question:Q2", "Q2"), ("quota:Empty", "Empty"),
                     ("survey", "assessments")]:  # fmt: skip
        assert expected in places


def test_a_new_file_keeps_its_texts_in_tables_of_their_own():
    file = b"""<document><LimeSurveyDocType>Question</LimeSurveyDocType>
    <languages><language>en</language></languages>
    <questions><rows><row><qid>7</qid><parent_qid>0</parent_qid><type>L</type><title>Q1</title>
    <question_order>1</question_order></row></rows></questions>
    <question_l10ns><rows><row><qid>7</qid><question>Which?</question><language>en</language></row>
    </rows></question_l10ns>
    <answers><rows><row><aid>1</aid><qid>7</qid><code>A1</code></row>
    <row><aid>2</aid><qid>7</qid><code>A2</code></row></rows></answers>
    <answer_l10ns><rows><row><aid>1</aid><answer>One</answer><language>en</language></row>
    <row><aid>2</aid><answer>Two</answer><language>en</language></row></rows></answer_l10ns>
    </document>"""
    imported = read_any(file, "q.lsq")
    found = question(imported, "q1")
    assert [o.label["en"] for o in found.options] == ["One", "Two"]
    assert found.title == {"en": "Which?"}
    without = file.replace(b"<aid>1</aid>", b"").replace(b"<aid>2</aid>", b"")
    again = question(read_any(without), "q1")
    assert [o.label["en"] for o in again.options] == ["One", "Two"]


def test_a_whole_survey_is_sound():
    imported, _ = show('Q1 == "A1"')
    errors = {f.code for f in prove(imported.document).findings if f.severity == "error"}
    assert errors == {"wording.missing"}  # only the title, which the file does not give


def test_another_kind_of_file_is_refused():
    with pytest.raises(SurveyError) as error:
        limesurvey([], kind="Label set")
    assert error.value.findings[0].code == "format.unknown"


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("L", "other_position", "beginning"),
        ("N", "slider_default", "5"),
        ("K", "suffix", "yuan"),
        ("R", "min_answers", "2"),
        ("S", "location_mapservice", "1"),
        ("D", "date_format", "dd.mm.yyyy HH:MM"),
        ("M", "assessment_value", "3"),
        ("T", "a_new_setting", "x"),
    ],
)
def test_no_setting_is_dropped_without_a_word(kind, name, value):
    imported = limesurvey(
        [{"title": "Q1", "type": kind, "question": "a"}, {"title": "Q2", "type": "S"}],
        question_attributes=[{"qid": "1", "attribute": name, "value": value, "language": ""}],
    )
    assert lost(imported) == [("question:Q1", f"{name}: {value}")]


def test_looks_are_told_once_and_defaults_not_at_all():
    given = {"display_columns": "2", "cssclass": "x", "hide_tip": "0", "date_format": "dd.mm.yyyy"}
    rows = [{"qid": "1", "attribute": name, "value": value} for name, value in given.items()]
    imported = limesurvey([{"title": "q1", "type": "D"}], question_attributes=rows)
    assert lost(imported) == []
    assert [n.what for n in imported.information] == ["cssclass date_format display_columns"]


def test_patterns_scores_notices_and_other_tables_are_named():
    imported = limesurvey(
        [{"title": "q1", "type": "S", "preg": "/^A/", "other": "Y"}, {"title": "q2", "type": "L"}],
        answers=[{"qid": "2", "code": "a", "answer": "A", "assessment_value": "4"},
                 {"qid": "2", "code": "b", "answer": "B", "assessment_value": "0"}],
        surveys_languagesettings=[{"surveyls_url": "https://x.example",
                                   "surveyls_email_invite": "Hi",
                                   "surveyls_policy_notice": "We keep it.", "surveyls_title": "T"}],
        quota_languagesettings=[{"quotals_quota_id": "3", "quotals_message": "Full"}, {}],
        survey_url_parameters=[{"parameter": "shop"}],
        defaultvalues=[{"qid": "1", "defaultvalue": "x"}],
    )  # fmt: skip
    assert lost(imported) == [
        ("question:q1", "/^A/"), ("question:q1", "other"), ("question:q2", "assessment_value"),
        ("question:1", "x"), ("survey", "surveyls_url: https://x.example"),
        ("survey", "surveyls_policy_notice: We keep it."), ("quota:3", "Full"),
        ("survey", "survey_url_parameters"),
    ]  # fmt: skip
    assert [note.what for note in imported.information] == ["surveyls_email"]


def test_single_rows_keep_their_own_relevance():
    rows = [{"parent_qid": str(of), "title": "r", "question": "R", "relevance": "{n > 1}",
             "qid": f"9{of}"} for of in (2, 3, 4, 5, 6)]  # fmt: skip
    rows.append({"parent_qid": "6", "title": "c", "question": "C", "scale_id": "1", "qid": "99"})
    imported = limesurvey(
        [{"title": "n", "type": "N"}, *[{"title": f"q{i}", "type": k} for i, k in
                                        enumerate(("M", "A", "Q", "F", ";"), 2)]],
        subquestions=rows,
        answers=[{"qid": "5", "code": code, "answer": code} for code in "ab"],
    )  # fmt: skip
    more = {">": [{"answer": "n"}, 1]}
    assert question(imported, "q2").options[0].show == more
    assert question(imported, "q3").items[0].show == more
    assert question(imported, "q4_r").show == more
    assert question(imported, "q5_r").show == more
    assert question(imported, "q6_r_c").show == more


def test_a_filter_and_a_rows_own_relevance_hold_together():
    imported = limesurvey(
        [{"title": "n", "type": "N"}, {"title": "a", "type": "M"}, {"title": "b", "type": "M"}],
        subquestions=[{"parent_qid": "2", "title": "x", "qid": "8"},
                      {"parent_qid": "3", "title": "x", "qid": "9", "relevance": "n > 1"}],
        question_attributes=[{"qid": "3", "attribute": "array_filter", "value": "a"}],
    )  # fmt: skip
    (option,) = question(imported, "b").options
    assert option.show == {"and": [{"in": ["x", {"answer": "a"}]}, {">": [{"answer": "n"}, 1]}]}


def test_random_order_and_sliders_of_new_files():
    imported = limesurvey(
        [{"title": "a", "type": "L"}, {"title": "b", "type": "M"}, {"title": "c", "type": "K"}],
        subquestions=[{"parent_qid": "3", "title": "x", "qid": "8"}],
        question_attributes=[
            {"qid": "1", "attribute": "answer_order", "value": "random"},
            {"qid": "2", "attribute": "subquestion_order", "value": "alphabetical"},
            {"qid": "3", "attribute": "slider_min", "value": "0"},
            {"qid": "3", "attribute": "slider_max", "value": "10"},
        ],
    )  # fmt: skip
    assert question(imported, "a").shuffle
    assert not question(imported, "b").shuffle
    assert (question(imported, "c_x").minimum, question(imported, "c_x").maximum) == (0, 10)
    assert lost(imported) == [("question:b", "alphabetical")]


def test_questions_of_a_group_that_is_not_in_the_file_are_asked():
    imported = limesurvey([{"title": "a", "type": "S"}, {"title": "b", "type": "S", "gid": "7"}])
    assert [q.id for q in imported.document.questions()] == ["a", "b"]


def test_the_closing_words_may_show_any_answer():
    settings = [{"surveyls_language": "en", "surveyls_title": "T",
                 "surveyls_endtext": "Thank you, {who}!"}]  # fmt: skip
    asked = [{"type": "S", "title": "who", "question": "Your name?"}]
    imported = limesurvey(asked, surveys_languagesettings=settings)
    assert imported.document.thank_you == {"en": "Thank you, {who}!"}
    assert lost(imported) == []


def test_what_a_new_question_is_given_is_no_loss():
    given = {"assessment_value": "1", "other_position": "end", "time_limit_action": "1",
             "max_filesize": "10240", "min_num_of_files": "1"}  # fmt: skip
    rows = [{"qid": "1", "attribute": name, "value": value} for name, value in given.items()]
    asked = [{"type": "S", "title": "q1", "question": "Why?"}]
    assert lost(limesurvey(asked, question_attributes=rows)) == []
    rows = [{**row, "value": "7"} for row in rows]
    named = {what for _, what in lost(limesurvey(asked, question_attributes=rows))}
    assert named == {f"{name}: 7" for name in given}


@pytest.mark.parametrize(("cut", "named"), [("G", []), ("S", ["format: S"]), ("A", ["format: A"])])
def test_how_pages_are_cut_and_what_is_set_for_the_whole_is_named(cut, named):
    survey = {"sid": "9", "language": "en", "format": cut, "anonymized": "Y", "usecaptcha": "N",
              "allowprev": "Y", "template": "vanilla", "navigationdelay": "0"}  # fmt: skip
    asked = [{"type": "S", "title": "q1", "question": "Why?"}]
    imported = limesurvey(asked, surveys=[survey])
    assert [what for _, what in lost(imported)] == named
    assert ("survey", "allowprev anonymized") in {(n.place, n.what) for n in imported.information}
