"""Materials: each required paper, found or not, whole or not, fit or not.

``insufficient``: fewer or less than asked. ``defective``: there, but a seal, signature, date or the
year it covers fails. What could not be made out is said in the note and fails nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from extractor.core.worksheet import Document, Material, MaterialStatus, RowSet
from extractor.rules.comparing import ask, value_of
from extractor.rules.facts import FactBook
from extractor.rules.occasion import REVIEW, due_materials, is_of_review
from extractor.rules.side import pages_text
from extractor.setup.schemes import WHENS, MaterialSpec, Part, Scheme

DOUBTFUL_TYPE = 0.6
"""Below this confidence of the document type the note says so (product choice)."""

NEED_WORDS: Mapping[str, str] = {
    "seal": "盖章",
    "signature of the legal representative": "法定代表人签字",
    "date": "日期",
    "scan of the original": "原件扫描件",
    "barcode": "条码",
    "previous year": "上一年度",
}
"""What a material may need, in the words of the worksheet."""


@dataclass(frozen=True, slots=True)
class _Presence:
    status: MaterialStatus
    documents: tuple[Document, ...]
    notes: tuple[str, ...] = ()


def judge_materials(book: FactBook, scheme: Scheme) -> tuple[Material, ...]:
    """All materials in the order of the scheme."""
    due = {spec.id: spec for spec in due_materials(book, scheme)}
    return tuple(
        judge_material(book, due[spec.id]) if spec.id in due else _not_due(spec)
        for spec in scheme.materials
    )


def _not_due(spec: MaterialSpec) -> Material:
    """A paper of the review in an application, or of an application in a review."""
    return Material(
        id=spec.id,
        article=spec.article,
        text=spec.text_zh,
        status=MaterialStatus.NOT_APPLICABLE,
        requirement=spec.status,
        note=WHENS[REVIEW][1] if is_of_review(spec) else "三年复核时不需提供",
    )


def judge_material(book: FactBook, spec: MaterialSpec) -> Material:
    """One material."""
    if spec.status == "unknown":
        return _not_loaded(spec)
    applies = None if spec.condition is None else ask(spec.condition, book)
    presence = _presence(book, spec)
    notes = list(presence.notes)
    status = presence.status
    if spec.condition is not None and applies is False and not presence.documents:
        status, notes = MaterialStatus.NOT_APPLICABLE, ["条件不成立，不需提供"]
        if spec.condition.when is not None:
            notes = [WHENS[spec.condition.when][1]]
    elif spec.condition is not None and applies is None:
        asked = "、".join(book.catalogue.label(name) for name in spec.condition.fields())
        notes.append(f"是否需要提供不明（{asked}未读到）")
    if status in (MaterialStatus.FOUND, MaterialStatus.INSUFFICIENT) and presence.documents:
        failed, doubts = _check_needs(book, spec, presence.documents)
        notes.extend((*failed, *doubts))
        if failed:
            status = MaterialStatus.DEFECTIVE
    notes.extend(_doubtful_types(book, presence.documents))
    if spec.note_zh:
        notes.append(spec.note_zh)
    return Material(
        id=spec.id,
        article=spec.article,
        text=spec.text_zh,
        status=status,
        requirement=spec.status,
        documents=tuple(d.id for d in presence.documents),
        pages=tuple(sorted({p for d in presence.documents for p in d.pages})),
        needs=tuple(NEED_WORDS[n] for n in spec.needs),
        note="；".join(dict.fromkeys(notes)) or None,
    )


def _not_loaded(spec: MaterialSpec) -> Material:
    """The list of papers is not known: nothing is asked for and nothing found wanting."""
    return Material(
        id=spec.id,
        article=spec.article,
        text=spec.text_zh,
        status=MaterialStatus.TEXT_NOT_LOADED,
        requirement=spec.status,
        note="；".join(filter(None, ("材料清单的条文未载入，未作核对", spec.note_zh))),
    )


def _presence(book: FactBook, spec: MaterialSpec) -> _Presence:
    if spec.alternatives:
        return _by_alternatives(book, spec)
    documents = _distinct([d for kind in spec.doctypes for d in documents_carrying(book, kind)])
    present = [kind for kind in spec.doctypes if is_there(book, kind)]
    names = book.catalogue.label
    if not present:
        return _Presence(MaterialStatus.NOT_FOUND, ())
    if spec.any_of or len(present) == len(spec.doctypes):
        notes: tuple[str, ...] = ()
        if spec.any_of and len(spec.doctypes) > 1:
            notes = ("已见" + "、".join(names(k) for k in present),)
        return _Presence(MaterialStatus.FOUND, documents, notes)
    lacking = "、".join(names(k) for k in spec.doctypes if k not in present)
    return _Presence(MaterialStatus.INSUFFICIENT, documents, (f"未见{lacking}",))


def documents_carrying(book: FactBook, doctype: str) -> tuple[Document, ...]:
    """Documents of a type, or those that hold its lists: forms carry the roster and the served list
    inside, without a page of their own."""
    papers = book.documents_of(doctype)
    if papers:
        return papers
    holders = (book.document(rows.document) for rows in _own_lists(book, doctype))
    return _distinct([d for d in holders if d is not None])


def is_there(book: FactBook, doctype: str) -> bool:
    """Whether a paper of a type, or its list inside another paper, is in the packet."""
    return bool(book.documents_of(doctype)) or bool(_own_lists(book, doctype))


FORM_LISTS = ("staff_roster_form", "equipment_list_form", "served_enterprise_list_form")
"""Papers that the national form carries as its parts six, seven and eight."""


def _own_lists(book: FactBook, doctype: str) -> list[RowSet]:
    if doctype not in FORM_LISTS:
        return []
    spec = book.catalogue.doctypes[doctype]
    lists = [name for name in spec.fields if book.catalogue.fields[name].columns]
    return [rows for name in lists for rows in book.row_sets(name) if rows.rows]


def _distinct(documents: list[Document]) -> tuple[Document, ...]:
    return tuple({d.id: d for d in documents}.values())


def _by_alternatives(book: FactBook, spec: MaterialSpec) -> _Presence:
    """One whole alternative is enough; else what there is of the fullest, and what it lacks."""
    results: list[tuple[tuple[Document, ...], list[str], list[str]]] = []
    for alternative in spec.parsed_alternatives:
        documents: list[Document] = []
        lacking: list[str] = []
        doubts: list[str] = []
        for part in alternative:
            papers, lack, doubt = _part(book, part)
            documents.extend(papers)
            lacking.extend(lack)
            doubts.extend(doubt)
        results.append((_distinct(documents), lacking, doubts))
    whole = [r for r in results if not r[1]]
    if whole:
        sure = [r for r in whole if not r[2]]
        documents_found, _, notes = (sure or whole)[0]
        status = MaterialStatus.FOUND if sure else MaterialStatus.INSUFFICIENT
        return _Presence(status, documents_found, tuple(notes))
    everything = _distinct([d for documents_of, _, _ in results for d in documents_of])
    ways = "；或".join("、".join(lacking) for _, lacking, _ in results)
    if not everything:
        return _Presence(MaterialStatus.NOT_FOUND, ())
    return _Presence(MaterialStatus.INSUFFICIENT, everything, (f"尚缺{ways}",))


def _part(book: FactBook, part: Part) -> tuple[tuple[Document, ...], list[str], list[str]]:
    """Documents of a part, what it lacks, and what could not be made out."""
    papers = tuple(d for kind in part.doctypes for d in book.documents_of(kind))
    name = "、".join(book.catalogue.label(kind) for kind in part.doctypes)
    if part.if_field is not None and value_of(part.if_field, book) is not True:
        return (), [f"{name}（须为{book.catalogue.label(part.if_field)}）"], []
    if len(papers) < part.least:
        count = f"（{part.least}份，见{len(papers)}份）" if part.least > 1 else ""
        return papers, [name + count], []
    if part.with_field is not None:
        label = book.catalogue.label(part.with_field)
        value = value_of(part.with_field, book)
        if value is None and part.with_field == "svc_audit_present":
            value = True if book.row_sets("svc_statement", *part.doctypes) else None
        if value is None:
            return papers, [], [f"{name}中未读到{label}，请核对原件"]
        if value is not True:
            return papers, [f"{name}中的{label}"], []
    return papers, [], []


Need = Callable[[FactBook, tuple[Document, ...]], bool | None]


def _check_needs(
    book: FactBook, spec: MaterialSpec, documents: tuple[Document, ...]
) -> tuple[list[str], list[str]]:
    """What a found material fails in, and what could not be made out."""
    failed: list[str] = []
    doubts: list[str] = []
    for need in spec.needs:
        answer = _NEEDS[need](book, documents)
        word = NEED_WORDS[need]
        if answer is False:
            failed.append(_FAILED.get(need, f"未见{word}"))
        elif answer is None:
            doubts.append(f"{word}未能确认，请核对原件")
    return failed, doubts


_FAILED = {"previous year": "所附不是上一年度的"}


def _sealed(book: FactBook, documents: tuple[Document, ...]) -> bool | None:
    return _by_fact_or(book, documents, "decl_sealed", any(d.seals for d in documents))


def _signed(book: FactBook, documents: tuple[Document, ...]) -> bool | None:
    return _by_fact_or(book, documents, "decl_signed", any(d.signatures for d in documents))


def _by_fact_or(
    book: FactBook, documents: tuple[Document, ...], field: str, seen: bool
) -> bool | None:
    """What the reader said of the declaration; elsewhere what was seen on the page, if anything."""
    if any(d.type == "declaration" for d in documents):
        fact = book.best(field)
        if fact is not None and isinstance(fact.value, bool):
            return fact.value
    return True if seen else None


def _dated(book: FactBook, documents: tuple[Document, ...]) -> bool | None:
    """A date that was not read counts as absent only on a declaration that was read otherwise."""
    if not any(d.type == "declaration" for d in documents):
        return None
    if book.best("decl_date") is not None:
        return True
    read = ("decl_sealed", "decl_signed", "decl_present", "decl_org_name")
    return False if any(book.best(name) is not None for name in read) else None


def _of_previous_year(book: FactBook, documents: tuple[Document, ...]) -> bool | None:
    years = {b.year for b in book.papers.audits if set(b.documents) & {d.id for d in documents}}
    known = {y for y in years if y is not None}
    if not known or book.latest_year is None:
        return None
    return True if book.latest_year in known else None if None in years else False


def _barcode(book: FactBook, documents: tuple[Document, ...]) -> bool | None:
    fact = book.best("aud_barcode_present")
    if fact is not None and isinstance(fact.value, bool):
        return fact.value
    return True if book.best("aud_verification_code") is not None else None


_NEEDS: Mapping[str, Need] = {
    "seal": _sealed,
    "signature of the legal representative": _signed,
    "date": _dated,
    # Nothing tells a scan of an original from a scan of a copy: always for the reviewer.
    "scan of the original": lambda book, documents: None,
    "barcode": _barcode,
    "previous year": _of_previous_year,
}


def _doubtful_types(book: FactBook, documents: tuple[Document, ...]) -> list[str]:
    doubtful = [d for d in documents if d.confidence < DOUBTFUL_TYPE]
    return [
        f"第{pages_text(d.pages)}页识别为{book.catalogue.label(d.type)}的把握不高" for d in doubtful
    ]
