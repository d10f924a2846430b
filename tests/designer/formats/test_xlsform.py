"""XLSForms: types, lists, relevance, constraints, filters; written forms satisfy pyxform."""

import io
import re

import openpyxl
import pytest
from pyxform.xls2xform import convert

from surveyapp.designer.document import Document
from surveyapp.designer.formats import xlsform_writing
from surveyapp.designer.formats.reading import read_any
from surveyapp.designer.formats.targets import export
from surveyapp.designer.library import template
from tests.designer.formats.tables import lost, question, workbook, xlsform
from tests.questionnaires import names, questionnaire

YES_NO = """
| list_name | name | label |
| yn        | yes  | Yes   |
| yn        | no   | No    |
| five      | 1    | Bad   |
| five      | 2    | 2     |
| five      | 3    | 3     |
| five      | 4    | 4     |
| five      | 5    | Good  |
"""


def one(kind, choices=YES_NO, **cells):
    headings = ["type", "name", "label", *cells]
    return xlsform([headings, [kind, "q1", "Why?", *cells.values()]], choices)


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        ("text", "short_text"), ("string", "short_text"), ("integer", "number"), ("int", "number"),
        ("decimal", "number"), ("date", "date"), ("note", "information"), ("image", "photo"),
        ("acknowledge", "consent"), ("trigger", "consent"), ("range", "number"),
        ("select_one yn", "single"), ("select one yn", "single"), ("select one from yn", "single"),
        ("select_multiple yn", "multiple"), ("select all that apply from yn", "multiple"),
        ("rank yn", "ranking"), ("time", "short_text"), ("phone number", "short_text"),
        ("select_one yn or_other", "single"),
    ],
)  # fmt: skip
def test_each_type_has_its_counterpart(kind, ours):
    assert question(one(kind), "q1").type == ours


@pytest.mark.parametrize("kind", ["geopoint", "audio", "barcode", "file", "start", "deviceid"])
def test_what_has_no_counterpart_is_named(kind):
    imported = one(kind)
    assert not list(imported.document.questions())
    assert lost(imported) == [("survey:2", "q1")]
    assert kind in imported.not_carried[0].why.message


def test_languages_groups_pages_and_pipes():
    imported = xlsform(
        """
        | type | name | label::English (en) | label::中文 (zh) | hint::English (en) | required |
        | begin group | g | First | 第一 | | |
        | text | Name | Your name? | 您的姓名？ | In full | yes |
        | begin group | h | Inner | | | |
        | note | n | Hello ${Name}! | 您好 | | |
        | end group | | | | | |
        | end group | | | | | |
        | integer | age | Age? | 年龄？ | | no |
        """,
        settings="| form_title | default_language |\n| Test | 中文 (zh) |",
    )
    document = imported.document
    assert (document.languages, document.default_language) == (("en", "zh-Hans"), "zh-Hans")
    assert document.title == {"zh-Hans": "Test"}
    assert [page.title for page in document.pages] == [{"en": "First", "zh-Hans": "第一"}, {}]
    assert [q.id for q in document.questions()] == ["name", "h_text", "n", "age"]
    assert question(imported, "n").title["en"] == "Hello {name}!"
    assert (question(imported, "name").required, question(imported, "age").required) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("relevant", "rule"),
    [
        ("${a} = 'yes'", {"==": [{"answer": "a"}, "yes"]}),
        ("selected(${m}, 'no')", {"in": ["no", {"answer": "m"}]}),
        ("${n} >= 18 and ${n} < 65",
         {"and": [{">=": [{"answer": "n"}, 18]}, {"<": [{"answer": "n"}, 65]}]}),
        ("${n} != ''", {"answered": [{"answer": "n"}]}),
        ("count-selected(${m}) > 1", {">": [{"count": [{"answer": "m"}]}, 1]}),
        ("${ok} = 'OK'", {"==": [{"answer": "ok"}, True]}),
        ("${total} > 3", {">": [{"computed": "total"}, 3]}),
    ],
)  # fmt: skip
def test_relevance_becomes_a_rule(relevant, rule):
    imported = xlsform(
        [["type", "name", "label", "relevant", "calculation"],
         ["select_one yn", "a", "A"], ["select_multiple yn", "m", "M"], ["integer", "n", "N"],
         ["acknowledge", "ok", "O"], ["calculate", "total", "", "", "${n} * 2 + 1"],
         ["text", "z", "Z", relevant]], YES_NO)  # fmt: skip
    assert question(imported, "z").show == rule


@pytest.mark.parametrize(
    ("kind", "constraint", "expected"),
    [
        ("integer", ". >= 1 and . <= 10", {"minimum": 1, "maximum": 10}),
        ("integer", ". > 0 and 10 > .", {"minimum": 1, "maximum": 9}),
        ("decimal", ". >= 0.5", {"minimum": 0.5}),
        ("date", ". <= today() and . >= date('2020-01-01')",
         {"latest": "today", "earliest": "2020-01-01"}),
        ("text", "string-length(.) <= 80", {"max_length": 80}),
        ("text", "regex(., '^[0-9]+$')", {"format": "digits"}),
        ("select_multiple yn", "count-selected(.) <= 1", {"at_most": 1}),
    ],
)  # fmt: skip
def test_bounds_are_properties(kind, constraint, expected):
    found = question(one(kind, constraint=constraint), "q1")
    assert {name: getattr(found, name) for name in expected} == expected
    assert found.checks == ()


def test_other_constraints_are_checks_with_their_message():
    found = question(
        one("integer", constraint=". >= 1 and . != 5", constraint_message="Not five"), "q1"
    )
    assert found.minimum == 1
    assert found.checks[0].must == {"!=": [{"answer": "q1"}, 5]}
    assert found.checks[0].message == {"en": "Not five"}
    several = question(
        one("select_multiple yn", constraint="not(selected(., 'no') and count-selected(.) > 1)"),
        "q1",
    )
    assert [o.exclusive for o in several.options] == [False, True]


def test_what_a_condition_cannot_say_is_named_with_its_row():
    imported = xlsform(
        [["type", "name", "label", "relevant", "constraint"],
         ["text", "a", "A", "pulldata('x', 'y', 'z', ${b}) = 1", "regex(., '^x')"]])  # fmt: skip
    assert lost(imported) == [("survey:2", "regex(., '^x')"),
                              ("survey:2", "pulldata('x', 'y', 'z', ${b}) = 1")]  # fmt: skip


def test_filters_are_rules_of_each_choice_or_carried_answers():
    choices = """
    | list_name | name | label | region |
    | town      | a    | A     | north  |
    | town      | b    | B     | south  |
    | region    | north | N    |        |
    | region    | south | S    |        |
    """
    imported = xlsform(
        [["type", "name", "label", "choice_filter"],
         ["select_one region", "r", "R", ""],
         ["select_multiple town", "t", "T", "region = ${r}"],
         ["select_one town", "best", "Best", "selected(${t}, name)"],
         ["select_one town", "not_n", "X", "region != 'north'"],
         ["select_one town", "odd", "O", "region = pulldata('x')"]], choices)  # fmt: skip
    assert [o.show for o in question(imported, "t").options] == [
        {"==": [{"answer": "r"}, "north"]}, {"==": [{"answer": "r"}, "south"]}]  # fmt: skip
    best = question(imported, "best")
    assert (best.carry.question, best.carry.which, best.options) == ("t", "chosen", ())
    assert [o.id for o in question(imported, "not_n").options] == ["b"]
    assert [o.id for o in question(imported, "odd").options] == ["a", "b"]
    assert ("survey:6", "region = pulldata('x')") in lost(imported)


def test_scales_stars_and_tables():
    imported = xlsform(
        [["type", "name", "label", "appearance", "parameters"],
         ["select_one five", "l", "L", "likert"],
         ["select_one five", "s", "S", "minimal"],
         ["range", "r", "R", "rating", "start=1 end=5"],
         ["begin group", "g", "G", "table-list"],
         ["select_one five", "g_a", "A"], ["select_one five", "g_b", "B"], ["end group"]],
        YES_NO)  # fmt: skip
    likert, grid = question(imported, "l"), question(imported, "g")
    assert (likert.type, likert.scale.labels) == ("likert", {1: {"en": "Bad"}, 5: {"en": "Good"}})
    assert question(imported, "s").type == "single"
    assert (question(imported, "r").type, question(imported, "r").points) == ("stars", 5)
    assert [item.id for item in grid.items] == ["a", "b"]


def test_repeats_defaults_media_and_unknown_lists_are_named():
    imported = xlsform(
        [["type", "name", "label", "default", "media::image", "guidance_hint", "read only"],
         ["begin repeat", "child", "Child"], ["text", "a", "A", "x", "a.png", "Ask", "yes"],
         ["end repeat"], ["select_one nothing", "b", "B"], ["end group"],
         ["begin group", "c", "C"]],
        settings=[["form_title", "instance_name"], ["T", "x"]])  # fmt: skip
    assert [q.id for q in imported.document.questions()] == ["a", "b"]
    whats = {what for _, what in lost(imported)}
    assert {"child", "default: x", "a.png", "Ask", "readonly", "instance_name: x"} <= whats
    assert ("survey:5", "b") in lost(imported)


SOUND = [*names(), "aftersales"]


def document(name):
    return template(name) if name == "aftersales" else questionnaire(name)


@pytest.mark.parametrize("name", SOUND)
def test_pyxform_accepts_what_is_written(name):
    made = convert(io.BytesIO(xlsform_writing.write(document(name)).content), file_type=".xlsx")
    assert made.xform.startswith("<?xml")
    for found in document(name).questions():
        assert f"/{found.id}" in made.xform


def test_written_conditions_are_what_pyxform_binds():
    xform = convert(
        io.BytesIO(xlsform_writing.write(questionnaire("chain")).content), file_type=".xlsx"
    ).xform
    assert re.findall(r'relevant="([^"]*)"', xform)


def test_pyxform_and_we_read_the_same_questions_of_a_form():
    form = workbook(
        survey=[["type", "name", "label::English (en)", "relevant", "required"],
                ["select_multiple yn", "m", "M", "", "yes"],
                ["begin_group", "g", "G", "selected(${m}, 'yes')"],
                ["integer", "n", "N", "${m} != ''"], ["end_group"]],
        choices=[["list_name", "name", "label::English (en)"], ["yn", "yes", "Y"],
                 ["yn", "no", "N"]])  # fmt: skip
    xform = convert(io.BytesIO(form), file_type=".xlsx").xform
    bound = re.findall(r'nodeset="/data/(?:\w+/)?(\w+)"[^>]*type="(?!string" r)', xform)
    ours = {q.id for q in read_any(form, "f.xlsx").document.questions()}
    assert ours - {"g_text"} <= {*bound, "m"}


def test_cells_are_inert_and_the_file_is_the_same_each_time():
    tree = {
        "title": {"en": "=1+1"},
        "languages": ["en"],
        "default_language": "en",
        "pages": [
            {
                "id": "p",
                "questions": [
                    {"id": "q", "type": "short_text", "title": {"en": "=cmd|' /C calc'!A0"}}
                ],
            }
        ],
    }
    content = xlsform_writing.write(Document.model_validate(tree)).content  # fmt: skip
    assert content == xlsform_writing.write(Document.model_validate(tree)).content
    sheet = openpyxl.load_workbook(io.BytesIO(content))["survey"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}


def test_facts_screen_outs_and_computed_values_are_written_so_that_the_form_holds_together():
    tree = {
        "languages": ["en"], "default_language": "en",
        "computed": [{"id": "twice", "value": {"*": [{"answer": "n"}, 2]}}],
        "pages": [
            {"id": "a", "questions": [{"id": "n", "type": "number"}],
             "screen_outs": [{"id": "out", "when": {"<": [{"answer": "n"}, 3]}}]},
            {"id": "b", "show": {"==": [{"customer": "city"}, "x"]}, "questions": [
                {"id": "t", "type": "short_text", "show": {">": [{"computed": "twice"}, 8]},
                 "title": {"en": "{n|none} of {computed.twice}"}}]},
        ],
    }  # fmt: skip
    exported = xlsform_writing.write(Document.model_validate(tree))
    convert(io.BytesIO(exported.content), file_type=".xlsx")
    back = read_any(exported.content, "f.xlsx")
    assert question(back, "t").show == {">": [{"computed": "twice"}, 8]}
    assert question(back, "t").title == {"en": "{n} of {computed.twice}"}
    page = back.document.pages[1]
    assert {"==": [{"customer": "city"}, "x"]} in page.show["and"]
    assert [note.place for note in exported.not_carried] == ["screen_out:a.out", "text"]


@pytest.mark.parametrize(
    ("columns", "cells", "what"),
    [
        ("save_to", "tree", "save_to: tree"),
        ("body::accuracyThreshold", "5", "body::accuracythreshold: 5"),
        ("parameters", "max-pixels=640", "parameters: max-pixels=640"),
        ("disabled", "yes", "q1"),
        ("default", "x", "default: x"),
    ],
)
def test_no_column_is_dropped_without_a_word(columns, cells, what):
    imported = xlsform(f"""
        | type | name | label | {columns} |
        | text | q1   | One   | {cells}   |
        | text | q2   | Two   |           |""")
    assert lost(imported) == [("survey:2", what)]


def test_no_row_is_dropped_without_a_word():
    imported = xlsform("""
        | type        | name | label       | calculation | trigger | media::image |
        | begin group | g    | G           |             |         | g.png        |
        |             | x    | No type     |             |         |              |
        | integer     | n    | N           |             |         |              |
        | calculate   | c    |             | ${n} + 1    | ${n}    |              |
        | text        | g_o  | “您好”      |             |         |              |
        | end group   |      |             |             |         |              |""",
        entities="| list_name |\n| trees |", notes="| a |\n| b |")  # fmt: skip
    assert sorted(lost(imported)) == [
        ("sheet:entities", "entities"),
        ("survey:2", "g.png"),
        ("survey:3", "x"),
        ("survey:5", "trigger: ${n}"),
    ]
    assert [note.what for note in imported.information] == ["notes"]
    assert question(imported, "g_o").title == {"en": "“您好”"}


def test_no_choice_is_dropped_without_a_word():
    imported = xlsform(
        "| type | name | label |\n| select_one yn | q | Q |\n| select_one s | r | R |",
        """
        | list_name | name | label | image | price | size |
        | yn        | y    | Yes   |       | 3     |      |
        | yn        | y    | Again |       |       |      |
        | yn        |      | None  |       |       |      |
        |           | z    | Loose |       |       |      |
        | old       | a    | A     |       |       |      |
        | s         | 0    | 0     | a.png |       |      |""")  # fmt: skip
    assert lost(imported) == [("survey:3", "a.png"), ("choices:5", "Loose"), ("choices:3", "Again"),
                              ("choices:4", "None"), ("choices", "price")]  # fmt: skip
    assert [o.label["en"] for o in question(imported, "q").options] == ["Yes"]
    assert ("choices:6", "old") in [(note.place, note.what) for note in imported.information]


def test_what_the_statements_of_a_grid_lose_is_named():
    imported = xlsform("""
        | type         | name | label | hint  | required | appearance |
        | begin group  | g    | G     |       |          | table-list |
        | select_one s | a    | A     | Think | yes      |            |
        | select_one s | b    | B     |       |          |            |
        | end group    |      |       |       |          |            |""",
        """
        | list_name | name | label | image |
        | s         | 1    | x     | s.png |
        | s         | 2    | y     |       |
        | s         | 3    | z     |       |""")  # fmt: skip
    assert question(imported, "g").type == "likert_grid"
    assert lost(imported) == [("survey:2", "s.png"), ("survey:3", "Think"),
                              ("survey:3", "required: yes")]  # fmt: skip


def test_what_is_checked_of_the_words_behind_other_is_named():
    imported = xlsform("""
        | type         | name    | label | relevant       | constraint        |
        | select_one s | q       | Q     |                |                   |
        | text         | q_other | Which | ${q} = 'other' | regex(., '^[A]$') |""",
        "| list_name | name | label |\n| s | a | A |\n| s | other | Other |")  # fmt: skip
    assert question(imported, "q").options[1].other
    assert lost(imported) == [("survey:3", "regex(., '^[A]$')")]


def test_a_filter_by_another_question_holds_for_choices_that_it_does_not_offer():
    imported = xlsform(
        """
        | type              | name | label | choice_filter                          |
        | select_multiple s | q    | Q     |                                        |
        | select_one t      | r    | R     | selected(${q}, name) or name = 'equal' |
        | integer           | n    | N     |                                        |
        | select_one u      | v    | V     | selected(${n}, name)                   |""",
        """
        | list_name | name  | label |
        | s         | a     | A     |
        | t         | a     | A     |
        | t         | equal | Equal |
        | u         | x     | X     |""")  # fmt: skip
    assert [o.show for o in question(imported, "r").options] == [
        {"in": ["a", {"answer": "q"}]},
        None,
    ]
    assert [place for place, _ in lost(imported)] == ["survey:5"]


@pytest.mark.parametrize("target", ["xlsform", "surveyjs"])
def test_the_title_of_a_computed_value_is_named_as_lost(target):
    document = Document.model_validate({
        "pages": [{"id": "p", "questions": [{"id": "n", "type": "number"}]}],
        "computed": [{"id": "c", "title": {"en": "Twice"}, "value": {"*": [{"answer": "n"}, 2]}},
                     {"id": "d", "value": {"*": [{"answer": "n"}, 3]}}],
    })  # fmt: skip
    notes = [(note.place, note.what) for note in export(document, target).not_carried]
    assert notes == [("computed:c", "Twice")]


@pytest.mark.parametrize("words", ["or_other", "or other", "or specify other", "or_specify other"])
def test_every_way_to_say_that_there_is_another_answer_is_known(words):
    kind = f"select_one yn {words}" if "_" in words else f"select one from yn {words}"
    imported = one(kind)
    options = question(imported, "q1").options
    assert [(o.id, o.other) for o in options] == [("yes", False), ("no", False), ("other", True)]
    assert lost(imported) == []


def test_a_filter_that_offers_an_answer_to_nobody_is_named():
    """`pastel=yes` compares two columns, of which there is only one."""
    imported = xlsform(
        """
        | type              | name | label | choice_filter |
        | select_one colour | c    | Which | pastel=yes    |
        """,
        """
        | list_name | name | label | pastel |
        | colour    | red  | Red   | no     |
        | colour    | mint | Mint  | yes    |
        """,
    )
    assert question(imported, "c").options == ()
    assert lost(imported) == [("survey:2", "red"), ("survey:2", "mint")]


def counties(again):
    """Counties by state, with one row more."""
    return xlsform(
        """
        | type              | name   | label  | choice_filter  |
        | select_one state  | state  | State  |                |
        | select_one county | county | County | in_=${state}   |
        """,
        f"""
        | list_name | name | label | in_   |
        | state     | tx   | Texas |       |
        | state     | wa   | Wash  |       |
        | state     | or   | Ore   |       |
        | county    | king | King  | wa    |
        | county    | pier | Pier  | wa    |
        | county    | king | {again} | tx  |
        """,
    )


def test_an_answer_in_several_rows_is_offered_where_the_filter_reads_so_for_any():
    imported = counties("King")
    shown = {o.id: o.show for o in question(imported, "county").options}
    states = [{"==": [{"answer": "state"}, name]} for name in ("wa", "tx")]
    assert shown == {"king": {"or": states}, "pier": states[0]}
    assert lost(imported) == []


def test_an_answer_of_the_same_name_and_other_words_is_named():
    imported = counties("Kong")
    assert question(imported, "county").options[0].show == {"==": [{"answer": "state"}, "wa"]}
    assert lost(imported) == [("choices:7", "Kong")]


def test_answers_from_a_file_beside_the_form_are_named():
    imported = one("select_one yn", appearance="search('fruits')")
    assert lost(imported) == [("survey:2", "search('fruits')")]


@pytest.mark.parametrize(
    ("relevant", "rule"),
    [
        ("../n > 3", {">": [{"answer": "n"}, 3]}),
        (
            "../../n>3 and ../n<9",
            {"and": [{">": [{"answer": "n"}, 3]}, {"<": [{"answer": "n"}, 9]}]},
        ),
        ("../group/n > 3", None),
        ("../position(..) > 3", None),
    ],
)
def test_a_question_beside_is_read_by_its_path(relevant, rule):
    imported = xlsform(
        f"""
        | type    | name | label | relevant   |
        | integer | n    | Many  |            |
        | text    | q1   | Why   | {relevant} |
        """
    )
    assert question(imported, "q1").show == rule
    assert [what for _, what in lost(imported)] == ([] if rule else [relevant])


def test_what_stands_under_no_heading_or_in_a_row_of_comments_is_named():
    imported = xlsform(
        [
            ["note to me", "type", "name", "label", "bind: relevant", None],
            ["Background", None, None, None, None, None],
            [None, "integer", "n", "Many", None, None],
            [None, "text", "q1", "Why", "${n} > 3", "1200"],
        ],
        [["list_name", "name", "label", None], [None, None, None, "0"]],
    )
    assert question(imported, "q1").show == {">": [{"answer": "n"}, 3]}
    assert lost(imported) == [
        ("survey:2", "Background"),
        ("survey:4", "column 6: 1200"),
        ("choices:2", "0"),
    ]


def test_a_calculation_that_is_missing_and_the_words_of_one_are_named():
    imported = xlsform(
        """
        | type      | name | label  | calculation |
        | integer   | n    | Many   |             |
        | calculate | none | Nobody |             |
        | calculate | two  | Twice  | ${n} * 2    |
        """
    )
    assert lost(imported) == [("survey:3", "none")]
    told = [(note.place, note.what) for note in imported.information]
    assert told == [("survey:3", "Nobody"), ("survey:4", "Twice")]
    assert [computed.id for computed in imported.document.computed] == ["two"]


def test_of_two_columns_with_one_heading_the_first_counts_and_the_other_is_named():
    imported = xlsform(
        [
            ["type", "name", "label", "label", "relevant", "bind:relevant"],
            ["integer", "n", "Many", None, None, None],
            ["text", "q1", "Why", "Wherefore", "${n} > 3", "${n} > 4"],
            ["text", "q2", None, "Only here", None, None],
        ]
    )
    found = question(imported, "q1")
    assert (found.title, found.show) == ({"en": "Why"}, {">": [{"answer": "n"}, 3]})
    assert question(imported, "q2").title == {"en": "Only here"}
    assert lost(imported) == [
        ("survey:3", "column 4: label: Wherefore"),
        ("survey:3", "column 6: relevant: ${n} > 4"),
    ]


def bare(setting="", language="chinese"):
    survey = [["type", "name", "label", f"label::{language}"], ["text", "q1", "Why", "为什么"],
              ["text", "q2", "How", None]]  # fmt: skip
    more = {"settings": [["default_language"], [setting]]} if setting else {}
    return xlsform(survey, **more)


@pytest.mark.parametrize(("setting", "own"), [("", "en"), ("French (fr)", "fr")])
def test_words_of_no_language_are_of_another_one_than_those_that_name_theirs(setting, own):
    imported = bare(setting)
    assert imported.document.languages == (own, "zh-Hans")
    assert imported.document.default_language == own
    assert question(imported, "q1").title == {own: "Why", "zh-Hans": "为什么"}
    assert lost(imported) == []


@pytest.mark.parametrize(("setting", "language"), [("", "English (en)"), ("zh", "chinese")])
def test_of_two_columns_of_one_language_that_which_names_it_counts(setting, language):
    imported = bare(setting, language)
    (tag,) = imported.document.languages
    assert question(imported, "q1").title == {tag: "为什么"}
    assert question(imported, "q2").title == {tag: "How"}
    assert lost(imported) == [("survey:2", "Why")]


def test_a_language_of_which_no_row_has_words_besides_is_that_of_the_bare_columns():
    """Hints are in English, and so are the labels that name no language."""
    imported = xlsform(
        [
            ["type", "name", "label", "label::chinese", "hint::english"],
            ["text", "q1", "Why", "为什么", "In short"],
            ["text", "q2", "How", None, None],
        ]
    )
    assert imported.document.default_language == "en"
    assert question(imported, "q1").title == {"en": "Why", "zh-Hans": "为什么"}
    assert question(imported, "q1").help == {"en": "In short"}
    assert question(imported, "q2").title == {"en": "How"}
    assert lost(imported) == []
