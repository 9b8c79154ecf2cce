"""Licences and registration certificates: labels in columns, values that wrap below themselves.

Such papers have no rulings. A value starts right of its label (or below it) and may go on in the lines
under it, up to the next label of the same column. Labels are often letter-spaced (``名    称``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extractor.core.baselines import baseline_rows
from extractor.core.geometry import Box
from extractor.core.page import PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.forms.labelled import STOP, Placed, placed_labels, value_run
from extractor.fields.forms.labels import Label, LabelHit, LabelIndex
from extractor.fields.make import build_fact, read_fact, spot_of
from extractor.fields.marks.seal_names import authority_of_seal
from extractor.fields.prose import DATE, find_fact
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction
from extractor.setup.forms import FormEntry, FormSpec
from extractor.values.parsed import UnitContext

CERTIFICATES = (
    "business_license",
    "public_institution_certificate",
    "npo_registration_certificate",
)

#: Trust in a value under which a label stands of which only one half was read.
TORN = 0.8
_DATED = re.compile(rf"\s*{DATE}")
_USCC = r"(?<![0-9A-Z])([0-9A-Z]{2}\s?[0-9OIZSBGL]{6}\s?[0-9A-Z]{10})(?![0-9A-Z])"


def read_certificate(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Facts of a licence or certificate by its labels; empty for other papers."""
    form = specs.forms.get(view.type)
    if form is None or view.type not in CERTIFICATES:
        return Extraction()
    entries = {e.field: e for e in form.entries}
    index = LabelIndex([*(Label(e.field, e.labels) for e in form.entries), Label(STOP, form.stops)])
    facts: list[Fact] = []
    for page in view.pages:
        rows = baseline_rows(page.read.lines)
        placed = placed_labels(page, rows, index)
        boxed = _boxed(page, index)
        for owner, item, run in boxed:
            if (entry := entries.get(owner)) is not None:
                facts += _facts_of(view, specs, entry, item, run)
        for item in placed:
            entry = entries.get(item.hit.owner)
            if entry is None or any(owner == item.hit.owner for owner, _item, _run in boxed):
                continue
            wraps = entry.block or specs.catalogue.fields[entry.field].type in ("org_name", "text")
            value = value_run(item, placed, rows, wraps=wraps)
            if value is not None:
                facts += _facts_of(view, specs, entry, item, value)
        facts += _extras(view, specs, form, page, facts)
    facts = _from_the_start(facts)
    return Extraction(facts=tuple({f.id: f for f in facts}.values()))


def _boxed(page: PacketPage, index: LabelIndex) -> list[tuple[str, Placed, TextRun]]:
    """Labels that fill a cell of a ruled table, with the cell right of them that answers them.

    There the rulings say where a value ends; read by columns it would run into the row below.
    """
    found: list[tuple[str, Placed, TextRun]] = []
    for table in page.read.tables:
        if table.method != "ruled" or table.n_cols < 2:
            continue
        for cell in table.cells:
            run = TextRun(page, cell.lines, cell)
            hits = [h for h in index.find(run) if _fills(run, h)]
            answer = table.at(cell.row, cell.col + cell.col_span)
            box = run.box_of(0, len(run.text))
            if not hits or answer is None or not answer.lines or box is None:
                continue
            value = TextRun(page, answer.lines, answer)
            if any(_fills(value, h) for h in index.find(value)):
                continue
            item = Placed(hits[0], run, 0, box, len(run.text))
            found.append((hits[0].owner, item, value))
    return found


def _fills(run: TextRun, hit: LabelHit) -> bool:
    """Whether a label is all that its cell holds."""
    return fold_text(run.text[hit.start : hit.end]) == fold_text(run.text)


def _facts_of(
    view: DocumentView,
    specs: FieldSpecs,
    entry: FormEntry,
    item: Placed,
    run: TextRun,
) -> list[Fact]:
    spec = specs.catalogue.fields[entry.field]
    colon = re.match(r"[\s:：]*", run.text)
    whole = _before_torn_label(run)
    end = whole or len(run.text)
    if spec.type == "org_name":
        end = min(end, _before_date(run))
    spot = spot_of(run, colon.end() if colon else 0, end)
    if spot is None:
        return []
    if whole:
        spot = replace(spot, confidence=min(spot.confidence, TORN), letters=None)
    fact = read_fact(
        spec,
        spot,
        document=view.id,
        method=Method.OCR_LABEL,
        units=UnitContext(default="万元" if spec.type == "money" else None),
        enums=specs.catalogue.enums,
        label=item.hit.spelling,
    )
    if fact is None or (spec.type == "org_name" and re.search(r"\d{4}\s*年", fact.raw)):
        return []
    facts = [fact]
    if entry.field == "lic_legal_rep":
        facts += _rep_label(view, specs, item)
    return facts


def _before_torn_label(run: TextRun) -> int | None:
    """Where a line begins with the second half of a letter-spaced label (``住`` unread, ``所：…``)."""
    offset = 0
    for line in run.lines:
        if offset and re.match(r"\s*[称型所]\s*[:：]", line.text):
            return offset
        offset += len(line.text)
    return None


def _before_date(run: TextRun) -> int:
    """Where a line of its own begins with a date: the day under the authority's name is no part of it."""
    offset = 0
    for line in run.lines:
        if offset and _DATED.match(line.text):
            return offset
        offset += len(line.text)
    return len(run.text)


def _from_the_start(facts: Sequence[Fact]) -> list[Fact]:
    """A term that only says 长期 runs from the day the holder was founded."""
    founded = next((f for f in facts if f.field == "lic_established_date"), None)
    if founded is None or not isinstance(founded.value, str):
        return list(facts)
    return [
        f.model_copy(
            update={
                "value": f"{founded.value}/..",
                "confidence": min(f.confidence, founded.confidence),
            }
        )
        if f.field == "lic_term" and f.value == "../.."
        else f
        for f in facts
    ]


def _rep_label(view: DocumentView, specs: FieldSpecs, item: Placed) -> list[Fact]:
    enum = specs.catalogue.enums["lic_rep_label"]
    spot = spot_of(item.run, item.hit.start, item.hit.end)
    wanted = fold_text(item.hit.spelling)
    for member, words in enum.labels.items():
        if spot is not None and wanted in {fold_text(w) for w in words}:
            return [
                build_fact("lic_rep_label", spot, member, document=view.id, method=Method.OCR_LABEL)
            ]
    return []


def _extras(
    view: DocumentView, specs: FieldSpecs, form: FormSpec, page: PacketPage, facts: Sequence[Fact]
) -> list[Fact]:
    """The code found by its shape, and the date of issue at the foot."""
    prefix = {"business_license": "lic", "public_institution_certificate": "pic"}.get(
        form.form, "npo"
    )
    rows = [TextRun(page, tuple(row)) for row in baseline_rows(page.read.lines)]
    found: list[Fact] = []
    if not any(f.field == f"{prefix}_uscc" for f in facts):
        code = find_fact(view, specs.catalogue, f"{prefix}_uscc", rows, _USCC)
        if code is not None:
            found.append(code)
    if prefix == "npo":
        found += _npo_title(view, page)
        found += _inspection(view, specs, rows)
    field = {"lic": "lic_issue_date", "npo": "npo_issue_date"}.get(prefix)
    if field is not None and not any(f.field == field for f in facts):
        issued = _issue_date(view, specs, field, page, rows, facts)
        if issued is not None:
            found.append(issued)
    if prefix == "lic" and not any(f.field == "lic_authority" for f in facts):
        sealed = authority_of_seal(view, page, facts)
        found += [sealed] if sealed is not None else []
    return found


_NPO_KINDS = (
    ("private_non_enterprise", re.compile(r"民办非企业单位|社会服务机构")),
    ("social_group", re.compile(r"社会团体")),
    ("foundation", re.compile(r"基金会")),
)
_NPO_FORMS = (
    ("legal_person", re.compile(r"[（(]\s*(法人)\s*[）)]")),
    ("partnership", re.compile(r"[（(]\s*(合伙)\s*[）)]")),
    ("individual", re.compile(r"[（(]\s*(个体)\s*[）)]")),
)


def _npo_title(view: DocumentView, page: PacketPage) -> list[Fact]:
    """Kind and legal form, both printed in the certificate's title: 民办非企业单位登记证书（法人）."""
    found: list[Fact] = []
    rows = [TextRun(page, tuple(row)) for row in baseline_rows(page.read.lines)]
    titles = [i for i, r in enumerate(rows) if re.search(r"登\s*记\s*证\s*书", r.text)]
    if not titles:
        return []
    for field, members in (("npo_kind", _NPO_KINDS), ("npo_legal_form", _NPO_FORMS)):
        for run in (
            rows[titles[0] : titles[0] + 3]
            if field == "npo_legal_form"
            else rows[titles[0] : titles[0] + 1]
        ):
            for member, pattern in members:
                match = pattern.search(run.text)
                spot = spot_of(run, *match.span()) if match else None
                if spot is not None and not any(f.field == field for f in found):
                    found.append(
                        build_fact(field, spot, member, document=view.id, method=Method.OCR_LABEL)
                    )
    return found


_INSPECTION = r"((?:19|20)\d\d\s*年度?\s*(?:年检|年度检查|检查|年报)(?:结论)?\s*[:：]?\s*(?:基本)?(?:不)?合格)"


def _inspection(view: DocumentView, specs: FieldSpecs, rows: Sequence[TextRun]) -> list[Fact]:
    """The record of the annual inspection: 2023年度检查：合格."""
    fact = find_fact(view, specs.catalogue, "npo_annual_inspection", rows, _INSPECTION)
    return [fact] if fact is not None else []


def _issue_date(
    view: DocumentView,
    specs: FieldSpecs,
    field: str,
    page: PacketPage,
    rows: Sequence[TextRun],
    facts: Sequence[Fact],
) -> Fact | None:
    """The lowest date of the page that no labelled field took."""
    taken = {f.box for f in facts if f.page == page.no}
    for run in reversed(rows):
        fact = find_fact(view, specs.catalogue, field, [run], f"({DATE})")
        if fact is None or len(str(fact.value)) < 7:
            continue  # a year alone is no date of issue
        if any(f.box and fact.box and _overlap(f.box, fact.box) for f in facts if f.box in taken):
            return None
        return fact
    return None


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return Box(*a).intersection(Box(*b)) is not None
