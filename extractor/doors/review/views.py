"""What each address of the page shows: a template and what it prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from threading import Lock
from typing import get_args
from urllib.parse import quote

from starlette.responses import Response

from extractor.core.worksheet import Worksheet
from extractor.decisions.model import Action, Correction, DecisionError
from extractor.doors.review import lists, parts, record
from extractor.doors.review.changes import change_lines, redraw
from extractor.doors.review.desk import Desk
from extractor.doors.review.items import item_of
from extractor.doors.review.rendering import Asked, Page
from extractor.doors.review.store import (
    EXPORTS,
    OPEN_STATES,
    ExportFormat,
    NoSuchPacket,
    PacketState,
)
from extractor.doors.review.words import PageWords
from extractor.pipeline.naming import naming_of
from extractor.worksheet.head import applicant_fact
from extractor.worksheet.prepared import for_people
from extractor.worksheet.safe_text import one_line, visible
from extractor.worksheet.shown import show_date

# -- desks ---------------------------------------------------------------------------------------

_MOST_DESKS = 12
_desks: dict[tuple[str, str, str], Desk] = {}
_lock = Lock()


def desk_of(asked: Asked, worksheet: Worksheet | None = None) -> Desk:
    """The packet of a request on its desk; indexes are kept as long as the worksheet is the same one."""
    given = worksheet if worksheet is not None else asked.store.worksheet(asked.packet)
    key = (asked.viewer.tenant, asked.packet, asked.words.language)
    with _lock:
        desk = _desks.pop(key, None)
        if desk is None or desk.stored is not given:
            naming = naming_of(asked.tools.catalogue, asked.words.language)
            shown = for_people(given, naming, asked.words.language)
            desk = Desk(asked.packet, shown, asked.words, naming, stored=given)
        _desks[key] = desk
        while len(_desks) > _MOST_DESKS:
            _desks.pop(next(iter(_desks)))
        return desk


# -- queue ---------------------------------------------------------------------------------------


def queue(asked: Asked) -> Page:
    """The packets, the most urgent first."""
    packets = asked.store.packets()
    counted = {s: sum(p.state is s for p in packets) for s in PacketState}
    running = counted[PacketState.READING] + counted[PacketState.WAITING]
    rows = [
        (p, p.state in OPEN_STATES, show_date(p.as_of, asked.words.sheet) if p.as_of else "")
        for p in packets
    ]
    part = asked.query.get("only") == "rows"
    return Page(
        "queue_rows.html" if part else "queue.html",
        {
            "rows": rows,
            "states": [(s.value, n) for s, n in counted.items() if n],
            "total": len(packets),
            "running": bool(running),
        },
    )


# -- one packet ----------------------------------------------------------------------------------


def packet(asked: Asked) -> Page:
    """The frame: head, parts, viewer. Everything else is fetched when it is wanted."""
    desk = desk_of(asked)
    worksheet = desk.worksheet
    applicant = applicant_fact(desk.telling)
    name = desk.telling.shown(applicant).text if applicant is not None else worksheet.packet.name
    return Page(
        "packet.html",
        {
            **_status(asked, desk),
            "applicant": one_line(name),
            "file": one_line(worksheet.packet.name),
            "scheme": one_line(worksheet.scheme.title),
            "as_of": show_date(worksheet.scheme.as_of, asked.words.sheet),
            "banner": visible(worksheet.scheme.banner or ""),
            "parts": parts.PARTS,
            "exports": EXPORTS,
            "pages": [[p.no, round(p.width_pt, 1), round(p.height_pt, 1)] for p in worksheet.pages],
        },
    )


def _status(asked: Asked, desk: Desk) -> dict[str, object]:
    """What stands in the head and changes with every decision."""
    signature = desk.state.signature
    return {
        "packet": asked.packet,
        "head": desk.head,
        "counts": parts.counts(desk),
        "doubts": len(desk.doubtful),
        "matter": desk.doubts_that_matter,
        "signed": signature is not None,
        "signed_by": "" if signature is None else visible(signature.by),
        "signed_at": "" if signature is None else signature.at[:10],
        "can": asked.viewer.may_decide and signature is None,
        "swap": False,
    }


_PART_VALUES: Mapping[str, Callable[[Desk], Mapping[str, object]]] = {
    "overview": lambda d: {
        "head": [(h, visible(h.value), visible(h.source)) for h in parts.overview(d)[0]],
        "counts": parts.overview(d)[1],
        "problems": [(p.page, visible(p.message)) for p in d.worksheet.problems],
    },
    "materials": lambda d: {"items": parts.materials(d)},
    "criteria": lambda d: {"items": parts.criteria(d)},
    "findings": lambda d: {"items": parts.findings(d)},
    "judgement": lambda d: {"items": parts.judgements(d)},
    "lists": lambda d: {"items": lists.lists(d)},
    "facts": lambda d: {"items": parts.papers(d)},
    "pages": lambda d: {"items": parts.page_map(d)},
    "log": lambda d: {"items": record.record(d)},
}


def part(asked: Asked) -> Page:
    """One part of the sheet."""
    name = str(asked.path["part"])
    if name not in _PART_VALUES:
        raise NoSuchPacket(asked.words("error.not_found"))
    desk = desk_of(asked)
    can = asked.viewer.may_decide and desk.state.signature is None
    values = _PART_VALUES[name](desk)
    return Page(f"parts/{name}.html", {**values, "packet": asked.packet, "can": can, "part": name})


def rows(asked: Asked) -> Page:
    """Some rows of a list."""
    desk, name = desk_of(asked), str(asked.path["field"])
    start = _number(asked.query.get("from", "0"))
    if name not in desk.lists or start is None:
        raise NoSuchPacket(asked.words("error.not_found"))
    found, after = lists.list_rows(desk, name, start)
    return Page(
        "parts/rows.html" if start else "parts/table.html",
        {
            "packet": asked.packet,
            "field": name,
            "heads": lists.list_heads(desk, name) if not start else [],
            "rows": found,
            "after": after,
        },
    )


def item(asked: Asked) -> Page:
    """What is selected."""
    desk = desk_of(asked)
    return _dock(asked, desk, asked.query.get("on", ""))


def following(asked: Asked) -> Page:
    """The next or the previous value in doubt."""
    desk = desk_of(asked)
    after = asked.query.get("after", "").removeprefix("fact:")
    fact = desk.doubt_from(after, -1 if asked.query.get("by") == "-1" else 1)
    return _dock(asked, desk, "" if fact is None else f"fact:{fact.id}", walked=True)


def _dock(
    asked: Asked,
    desk: Desk,
    on: str,
    *,
    walked: bool = False,
    extra: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Page:
    values = dict(extra or {"lines": None})
    shown = item_of(desk, on, asked.tools.catalogue) if on else None
    left = list(desk.doubtful)
    at = next((n for n, f in enumerate(left, 1) if f"fact:{f.id}" == on), 0)
    values |= {"item": shown, "walked": walked, "at": at, "left": len(left)}
    return Page("dock.html", {**_status(asked, desk), **values}, dict(headers or {}))


def boxes(asked: Asked) -> Page:
    """The places on one page, drawn over its picture."""
    desk, no = desk_of(asked), int(asked.path["no"])
    page = next((p for p in desk.worksheet.pages if p.no == no), None)
    if page is None:
        raise NoSuchPacket(asked.words("error.not_found"))
    document = desk.telling.document_name(page.document)
    return Page(
        "boxes.html",
        {"page": page, "boxes": list(parts.boxes(desk, no)), "document": visible(document)},
    )


def image(asked: Asked) -> Response:
    """The picture of a page. Kept by the browser for a few minutes, never by a proxy."""
    found = asked.store.page_image(asked.packet, int(asked.path["no"]))
    if found is None:
        raise NoSuchPacket(asked.words("no_picture"))
    return Response(
        found.content,
        media_type=found.media_type,
        headers={"cache-control": "private, max-age=300"},
    )


def sign_form(asked: Asked) -> Page:
    """What is left open, and the form that signs or reopens."""
    desk = desk_of(asked)
    return Page(
        "sign.html",
        {
            **_status(asked, desk),
            "open_findings": desk.open_findings,
            "open_judgements": desk.open_judgements,
        },
    )


def export(asked: Asked) -> Response:
    """The worksheet in a format, as a download."""
    fmt = str(asked.path["fmt"])
    for known in get_args(ExportFormat):
        if fmt == known:
            found = asked.store.export(asked.packet, known, asked.words.language)
            name = quote(one_line(found.name))
            return Response(
                found.content,
                media_type=found.media_type,
                headers={"content-disposition": f"attachment; filename*=UTF-8''{name}"},
            )
    raise NoSuchPacket(asked.words("error.not_found"))


# -- deciding ------------------------------------------------------------------------------------


def decide(asked: Asked) -> Page:
    """One decision: carried out, the rules run again, what changed is shown."""
    before = desk_of(asked)
    given = correction_of(asked.form, asked.words)
    head = asked.form.get("head", "")
    worksheet = asked.store.decide(asked.packet, [given], asked.viewer.reviewer, head)
    after = desk_of(asked, worksheet)
    on = _shown_after(asked.form.get("on", ""), given, after)
    trigger = {"decided": redraw(before, after, [given.action])}
    return _dock(
        asked,
        after,
        on,
        extra={"lines": change_lines(before, after), "swap": True},
        headers={"HX-Trigger-After-Settle": json.dumps(trigger)},
    )


def _shown_after(on: str, given: Correction, after: Desk) -> str:
    """What to show next: after accepting a value the next doubtful one, else the same thing."""
    if given.action in (Action.ADD, Action.ADD_ROW):
        ident = after.worksheet.decisions[-1].on.removeprefix("row:")
        return f"fact:{ident}" if ident in after.telling.facts else ""
    kind, _, ident = on.partition(":")
    if given.action is Action.ACCEPT and kind == "fact":
        following_one = after.doubt_from(ident, 1)
        if following_one is not None:
            return f"fact:{following_one.id}"
    if kind == "finding" and ident not in after.failed:
        return ""
    return on if kind in ("fact", "finding", "criterion", "material") else ""


def correction_of(form: Mapping[str, str], words: PageWords) -> Correction:
    """The correction a form asks for.

    Raises:
        DecisionError: the form is not complete.
    """
    try:
        action = Action(form.get("action", ""))
    except ValueError:
        raise DecisionError(words("error.input")) from None
    on = form.get("target") or form.get("on", "")
    for prefix in ("fact:", "newrow:"):
        on = on.removeprefix(prefix)
    if action is Action.ADD:
        on = form.get("field", "")
    if action in (Action.SIGN_OFF, Action.REOPEN):
        on = "worksheet"
    if not on:
        raise DecisionError(words("error.input"))
    page = _number(form.get("page", ""))
    value = form.get("value", "").strip()
    return Correction(
        action=action,
        on=on,
        value=value or None,
        cells={
            name.removeprefix("cell."): text.strip()
            for name, text in form.items()
            if name.startswith("cell.") and text.strip()
        },
        page=page if action in (Action.ADD, Action.ADD_ROW) else None,
        reason=form.get("reason", "").strip(),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
