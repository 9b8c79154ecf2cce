"""A request as the views see it, the page they answer with, and how that becomes HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from extractor.doors.review.gate import Viewer
from extractor.doors.review.store import ReviewStore
from extractor.doors.review.words import PageWords
from extractor.pipeline.tools import Tools
from extractor.worksheet.safe_text import one_line, visible

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Asked:
    """A request as the views see it: no headers, no cookies.

    Attributes:
        base: where the page is mounted; "" at the root. here: the path of this request.
        csrf: the token that forms of this session carry.
    """

    path: Mapping[str, str | int]
    query: Mapping[str, str]
    form: Mapping[str, str]
    viewer: Viewer
    store: ReviewStore
    tools: Tools
    words: PageWords
    base: str
    csrf: str
    here: str = ""

    @property
    def packet(self) -> str:
        """The packet that the address names."""
        return str(self.path["packet"])


@dataclass(frozen=True, slots=True)
class Page:
    """A template, what it prints, and headers for the answer."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Templates:
    """Our templates: every value escaped, a missing one an error. ``title``: the site's own name."""

    def __init__(self, title: str = "") -> None:
        self._title = title
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["line"] = lambda text: one_line(str(text))
        self._environment.filters["vis"] = lambda text: visible(str(text))
        self._environment.globals["version"] = _static_version()

    def answer(self, page: Page, asked: Asked) -> Response:
        """A page for a viewer."""
        return self._rendered(
            page, asked.words, asked.base, {"viewer": asked.viewer, "csrf": asked.csrf}
        )

    def plain(self, page: Page, words: PageWords, base: str) -> Response:
        """A page for nobody in particular."""
        return self._rendered(page, words, base, {"viewer": None, "csrf": ""})

    def _rendered(
        self, page: Page, words: PageWords, base: str, who: Mapping[str, object]
    ) -> Response:
        text = self._environment.get_template(page.template).render(
            w=words,
            s=words.sheet,
            base=base,
            title=self._title or words("app"),
            **who,
            **page.values,
        )
        return HTMLResponse(text, headers=dict(page.headers))


@cache
def _static_version() -> str:
    """Changes when our script or style does, so that browsers fetch them anew."""
    files = sorted((_FOLDER / "static").iterdir())
    return f"{max(int(f.stat().st_mtime) for f in files):x}"
