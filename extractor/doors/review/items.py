"""The one thing that is selected: a value, a finding, a condition, a material, or a blank to fill in.

``on`` names it: ``fact:ID``, ``finding:CHECK/SEVERITY``, ``criterion:ID``, ``material:ID``,
``new:`` (a value nobody read), ``newrow:LIST``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from extractor.core.worksheet import Criterion, Decision, Fact, FactStatus, Finding, Material
from extractor.decisions.model import Action, Opinion
from extractor.doors.review.desk import Desk
from extractor.doors.review.store import NoSuchPacket
from extractor.setup.catalogue import Catalogue
from extractor.worksheet.html.views import TONES, PageLink, page_links
from extractor.worksheet.safe_text import one_line, visible
from extractor.worksheet.shown import show_fact
from extractor.worksheet.telling import (
    Passage,
    articles_text,
    criterion_value,
    passages_of,
    readings_text,
    threshold_text,
)

_MOST_FACTS = 24
"""Cited values listed in the dock; a list of forty firms is read in its own table."""
_MOST_BRIEF = 5


@dataclass(frozen=True, slots=True)
class FactLine:
    """A value as a chip: what it says, where it stands, how sure it is."""

    id: str
    text: str
    page: int | None
    css: str
    status: str


@dataclass(frozen=True, slots=True)
class Use:
    """An item that leans on a value."""

    on: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Item:
    """What the dock shows.

    Attributes:
        box: ``x0 y0 x1 y1`` in viewer points; "" where nothing can be drawn.
        actions: what can be done, in the order of the buttons.
        typed: what the field for a correction starts with. choices: words it may take.
        lines: pairs of name and text.
    """

    on: str
    kind: str
    title: str
    value: str = ""
    tag: str = ""
    tone: str = "none"
    page: int | None = None
    box: str = ""
    actions: Sequence[str] = ()
    typed: str = ""
    choices: Sequence[str] = ()
    lines: Sequence[tuple[str, str]] = ()
    text: str = ""
    said: str = ""
    row: str = ""
    row_on: str = ""
    facts: Sequence[FactLine] = ()
    more: int = 0
    uses: Sequence[Use] = ()
    remarks: Sequence[str] = ()
    pages: Sequence[PageLink] = ()
    passages: Sequence[Passage] = ()
    opinions: Sequence[tuple[str, str]] = ()
    fields: Sequence[tuple[str, str]] = field(default_factory=tuple)


def item_of(desk: Desk, on: str, catalogue: Catalogue) -> Item:
    """The item that ``on`` names.

    Raises:
        NoSuchPacket: there is none in this worksheet.
    """
    kind, _, ident = on.partition(":")
    if kind == "fact" and ident in desk.telling.facts:
        return _of_fact(desk, desk.telling.facts[ident], catalogue)
    if kind == "finding" and ident in desk.failed:
        return _of_finding(desk, on, desk.failed[ident])
    if kind == "criterion" and ident in desk.criteria:
        return _of_criterion(desk, on, desk.criteria[ident])
    if kind == "material" and ident in desk.materials:
        return _of_material(desk, on, desk.materials[ident])
    if kind == "new":
        fields = [
            (s.id, desk.naming.label(s.id))
            for s in catalogue.fields.values()
            if s.type != "rows" and not s.computed
        ]
        return Item(on, "new", desk.words("act.add"), fields=fields, actions=("add",))
    if kind == "newrow" and (spec := catalogue.fields.get(ident)) is not None and spec.columns:
        columns = [(c.id, desk.naming.label(c.id)) for c in spec.columns]
        title = f"{desk.words('act.add_row')}：{desk.naming.label(ident)}"
        return Item(on, "newrow", title, fields=columns, actions=("add_row",))
    raise NoSuchPacket(desk.words("error.not_found"))


# -- values -------------------------------------------------------------------------------------

_STATUS_TONE = {
    FactStatus.CERTAIN: "good",
    FactStatus.DOUBTFUL: "care",
    FactStatus.CORRECTED: "ask",
    FactStatus.REJECTED: "bad",
}


def fact_css(fact: Fact) -> str:
    """CSS classes of a value: its status; a second shade where it is very doubtful."""
    if fact.status is FactStatus.DOUBTFUL:
        return "doubt deep" if fact.confidence < 0.6 else "doubt"
    return {FactStatus.CORRECTED: "fixed", FactStatus.REJECTED: "gone"}.get(fact.status, "")


def shown_value(desk: Desk, fact: Fact) -> str:
    """A value for people; ``未读到`` where nobody read it."""
    if fact.value is None:
        return desk.words.sheet("value.unread")
    return visible(desk.telling.shown(fact).text)


def fact_line(desk: Desk, fact: Fact, *, labelled: bool = True) -> FactLine:
    """A value as a chip."""
    text = visible(desk.telling.value_line(fact)) if labelled else shown_value(desk, fact)
    status = desk.words.sheet(f"fact_status.{fact.status}")
    return FactLine(fact.id, text, fact.page, fact_css(fact), status)


def _of_fact(desk: Desk, fact: Fact, catalogue: Catalogue) -> Item:
    words = desk.words
    place = desk.cells.get(fact.id)
    row = row_on = ""
    if place is not None:
        list_name = desk.naming.label(place.rows.field)
        others = [
            shown_value(desk, cell)
            for column in desk.columns(place.rows.field)
            if (cell := place.row.cells.get(column)) is not None and cell.id != fact.id
        ]
        brief = " · ".join(one_line(text) for text in others[:_MOST_BRIEF])
        row = words("row_of", list=list_name, no=place.row.no) + (f"：{brief}" if brief else "")
        row_on = f"row:{next(iter(place.row.cells.values())).id}"
    open_value = fact.value is not None and fact.status in (
        FactStatus.DOUBTFUL,
        FactStatus.REJECTED,
    )
    actions = ["accept"] if open_value else []
    actions += ["correct"] + (["reject"] if fact.status is not FactStatus.REJECTED else [])
    actions += ["restore"] if fact.as_read is not None else []
    return Item(
        on=f"fact:{fact.id}",
        kind="fact",
        title=_fact_title(desk, fact),
        value=shown_value(desk, fact),
        tag=words.sheet(f"fact_status.{fact.status}"),
        tone=_STATUS_TONE[fact.status],
        page=fact.page,
        box="" if fact.box is None else " ".join(f"{n:.1f}" for n in fact.box),
        actions=(*actions, "comment", "ask"),
        typed="" if fact.value is None else one_line(desk.telling.shown(fact).text),
        choices=_choices(desk, fact, catalogue),
        lines=_fact_lines(desk, fact),
        row=visible(row),
        row_on=row_on,
        uses=_uses(desk, fact.id),
        remarks=_remarks(desk, fact.id, row_on),
    )


def _fact_title(desk: Desk, fact: Fact) -> str:
    paper, label = desk.telling.document_type(fact.document), desk.naming.label(fact.field)
    if not paper:
        return visible(label)
    return visible(desk.words.sheet("fact.on_paper").format(paper=paper, label=label))


def _fact_lines(desk: Desk, fact: Fact) -> list[tuple[str, str]]:
    words, sheet = desk.words, desk.words.sheet
    lines = []
    if fact.as_read is not None:
        read = fact.as_read
        before = fact.model_copy(
            update={"value": read.value, "unit": read.unit, "printed": read.printed}
        )
        text = show_fact(before, sheet, desk.naming).text
        lines.append((sheet("col.as_read"), sheet("value.unread") if read.value is None else text))
    if fact.raw and fact.raw != desk.telling.shown(fact).text:
        lines.append((words("raw"), fact.raw))
    if fact.alternatives:
        lines.append((words("alternatives"), desk.telling.join(fact.alternatives)))
    lines.append((words("confidence"), f"{fact.confidence:.2f}"))
    lines.append((words("method"), sheet.either("method", fact.method.value)))
    return [(name, visible(text)) for name, text in lines]


def _choices(desk: Desk, fact: Fact, catalogue: Catalogue) -> list[str]:
    """Words that a field of a closed vocabulary may take."""
    spec = catalogue.spec(fact.field)
    if spec.enum is not None:
        return [member.zh[0] for member in catalogue.enums[spec.enum].members]
    return ["是", "否"] if spec.type == "bool" else []


def _uses(desk: Desk, ident: str) -> list[Use]:
    found = []
    for on in desk.users.get(ident, ())[:6]:
        kind, _, key = on.partition(":")
        if kind == "finding":
            finding = desk.failed[key]
            text, tone = finding.title, TONES.get(finding.severity, "care")
        else:
            criterion = desk.criteria[key]
            verdict = desk.words.sheet(f"verdict.{criterion.verdict}")
            text, tone = f"{criterion.text}：{verdict}", TONES.get(criterion.verdict, "care")
        found.append(Use(on, one_line(text), tone))
    return found


def _remarks(desk: Desk, *names: str) -> list[str]:
    found: list[Decision] = []
    for name in names:
        found += desk.state.remarks.get(name, ()) if name else ()
    return [
        visible(
            desk.words(
                f"remark.{'ask' if d.action == Action.ASK else 'comment'}",
                by=d.by,
                text=d.reason or desk.words.sheet("value.none"),
            )
        )
        for d in sorted(found, key=lambda d: d.at)
    ]


# -- judgements -----------------------------------------------------------------------------------


def cited_facts(desk: Desk, idents: Sequence[str]) -> tuple[list[FactLine], int]:
    """The values behind an item, and how many more there are."""
    known = [desk.telling.facts[i] for i in dict.fromkeys(idents) if i in desk.telling.facts]
    lines, before = [], None
    for fact in known[:_MOST_FACTS]:
        named = (fact.document, fact.field)  # said once for a run of values of one column
        lines.append(fact_line(desk, fact, labelled=named != before))
        before = named
    return lines, max(0, len(known) - _MOST_FACTS)


def _first_place(desk: Desk, idents: Sequence[str], pages: Sequence[int]) -> tuple[int | None, str]:
    """The page to open for an item, and the box on it."""
    for ident in idents:
        fact = desk.telling.facts.get(ident)
        if fact is not None and fact.page is not None and fact.box is not None:
            return fact.page, " ".join(f"{n:.1f}" for n in fact.box)
    return (pages[0] if pages else None), ""


def said_of(desk: Desk, finding: Finding) -> str:
    """What the reviewer said of a finding; "" for nothing yet."""
    said = desk.state.disposition(finding)
    if said is None:
        return ""
    text = f"{desk.words(f'disposition.{said.action.value}')}（{said.decision.by}）"
    return f"{text}；{desk.words('stale')}" if said.stale else text


def opinion_of(desk: Desk, on: str) -> str:
    """The reviewer's own word on a condition or material; "" where there is none."""
    opinion = desk.state.opinion(on)
    if opinion is None:
        return ""
    by = desk.state.opinions[on]
    text = desk.words("opinion_of", opinion=desk.words(f"opinion.{opinion.value}"), by=by.by)
    return f"{text}：{by.reason}" if by.reason else text


def _of_finding(desk: Desk, on: str, finding: Finding) -> Item:
    words = desk.words
    facts, more = cited_facts(desk, finding.facts)
    page, box = _first_place(desk, finding.facts, finding.pages)
    lines = [(words.sheet("col.compared"), finding.difference)] if finding.difference else []
    if finding.repairs:
        lines.append((words.sheet("col.repairs"), desk.telling.join(finding.repairs)))
    if finding.articles:
        lines.append((words.sheet("col.articles"), articles_text(finding)))
    return Item(
        on=on,
        kind="finding",
        title=one_line(f"{finding.title}（{finding.check}）"),
        tag=words.sheet(f"severity.{finding.severity}"),
        tone=TONES.get(finding.severity, "care"),
        page=page,
        box=box,
        actions=("confirm", "dismiss", "ask", "comment"),
        lines=[(name, visible(text)) for name, text in lines],
        text=visible(finding.message or finding.title),
        said=visible(said_of(desk, finding)),
        facts=facts,
        more=more,
        remarks=_remarks(desk, on, f"finding:{finding.check}"),
        pages=page_links(desk.telling, finding.pages),
    )


def opinions(desk: Desk) -> list[tuple[str, str]]:
    """What a reviewer may say, with its word."""
    return [(o.value, desk.words(f"opinion.{o.value}")) for o in Opinion]


def _of_criterion(desk: Desk, on: str, criterion: Criterion) -> Item:
    words, telling = desk.words, desk.telling
    facts, more = cited_facts(desk, criterion.facts)
    page, box = _first_place(desk, criterion.facts, criterion.pages)
    values = [
        (words.sheet(f"col.{name}"), criterion_value(telling, criterion, value))
        for name, value in (
            ("stated", criterion.stated),
            ("evidence", criterion.evidence),
            ("recomputed", criterion.recomputed),
        )
        if value is not None
    ]
    threshold = threshold_text(telling, criterion)
    if threshold and threshold != words.sheet("value.none"):
        values.append((words.sheet("col.threshold"), threshold))
    if criterion.readings:
        values.append((words("readings"), readings_text(telling, criterion)))
    if criterion.note:
        values.append((words.sheet("col.note"), criterion.note))
    judged = [
        Passage(visible(p.label), visible(p.text), p.page) for p in passages_of(telling, criterion)
    ]
    return Item(
        on=on,
        kind="criterion",
        title=one_line(f"{criterion.article} {criterion.text}"),
        tag=words.sheet(f"verdict.{criterion.verdict}"),
        tone=TONES.get(criterion.verdict, "care"),
        page=page,
        box=box,
        actions=("verdict", "ask", "comment"),
        lines=[(name, visible(text)) for name, text in values],
        said=visible(opinion_of(desk, on)),
        facts=facts if criterion.verdict != "for_judgement" else (),
        more=more if criterion.verdict != "for_judgement" else 0,
        remarks=_remarks(desk, on),
        pages=page_links(telling, criterion.pages),
        passages=judged if criterion.verdict == "for_judgement" else (),
        opinions=opinions(desk),
    )


def _of_material(desk: Desk, on: str, material: Material) -> Item:
    words, telling = desk.words, desk.telling
    lines = []
    if material.needs:
        lines.append((words.sheet("col.needs"), telling.join(material.needs)))
    if material.note:
        lines.append((words.sheet("col.note"), material.note))
    documents = [telling.document_name(d) for d in material.documents]
    if any(documents):
        lines.append((words.sheet("col.documents"), telling.join(d for d in documents if d)))
    return Item(
        on=on,
        kind="material",
        title=one_line(f"{material.article} {material.text}"),
        tag=words.sheet(f"material.{material.status}"),
        tone=TONES.get(material.status, "care"),
        page=material.pages[0] if material.pages else None,
        actions=("material", "ask", "comment"),
        lines=[(name, visible(text)) for name, text in lines],
        said=visible(opinion_of(desk, on)),
        remarks=_remarks(desk, on),
        pages=page_links(telling, material.pages),
        opinions=opinions(desk),
    )
