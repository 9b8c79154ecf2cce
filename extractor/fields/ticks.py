"""Which of the printed options is ticked: ``□事业单位 ☑社会团体 …``.

OCR reads box glyphs badly, so three kinds of evidence are used: marks seen in the pixels beside an
option, the glyph printed before it, and, where a single option was typed without any box, that option.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from extractor.core.geometry import Box
from extractor.core.worksheet import Fact, Method, Printed, Value
from extractor.fields.make import Enums, Spot, build_fact, spot_of
from extractor.fields.runs import TextRun
from extractor.fields.view import DocumentView
from extractor.setup.catalogue import FieldSpec

_TICKED = "√✓✔☑■●▣◼VvⅤ∨"
#: What OCR makes of a ticked box.
_LOOKS_TICKED = "区回団团図因冈凶网囚図"
#: （√）民营企业: a bracket to tick in, with what stands in it.
_BRACKET = re.compile(r"[（(]\s*([√✓✔☑VvⅤ∨■●/丿]?)\s*[）)]\s*$")
_EMPTY = "□○☐◻口囗O0(（"


@dataclass(frozen=True, slots=True)
class _Option:
    id: str
    start: int
    end: int
    state: str  # ticked | maybe | empty | plain


def read_options(
    view: DocumentView, spec: FieldSpec, run: TextRun, start: int, enums: Enums
) -> Fact | None:
    """The ticked option(s) of ``run.text[start:]`` as an enum fact; ``None`` where none is ticked.

    Lists give a tuple; for a single-valued field two ticks give a doubtful fact with alternatives.
    """
    enum = enums.get(spec.enum or "")
    if enum is None:
        return None
    options = _options(run, start, enum.labels)
    ticked = [o for o in options if o.state == "ticked"]
    factor = 1.0
    if not ticked:
        ticked, factor = [o for o in options if o.state == "maybe"], 0.7
    if not ticked and len(options) == 1 and options[0].state == "plain":
        ticked, factor = options, 1.0
    preprinted = len({o.id for o in options}) == len(enum.members)
    if (
        not ticked
        and spec.type == "list"
        and not preprinted
        and all(o.state == "plain" for o in options)
    ):
        ticked, factor = options, 1.0
    if not ticked:
        return None
    value: Value = (
        tuple(dict.fromkeys(o.id for o in ticked)) if spec.type == "list" else ticked[0].id
    )
    spot = spot_of(run, ticked[0].start, ticked[-1].end)
    if spot is None:
        return None
    alternatives = tuple(o.id for o in ticked[1:]) if spec.type != "list" else ()
    return build_fact(
        spec.id,
        Spot(spot.page, spot.box, spot.raw, spot.confidence, spot.source),
        value,
        document=view.id,
        method=Method.MARK if any(o.state != "plain" for o in options) else Method.OCR_CELL,
        factor=factor if not alternatives else 0.5,
        alternatives=alternatives,
        printed=Printed(),
    )


def _options(run: TextRun, start: int, names: Mapping[str, tuple[str, ...]]) -> list[_Option]:
    text = run.text
    found: list[_Option] = []
    spellings = sorted(
        ((s, i) for i, all_ in names.items() for s in all_), key=lambda p: -len(p[0])
    )
    taken: list[tuple[int, int]] = []
    for spelling, option in spellings:
        for match in re.finditer(re.escape(spelling), text[start:]):
            a, b = match.start() + start, match.end() + start
            if any(a < t[1] and t[0] < b for t in taken):
                continue
            taken.append((a, b))
            found.append(_Option(option, a, b, _state(run, a)))
    return sorted(found, key=lambda o: o.start)


def _state(run: TextRun, at: int) -> str:
    box = run.box_of(at, at + 1)
    if box is not None:
        mark = _mark_before(run, box)
        if mark is not None:
            return mark
    bracket = _BRACKET.search(run.text[:at])
    if bracket:
        return "ticked" if bracket.group(1).strip() else "empty"
    before = run.text[:at].rstrip()[-1:]
    if before and before in _TICKED:
        return "ticked"
    if before and before in _LOOKS_TICKED:
        return "maybe"
    return "empty" if before and before in _EMPTY else "plain"


def _mark_before(run: TextRun, box: Box) -> str | None:
    """A tick or box seen in the pixels within two characters left of ``box``."""
    # OCR often counts the box as part of the option's first character.
    reach = Box(max(box.x0 - 2.2 * box.height, 0), box.y0, box.x0 + 0.7 * box.height, box.y1)
    for mark in run.page.read.marks:
        if reach.contains_point(mark.box.cx, mark.box.cy, slack=1.0):
            if mark.kind in ("tick", "box_ticked"):
                return "ticked"
            if mark.kind == "box_empty":
                return "empty"
    return None
