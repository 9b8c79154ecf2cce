"""Earlier recognitions: number, title, issuer, level, year, and whether the list names the applicant.

A notice holds many names; the one that counts is the applicant's. Where the applicant is not found, no
name is taken: a list of forty pages may simply lack the page with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from extractor.core.page import PacketPage, Table
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Row, RowSet
from extractor.fields.lists.reader import derive
from extractor.fields.make import spot_of
from extractor.fields.papers.parties import same_name
from extractor.fields.papers.reader import INFERRED, Paper, page_rows
from extractor.fields.prose import DATE, page_paragraphs
from extractor.fields.runs import TextRun, cell_runs
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction
from extractor.prose.entities import EntityKind
from extractor.prose.patterns import find_shapes
from extractor.prose.pipeline import find_entities
from extractor.values.names import name_norm

_KIND = r"(?:通知|决定|公告|通报|批复|公示|函|意见)"
_TITLE = re.compile(rf"关于.{{4,80}}?(?:的)?{_KIND}")
_DATE = re.compile(DATE)
_YEAR = re.compile(r"(20\d\d)\s*年?\s*(?:度|(?=第|省|市|国家|[\u4e00-\u9fa5]{0,12}(?:平台|机构)))")
_UNTIL = re.compile(rf"有效期[^。；;]{{0,24}}?(?:至|到|截至|截止)\s*(?P<date>{DATE})")
_STAR = re.compile(r"[一二三四五]星级")
_LEVELS = (
    ("national_association", re.compile(r"^(?:中国|中华|全国).{2,20}(?:协会|学会|联合会|商会)")),
    ("national", re.compile(r"^(?:国家|中华人民共和国)?(?:工业和信息化部|工信部|科学技术部|科技部|财政部|国家.{2,14}(?:局|委员会)|.{2,8}部)")),
    ("county", re.compile(r"(?:[^市省]县|市.{1,4}区|^.{2,4}区)(?!.*(?:省|自治区)).{0,20}(?:局|委|办公室|政府)$")),
    ("provincial", re.compile(r"(?:省|自治区|北京市|上海市|天津市|重庆市).{0,12}(?:工业和信息化|工信|经济和信息化|经信|中小企业|小企业)")),
    ("provincial_department", re.compile(r"(?:省|自治区).{2,20}(?:厅|局|委员会|办公室)")),
    ("city", re.compile(r"(?:市|州|地区|盟).{2,24}(?:局|委员会|办公室|政府|中心)")),
)  # fmt: skip
_LEVEL_WORDS = (
    ("national", re.compile(r"国家(?:级)?中小企业公共服务示范平台|国家级")),
    ("provincial", re.compile(r"省级|自治区级|全省中小企业公共服务(?:示范|星级)?平台|(?:省|自治区)中小企业公共服务示范平台")),
    ("city", re.compile(r"市级|地州级")),
    ("county", re.compile(r"县级|区级")),
)  # fmt: skip


def read_recognition(
    view: DocumentView, specs: FieldSpecs, applicant: Collection[str]
) -> Extraction:
    """One row for the paper; ``applicant`` are the names the applicant goes by."""
    paper = Paper(view, specs, 1, {})
    for page in view.pages:
        _head(paper, page)
    _issuer(paper)
    _date(paper)
    _year(paper)
    _level(paper)
    _validity(paper)
    _listed(paper, applicant)
    told = {k for k in paper.cells if not k.endswith((".level", ".year"))}
    if not told:
        return Extraction()
    # A re-evaluation is of a star: a paper without one recognised something else.
    starred = "recognitions.star" in paper.cells
    facts = tuple(_as_field(paper.cells[a], b) for a, b in _SAME if starred and a in paper.cells)
    pages = tuple(p.no for p in view.pages)
    rows = RowSet(
        field="recognitions", document=view.id, pages=pages, rows=(Row(no=1, cells=paper.cells),)
    )
    return Extraction(facts=facts, rows=(rows,))


#: A cell with nothing but a year, and how the column of years is headed.
_YEAR_CELL = re.compile(r"\s*(?P<year>(?:19|20)\d\d)\s*年?度?\s*")
_YEAR_HEAD = re.compile(r"年|时间|批次")


def read_annex(view: DocumentView, specs: FieldSpecs, applicant: Collection[str]) -> Extraction:
    """Year and star level from the applicant's row of a list annexed to a notice; no other row counts."""
    paper = Paper(view, specs, None, {})
    for page in view.pages:
        for table in page.read.tables:
            for cell in table.cells:
                if cell.lines and _name_in(TextRun(page, cell.lines, cell).text, applicant):
                    _annex_row(paper, page, table, cell.row)
    return Extraction(facts=tuple(paper.cells.values()))


def _annex_row(paper: Paper, page: PacketPage, table: Table, row: int) -> None:
    for beside in table.row_cells(row):
        run = TextRun(page, beside.lines, beside)
        year, star = _YEAR_CELL.fullmatch(run.text), _STAR.search(run.text)
        head = table.at(0, beside.col)
        if year is not None and head is not None and _YEAR_HEAD.search(head.text):
            paper.add(paper.read("reeval_recognition_year", run, year.span("year"), kind="year"))
        if star is not None:
            paper.add(paper.read("reeval_star_level", run, star.span()))


_SAME = (
    ("recognitions.year", "reeval_recognition_year"),
    ("recognitions.star", "reeval_star_level"),
)


def _as_field(fact: Fact, field: str) -> Fact:
    return derive(fact, field, fact.value if fact.value is not None else "", 1.0)


def _head(paper: Paper, page: PacketPage) -> None:
    """Number and title: the number alone on its row, the title in the largest type below it."""
    for run in page_rows(page)[:14]:
        for shape in find_shapes(run.text):
            alone = len(fold_text(run.text)) <= len(fold_text(shape.text)) + 14
            if shape.kind is EntityKind.DOCUMENT_NUMBER and alone:
                paper.add(paper.read("recognitions.doc_number", run, (shape.start, shape.end)))
    title = _title_run(page)
    if title is not None:
        match = _TITLE.search(title.text)
        start = _issuer_end(title.text, match.start()) if match else 0
        paper.add(
            paper.read(
                "recognitions.doc_title", title, (start, match.end() if match else len(title.text))
            )
        )


def _issuer_end(text: str, at: int) -> int:
    """A title that begins with its issuer (某某厅关于…的通知) is given whole."""
    return 0 if at <= 40 and not re.search(r"[，。；:：]", text[:at]) else at


def _title_run(page: PacketPage) -> TextRun | None:
    """The rows of a title joined: from the one with 关于 to the one that ends in 通知 or the like."""
    rows = page_rows(page)[:22]
    for i, run in enumerate(rows):
        if "关于" not in run.text or re.search(r"[《“]\s*关于|根据|按照", run.text):
            continue
        lines = list(run.lines)
        size = max(line.box.height for line in lines)
        if (
            i
            and "关于" in run.text[:2]
            and _is_name(rows[i - 1].text)
            and _same_size(rows[i - 1], size)
        ):
            lines = [*rows[i - 1].lines, *lines]
        for below in rows[i + 1 : i + 4]:
            joined = TextRun(page, tuple(lines))
            if re.search(rf"{_KIND}\s*$", joined.text):
                return joined
            if not _same_size(below, size) and not re.fullmatch(
                rf"\s*.{{0,6}}{_KIND}\s*", below.text
            ):
                break
            lines += below.lines
        joined = TextRun(page, tuple(lines))
        if re.search(rf"{_KIND}\s*$", joined.text):
            return joined
    return None


def _is_name(text: str) -> bool:
    return re.search(r"(?:厅|局|部|委员会|政府|办公室|协会|中心)\s*$", text) is not None


def _same_size(run: TextRun, size: float) -> bool:
    return abs(max(line.box.height for line in run.lines) - size) < 0.25 * size


def _issuer(paper: Paper) -> None:
    """The red head (某某厅文件), the name before 关于 in the title, or the last name before the date."""
    field = "recognitions.issuer"
    for page in paper.pages[:1]:
        for run in page_rows(page)[:6]:
            match = re.fullmatch(
                r"\s*(?P<name>[\u4e00-\u9fa5\s（）()]{4,40}?)\s*(?:文\s*件)\s*", run.text
            )
            if match:
                paper.add(paper.read(field, run, match.span("name")))
        title = _title_run(page)
        at = title.text.find("关于") if title else -1
        if title is not None and at >= 4:
            paper.add(paper.read(field, title, (0, at)))
    if field in paper.cells:
        return
    for page in paper.pages:
        rows = page_rows(page)
        for i, run in enumerate(rows):
            if i and _DATE.search(run.text) and len(fold_text(_DATE.sub("", run.text))) <= 2:
                above = rows[i - 1]
                if _is_name(above.text) and len(fold_text(above.text)) <= 40:
                    paper.add(paper.read(field, above, (0, len(above.text)), factor=0.95))
                    return


def _date(paper: Paper) -> None:
    """The date of the paper stands alone on its row, below the text and before the annex and imprint."""
    for page in paper.pages:
        for run in reversed(page_rows(page)):
            match = _DATE.search(run.text)
            if match is None or "印发" in run.text:
                continue
            if len(fold_text(run.text)) - len(fold_text(match.group())) <= 2:
                fact = paper.read("recognitions.date", run, match.span(), kind="date")
                if fact is not None and isinstance(fact.value, str) and len(fact.value) >= 7:
                    paper.add(fact)
                    return


def _year(paper: Paper) -> None:
    """The year of recognition as the title or the sentence of recognition names it."""
    for page in paper.pages:
        title = _title_run(page)
        for run in (*([title] if title else []), *page_paragraphs(page)):
            if run is not title and not re.search(r"认定|公布|授予|评为", run.text):
                continue
            match = _YEAR.search(run.text)
            if match:
                paper.add(
                    paper.read(
                        "recognitions.year",
                        run,
                        match.span(1),
                        factor=1.0 if run is title else INFERRED,
                    )
                )
                return


def _level(paper: Paper) -> None:
    """Never printed as such: told by the issuer's name, else by words of the title."""
    issuer, title = (
        paper.cells.get("recognitions.issuer"),
        paper.cells.get("recognitions.doc_title"),
    )
    for fact, rules in ((issuer, _LEVELS), (title, _LEVEL_WORDS)):
        for level, pattern in rules:
            if fact is not None and pattern.search(fold_text(str(fact.value))):
                paper.add(derive(fact, "recognitions.level", level, INFERRED))
                return


def _validity(paper: Paper) -> None:
    for page in paper.pages:
        for run in page_paragraphs(page):
            match = _UNTIL.search(run.text)
            if match:
                paper.add(
                    paper.read("recognitions.valid_until", run, match.span("date"), kind="date")
                )


def _listed(paper: Paper, applicant: Collection[str]) -> None:
    """The applicant's name where the list or the text has it, with its star level beside it."""
    field = "recognitions.listed_name"
    if not applicant:
        return
    for page in paper.pages:
        for run in (*cell_runs(page), *page_paragraphs(page)):
            span = _name_in(run.text, applicant)
            if span is None:
                continue
            fact = paper.read(field, run, span)
            if fact is None:
                continue
            paper.add(fact)
            _star(paper, page, run, span)
            _star_elsewhere(paper, page, applicant)
            return
    _sole_name(paper)


def _star_elsewhere(paper: Paper, page: PacketPage, applicant: Collection[str]) -> None:
    """The star level in another sentence of the page that names the applicant."""
    if "recognitions.star" in paper.cells:
        return
    for run in page_paragraphs(page):
        if _STAR.search(run.text) and _name_in(run.text, applicant) is not None:
            _star_of(paper, run)
            return


def _sole_name(paper: Paper) -> None:
    """A plaque or letter to one named body: that name, so that another's paper is seen as such."""
    names: dict[str, tuple[TextRun, tuple[int, int]]] = {}
    for page in paper.pages:
        for run in page_paragraphs(page):
            for match in re.finditer(r"(?:授予|认定|同意|批准)\s*", run.text):
                for entity in find_entities(run.text[match.end() : match.end() + 40])[:1]:
                    if entity.kind is EntityKind.ORGANISATION and entity.start <= 1:
                        a, b = match.end() + entity.start, match.end() + entity.end
                        rest = run.text[b : b + 1]
                        if rest != "等":
                            names.setdefault(name_norm(entity.text), (run, (a, b)))
    lists = any(len(t.cells) > 4 for p in paper.pages for t in p.read.tables)
    if len(names) == 1 and not lists:
        run, span = next(iter(names.values()))
        paper.add(paper.read("recognitions.listed_name", run, span, factor=INFERRED))


def _name_in(text: str, names: Collection[str]) -> tuple[int, int] | None:
    """The stretch of ``text`` that is one of the names, blanks and width ignored, one slip allowed."""
    for name in names:
        pattern = r"\s*".join(
            re.escape(c) if c not in "()（）" else "[()（）]" for c in name if not c.isspace()
        )
        match = re.search(pattern, text)
        if match:
            return match.span()
    if len(text) <= 60:
        bare = re.sub(r"^\s*\d{1,3}\s*[.、．)）]?\s*", "", text)
        if same_name(bare, names):
            start = text.find(bare)
            return start, start + len(bare)
    return None


def _star(paper: Paper, page: PacketPage, run: TextRun, span: tuple[int, int]) -> None:
    """The star level in the applicant's row, else in the heading right above it."""
    cell = run.cell
    if cell is not None:
        for table in page.read.tables:
            if cell in table.cells:
                for beside in table.row_cells(cell.row):
                    _star_of(paper, TextRun(page, beside.lines, beside))
    _star_of(paper, run)
    if "recognitions.star" in paper.cells:
        return
    box = run.box_of(*span)
    above = [r for r in page_rows(page) if box is not None and r.lines[0].box.y1 <= box.y0]
    for other in reversed(above):
        if _STAR.search(other.text):
            _star_of(paper, other)
            return


def _star_of(paper: Paper, run: TextRun) -> None:
    found = _STAR.findall(run.text)
    match = _STAR.search(run.text)
    if match and len(set(found)) == 1 and spot_of(run, *match.span()) is not None:
        paper.add(paper.read("recognitions.star", run, match.span()))
