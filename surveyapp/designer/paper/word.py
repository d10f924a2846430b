"""The paper as a Word file, which a person may still change before it is printed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask_babel import gettext as _

from surveyapp.designer.paper.layout import (
    Agreement,
    Answer,
    Attachment,
    Box,
    Day,
    Grid,
    Lines,
    Nothing,
    Paper,
    PaperPage,
    PaperQuestion,
    Points,
    Ticks,
)

MARKS = {"circle": "○", "box": "□", "place": "____"}
FONT, CHINESE_FONT = "Calibri", "Microsoft YaHei"
LINE = "_" * 64
GREY = "595959"


def word_file(paper: Paper) -> bytes:
    """A .docx with A4 pages. Needs an application context, for the sentences' language."""
    from docx import Document as WordDocument

    document = WordDocument()
    _set_up(document, paper)
    document.add_heading(paper.title, 0)
    for text in filter(None, paper.introduction.split("\n")):
        document.add_paragraph(text)
    for page in paper.pages:
        _page(document, page)
    if paper.thank_you:
        document.add_paragraph(paper.thank_you)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: Any, paper: Paper) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), CHINESE_FONT)
    document.styles["Normal"].font.size = Pt(10.5)
    document.core_properties.title = paper.title
    document.core_properties.language = paper.language
    document.core_properties.author = ""
    _footer(section, paper)


def _footer(section: Any, paper: Paper) -> None:
    paragraph = section.footer.paragraphs[0]
    _small(paragraph, f"{paper.title} · {paper.mark} · ")
    _field(paragraph, "PAGE")


def _field(paragraph: Any, code: str) -> None:
    """A field that Word fills in, such as the number of the page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    paragraph._p.append(field)


def _small(paragraph: Any, text: str, *, italic: bool = False) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.size = Pt(9)
    run.font.color.rgb = RGBColor.from_string(GREY)
    run.italic = italic


def _page(document: Any, page: PaperPage) -> None:
    if page.title:
        document.add_heading(page.title, 1)
    if page.condition:
        _small(_kept(document), page.condition, italic=True)
    for question in page.questions:
        _question(document, question)
    for stop in page.stops:
        document.add_paragraph(f"⏹ {stop}")


def _kept(document: Any, text: str = "") -> Any:
    """A paragraph that stays on one page with what follows it."""
    paragraph = document.add_paragraph(text)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_after = 0
    return paragraph


def _question(document: Any, question: PaperQuestion) -> None:
    if question.condition:
        _small(_kept(document), f"▸ {question.condition}", italic=True)
    paragraph = _kept(document)
    number = f"{question.number}. " if question.number else ""
    paragraph.add_run(f"{number}{question.title}").bold = True
    paragraph.add_run(" *" if question.required else "")
    for text in (question.help, *question.notes):
        if text:
            _small(_kept(document), text)
    _WRITERS[type(question.answer)](document, question.answer)
    document.add_paragraph().paragraph_format.space_after = 0


def _ticks(document: Any, ticks: Ticks) -> None:
    for box in ticks.boxes:
        _box(document, MARKS[ticks.mark], box)


def _box(document: Any, mark: str, box: Box) -> None:
    words = " ______________________" if box.words else ""
    paragraph = _kept(document, f"{mark} {box.label}{words}")
    if box.condition:
        _small(paragraph, f"  ({box.condition})", italic=True)


def _points(document: Any, points: Points) -> None:
    table = document.add_table(rows=1, cols=len(points.points))
    labels = any(label for _point, label in points.points)
    if labels:
        table.add_row()
    for column, (point, label) in enumerate(points.points):
        _cell(table.cell(0, column), f"○ {point}")
        if labels:
            _cell(table.cell(1, column), label)
    if points.low or points.high:
        low, high = points.points[0][0], points.points[-1][0]
        _small(_kept(document), f"{low} = {points.low} · {high} = {points.high}")
    _without(document, points.missing)


def _grid(document: Any, grid: Grid) -> None:
    heads = [*(label or str(point) for point, label in grid.points)]
    heads += [box.label for box in grid.missing]
    table = document.add_table(rows=1 + len(grid.items), cols=1 + len(heads), style="Table Grid")
    for column, head in enumerate(heads, 1):
        _cell(table.cell(0, column), head)
    for row, (name, text, condition) in enumerate(grid.items, 1):
        table.cell(row, 0).text = f"{name}) {text}" + (f" ({condition})" if condition else "")
        for column in range(1, len(heads) + 1):
            _cell(table.cell(row, column), "○")


def _cell(cell: Any, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(text).font.size = Pt(9)


def _lines(document: Any, lines: Lines) -> None:
    for _line in range(lines.count):
        _kept(document, "________________ " + lines.after if lines.after else LINE)
    _without(document, lines.missing)


def _day(document: Any, day: Day) -> None:
    _kept(document, _("Year ____ ____ ____ ____   Month ____ ____   Day ____ ____"))
    _without(document, day.missing)


def _agreement(document: Any, agreement: Agreement) -> None:
    _kept(document, f"□ {agreement.statement or _('I agree.')}")
    _kept(document, f"{_('Signature')} ______________________   {_('Date')} ______________")


def _attachment(document: Any, _attachment: Attachment) -> None:
    _kept(document, f"□ {_('Please attach it to this sheet.')}")


def _nothing(document: Any, _nothing: Nothing) -> None:
    return


def _without(document: Any, missing: tuple[Box, ...]) -> None:
    for box in missing:
        _box(document, MARKS["circle"], box)


_WRITERS: dict[type[Answer], Callable[[Any, Any], None]] = {
    Ticks: _ticks,
    Points: _points,
    Grid: _grid,
    Lines: _lines,
    Day: _day,
    Agreement: _agreement,
    Attachment: _attachment,
    Nothing: _nothing,
}
