"""What the reviewer turns to where no figure settles a criterion: papers, pages, passages, routes."""

from __future__ import annotations

from extractor.rules.comparing import value_of
from extractor.rules.facts import FactBook
from extractor.rules.side import FORM, Side, Sides, pages_text
from extractor.setup.schemes import COMPARATORS, CriterionSpec

PASSAGES = "narrative_for_judgement"
"""The quantity that gathers text for a person and computes nothing."""


def passages_of(book: FactBook, spec: CriterionSpec) -> Side:
    """The passages that speak to a criterion: those of its own papers only."""
    found = [f for item in spec.evidence if (f := book.best(item.field)) is not None]
    facts = tuple(f.id for f in found if "." not in f.field)
    return Side(value=tuple(dict.fromkeys(f.field for f in found)) or None, facts=facts)


def unread_papers(book: FactBook, spec: CriterionSpec, sides: Sides) -> tuple[str, ...]:
    """Which papers would show it: found but not read (with pages), or not found."""
    if sides.evidence.is_known and not sides.evidence.at_least:
        return ()
    unread: dict[str, str] = {}
    absent: dict[str, str] = {}
    for item in spec.evidence:
        name = book.catalogue.label(item.doc)
        papers = book.documents_of(item.doc)
        if _is_read(book, item.field, item.doc) or item.doc == FORM:
            continue
        if papers:
            pages = pages_text(tuple(p for d in papers for p in d.pages))
            unread[name] = f"{name}（第{pages}页）"
        else:
            absent[name] = name
    notes = []
    if unread:
        notes.append(f"佐证在{'、'.join(unread.values())}，其中的数据未读到，请核对原件")
    if absent:
        notes.append(f"未见{'、'.join(absent.values())}")
    return tuple(notes)


def _is_read(book: FactBook, field: str, doctype: str) -> bool:
    rows = book.row_sets(field, doctype)
    if any(rows_.rows for rows_ in rows):
        return True
    return any(book.doctype_of(f.document) == doctype for f in book.all(field))


def gathered(book: FactBook, spec: CriterionSpec) -> tuple[str, ...]:
    """For a person to judge: which papers are there and on which pages, which are not."""
    found: dict[str, str] = {}
    absent: list[str] = []
    for item in spec.evidence:
        name = book.catalogue.label(item.doc)
        papers = book.documents_of(item.doc)
        if papers:
            found[name] = f"{name}（第{pages_text(tuple(p for d in papers for p in d.pages))}页）"
        elif name not in absent:
            absent.append(name)
    notes = []
    value = value_of(spec.quantity, book)
    if isinstance(value, tuple) and value and spec.quantity != PASSAGES:
        field = book.catalogue.fields.get(spec.quantity)
        enum = book.catalogue.enums.get(field.enum or "") if field is not None else None
        words = [enum.zh(v) for v in value] if enum is not None else list(value)
        notes.append("读到：" + "；".join(words))
    if found:
        notes.append(f"请评审人员查看{'、'.join(found.values())}")
    if absent:
        notes.append(f"未见{'、'.join(absent)}")
    route = spec.routes.get(str(value))
    if route is not None:
        notes.insert(0, route)
    elif spec.comparator != "judge":
        notes.append(COMPARATORS[spec.comparator])
    return tuple(notes)
