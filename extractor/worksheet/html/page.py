"""The page as one file: words escaped by the template, script and style named by hash in its policy.

``default-src 'none'``: nothing is fetched, no inline handler or foreign script runs, whatever a packet
says. Pictures are ``data:`` URIs, so the file may be mailed, copied or opened from a shared drive.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from extractor.worksheet.crops import PageImages
from extractor.worksheet.head import count_lines, head_lines, problem_groups
from extractor.worksheet.html import views
from extractor.worksheet.html.pictures import page_pictures, picture_width
from extractor.worksheet.prepared import Prepared
from extractor.worksheet.safe_text import one_line, visible

_FOLDER = Path(__file__).resolve().parent


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("template.html")


@cache
def _inline(name: str) -> tuple[Markup, str]:
    """One of our own files and the hash a content security policy names it by."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return Markup(text), f"'sha256-{digest}'"


def page_of(prepared: Prepared, images: PageImages) -> bytes:
    """The content of ``worksheet.html``. The same input gives the same bytes."""
    telling = prepared.telling()
    worksheet, words = telling.worksheet, telling.words
    width = picture_width(len(worksheet.pages))
    pictures = page_pictures(images, worksheet.pages, width, prepared.hidden)
    boxes = views.page_boxes(telling)
    pages = [
        views.page_view(telling, page, picture, boxes.get(page.no, ()))
        for page, picture in zip(worksheet.pages, pictures, strict=True)
    ]
    style, style_hash = _inline("page.css")
    script, script_hash = _inline("page.js")
    text = _template().render(
        w=words,
        lang="zh-CN" if words.chinese else "en",
        csp=f"default-src 'none'; img-src data:; style-src {style_hash}; script-src {script_hash}; "
        "base-uri 'none'; form-action 'none'",
        style=style,
        script=script,
        name=one_line(worksheet.packet.name),
        banner=visible(worksheet.scheme.banner or ""),
        head=[(line, visible(line.value), visible(line.source)) for line in head_lines(telling)],
        counts=list(count_lines(telling)),
        findings=views.findings_of(telling, prepared.crops),
        materials=views.materials_of(telling),
        criteria=views.criteria_of(telling),
        judgements=views.judgements_of(telling),
        lists=list(views.lists_of(telling)),
        facts=views.facts_of(telling),
        decisions=views.decisions_of(telling),
        problems=[
            (views.page_links(telling, pages), visible(problem.message))
            for problem, pages in problem_groups(worksheet)
        ],
        pages=pages,
        boxes=Markup(views.boxes_json(telling)),
    )
    return text.encode("utf-8")
