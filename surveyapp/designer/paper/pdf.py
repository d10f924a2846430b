"""The paper as PDF, made of the page that a browser prints."""

from __future__ import annotations

from pathlib import Path

from surveyapp.findings import N_, Finding, SurveyError

UNAVAILABLE = N_(
    "This installation cannot write PDF: its operator has to install Pango (Debian: libpango-1.0-0,"
    " libpangoft2-1.0-0, libharfbuzz-subset0). The Word file works, and so does printing the page."
)


def pdf_file(page: str, static_folder: str) -> bytes:
    """The HTML page as PDF; addresses below /static/ are read from `static_folder`, no others.

    Raises SurveyError `paper.no_pdf` where the libraries of the operating system are missing.
    """
    try:
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except OSError:
        raise SurveyError(Finding("paper.no_pdf", "document", UNAVAILABLE)) from None
    style = CSS(filename=Path(static_folder) / "designer" / "paper.css")
    html = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=()))
    made: bytes = html.write_pdf(stylesheets=[style])
    return made
