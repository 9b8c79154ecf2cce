"""Whose accounts a report is on and which firm signs it: by titles, addressees, covers and seals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extractor.core.page import PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.audit.amounts import REPAIRED
from extractor.fields.audit.statement_ways import at_most
from extractor.fields.make import CERTAIN_AT, Spot, build_fact
from extractor.fields.prose import find_fact, page_paragraphs
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView

_ORG = r"[\u4e00-\u9fa5A-Za-z0-9（）()·]{4,40}?"
_CLIENTS = (
    r"被审计单位(?:名称)?\s*[:：]\s*(" + _ORG + r")\s*$",
    r"^\s*(" + _ORG + r")\s*"
    r"(?:全体股东|各位股东|股东会|董事会|理事会|全体合伙人|股东|管理层|全体出资人|全体理事)\s*[:：]",
    r"我们审计了(?:后附的)?\s*(?![贵本该][单公协中学商社院])("
    + _ORG
    + r")\s*(?:[（(]以下简称|的?财务报表|20\d\d年)",
)
#: Whom a report is addressed to where nothing stands behind the name: only below the report's title.
_ADDRESSED = (
    r"^\s*([\u4e00-\u9fa5A-Za-z0-9（）()·]{4,40}?"
    r"(?:公司|中心|协会|院|所|厂|社|商会|学会|促进会|基金会|联合会))\s*[:：]\s*$"
)
_FIRM = (
    r"(?:委托|聘请|聘任|选聘|业经|系由|由|经)?"
    r"((?:(?![的由是否此该])[\u4e00-\u9fa5]){2,20}会计师事务所(?:[（(][^（()）]{2,10}[）)])?(?:有限(?:责任)?公司)?)"
)
_ORG_LINE = re.compile(
    r"^[\u4e00-\u9fa5A-Za-z0-9（）()·]{4,40}(公司|中心|协会|院|所|厂|社|商会|学会|促进会|基金会|联合会)$"
)
#: （普通合 with nothing behind it: but two forms of partnership are written there.
_TORN_FORM = re.compile(
    r"(?P<name>[\u4e00-\u9fa5]{2,20}会计师事务所)[（(](?P<form>(?:特殊?)?(?:普通?)?合?)\s*$"
)
#: How a firm's name may go on below: the rest of （特殊普通合伙）.
_FIRM_TAIL = re.compile(r"^[（(]?(特殊)?(普通)?(合|合伙|伙)?[）)]?$")
#: Shortest piece of a firm's name that says which firm, and the trust in a name known by a piece.
_LEAST_PIECE = 4
HIDDEN = 0.6
_TITLED_CLIENT = re.compile(
    r"^\s*关于(?:对)?\s*(?P<name>[\u4e00-\u9fa5A-Za-z0-9（）()·]{4,40}?"
    r"(?:公司|中心|协会|院|所|厂|社|商会|学会|促进会|基金会|联合会))\s*的?"
    r"(?:20\d\d\s*年(?:度)?\s*(?:[至及、—-]\s*20\d\d\s*年度?)?)?[^。，,；;:：]{0,30}?(?:审计|审核|鉴证|审阅)报告"
)
_YEARS_REPORT = re.compile(
    r"^\s*(?:19|20)\d\d\s*年[^。，,；;:：]{0,36}(?:审计|审核|鉴证|审阅)报告(?:书)?\s*$"
)
_REPORT_TITLE = re.compile(r".{0,12}(?:审计|鉴证|审核)报告")


def audit_client(
    view: DocumentView, specs: FieldSpecs, page: PacketPage, rows: Sequence[TextRun]
) -> Fact | None:
    """Whose accounts a page says were audited; ``None`` where it names nobody, or several."""
    return (
        first_fact(view, specs, "aud_client", [*rows, *page_paragraphs(page)], _CLIENTS)
        or _titled_client(view, specs, rows)
        or _above_title(view, specs, rows)
        or _cover_client(view, specs, page)
        or _addressee(view, specs, page, rows)
    )


def audit_firm(view: DocumentView, specs: FieldSpecs, page: PacketPage) -> Fact | None:
    """The firm that a line of the page names; with its form where a seal hides the end of that."""
    found = find_fact(view, specs.catalogue, "aud_firm", _firm_runs(page), _FIRM)
    torn = next((m for run in _firm_runs(page) if (m := _TORN_FORM.search(run.text))), None)
    if found is None or torn is None or str(found.value) != torn["name"]:
        return found
    whole = f"{torn['name']}（{'特殊' if '特' in torn['form'] else ''}普通合伙）"
    return at_most(found.model_copy(update={"value": whole}), REPAIRED)


def _titled_client(view: DocumentView, specs: FieldSpecs, rows: Sequence[TextRun]) -> Fact | None:
    """The name in the report's own title, on one row or more: 关于某某公司服务收支情况的专项审计报告."""
    for i in range(min(4, len(rows))):
        lines = tuple(line for run in rows[i : i + 3] for line in run.lines)
        run = TextRun(rows[i].page, lines)
        told = _TITLED_CLIENT.match(run.text)
        if told is not None and _ORG_LINE.match(told["name"]):
            pattern = _TITLED_CLIENT.pattern
            return find_fact(view, specs.catalogue, "aud_client", [run], pattern)
    return None


def _above_title(view: DocumentView, specs: FieldSpecs, rows: Sequence[TextRun]) -> Fact | None:
    """The name on the row right above a title that begins with its year: 2020年度…专项审计报告."""
    for above, title in pairwise(rows[:6]):
        name = above.text.strip()
        if _YEARS_REPORT.match(title.text) and _ORG_LINE.match(name) and "事务所" not in name:
            return find_fact(view, specs.catalogue, "aud_client", [above], r"^\s*(\S+)\s*$")
    return None


def _cover_client(view: DocumentView, specs: FieldSpecs, page: PacketPage) -> Fact | None:
    """The name alone on a line of a cover, above or below the title; a cover has few lines, no label.

    ``None`` where several bodies stand there: which of them was audited is then not said.
    """
    if len(page.read.lines) > 14 or "审计报告" not in fold_text(page.read.text):
        return None
    named = [
        line
        for line in page.read.lines
        if "事务所" not in line.text and _ORG_LINE.match(line.text.strip())
    ]
    if len({fold_text(line.text) for line in named}) != 1:
        return None
    return find_fact(view, specs.catalogue, "aud_client", [TextRun(page, (named[0],))], "^(.+)$")


def _addressee(
    view: DocumentView, specs: FieldSpecs, page: PacketPage, rows: Sequence[TextRun]
) -> Fact | None:
    """The name with a colon below the title 审计报告, in the upper half of the page."""
    title = next((r for r in rows if _REPORT_TITLE.fullmatch(fold_text(r.text))), None)
    if title is None:
        return None
    top = title.lines[0].box.y1
    below = [r for r in rows if top < r.lines[0].box.cy < page.read.upright.height_pt / 2]
    return find_fact(view, specs.catalogue, "aud_client", below, _ADDRESSED)


def _firm_runs(page: PacketPage) -> list[TextRun]:
    """Lines that name a firm, with the line below where the name goes on there."""
    runs = []
    for line in page.read.lines:
        if "会计师事务所" not in line.text:
            continue
        below = [
            other
            for other in page.read.lines
            if abs(other.box.x0 - line.box.x0) < 2 * line.box.height
            and 0 < other.box.y0 - line.box.y0 < 2.5 * line.box.height
            and _FIRM_TAIL.match(other.text.strip())
        ]
        runs.append(TextRun(page, (line, *below[:1])))
    return runs


def firm_of_seal(view: DocumentView) -> Fact | None:
    """The firm by its seal where no line names it; never certain, for a ring is read along a circle."""
    named = [
        (seal, page, found.group(1))
        for page in view.pages
        for seal in page.read.seals
        if (found := re.search(_FIRM, seal.organisation or ""))
    ]
    if not named:
        return None
    seal, page, name = max(named, key=lambda item: item[0].text_confidence)
    spot = Spot(page, seal.box, name, min(seal.text_confidence, seal.confidence))
    return build_fact(
        "aud_firm", spot, name, document=view.id, method=Method.SEAL, cap=CERTAIN_AT - 0.05
    )


def hidden_firms(view: DocumentView, facts: Sequence[Fact | None]) -> list[Fact]:
    """On pages that name no firm: the piece of the known firm's name that a stamp left to be read."""
    known = {str(f.value) for f in facts if f is not None and f.field == "aud_firm"}
    if len(known) != 1:
        return []
    (firm,) = known
    named = {f.page for f in facts if f is not None and f.field == "aud_firm"}
    found: list[Fact] = []
    for page in view.pages:
        pieces = [
            line
            for line in page.read.lines
            if _LEAST_PIECE <= len(fold_text(line.text)) < len(fold_text(firm))
            and fold_text(firm).startswith(fold_text(line.text))
        ]
        if page.no in named or not pieces:
            continue
        line = max(pieces, key=lambda piece: len(piece.text))
        spot = Spot(page, line.box, line.text, min(line.confidence, REPAIRED), line.source)
        found.append(
            build_fact("aud_firm", spot, firm, document=view.id, method=Method.PROSE, factor=HIDDEN)
        )
    return found


def first_fact(
    view: DocumentView,
    specs: FieldSpecs,
    field: str,
    runs: Sequence[TextRun],
    patterns: Sequence[str],
) -> Fact | None:
    """The fact of the first of ``patterns`` that any of ``runs`` answers."""
    for pattern in patterns:
        fact = find_fact(view, specs.catalogue, field, runs, pattern)
        if fact is not None:
            return fact
    return None
