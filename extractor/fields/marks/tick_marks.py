"""What is seen beside one printed option: a box, a tick, a circle around it, as pixels or as a glyph."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.core.geometry import Box
from extractor.core.page import Mark
from extractor.fields.runs import TextRun

_TICKS = "√✓✔VvⅤ∨"
_TICKED_BOXES = "☑■●▣◼"
#: What OCR makes of a ticked box.
_LOOKS_TICKED = "区回団团図因冈凶网囚図"
_EMPTY = "□○☐◻口囗O0(（"
#: Behind an option only what cannot be the beginning of the next word.
_EMPTY_BEHIND = "□☐◻囗"
#: （√）民营企业: a bracket to tick in, with what stands in it.
_BRACKET = re.compile(r"[（(\[【〔]\s*([√✓✔☑VvⅤ∨■●/丿]?)\s*[）)\]】〕]\s*$")
_BRACKET_BEHIND = re.compile(r"\s*[（(\[【〔]\s*([√✓✔☑VvⅤ∨■●/丿]?)\s*[）)\]】〕]")
#: The option's own number: 2、上门拜访.
_NUMBER = re.compile(r"[1-9①-⑨]\s*[、.．)）]?\s*$")


@dataclass(frozen=True, slots=True)
class Seen:
    """``state``: ticked, maybe or empty; ``tick``: the place of a tick that stands in no box."""

    state: str
    tick: Box | None = None


def mark_before(run: TextRun, at: int) -> Seen | None:
    """A tick or box seen in the pixels within two characters left of the character ``at``."""
    box = run.box_of(at, at + 1)
    if box is None:
        return None
    # OCR often counts the box as part of the option's first character.
    reach = Box(max(box.x0 - 2.2 * box.height, 0), box.y0, box.x0 + 0.7 * box.height, box.y1)
    return _nearest(run, reach, box.x0)


def mark_behind(run: TextRun, at: int) -> Seen | None:
    """The same right of the character before ``at``."""
    box = run.box_of(at - 1, at)
    if box is None:
        return None
    reach = Box(box.x1 - 0.2 * box.height, box.y0, box.x1 + 2.2 * box.height, box.y1)
    return _nearest(run, reach, box.x1)


def _nearest(run: TextRun, reach: Box, edge: float) -> Seen | None:
    marks = [
        mark
        for mark in run.page.read.marks
        if mark.kind in ("tick", "box_ticked", "box_empty")
        and reach.contains_point(mark.box.cx, mark.box.cy, slack=1.0)
    ]
    if not marks:
        return None
    # A pen tick in a box is sometimes found as both; the box with it decides, then the nearer mark.
    best = min(marks, key=lambda m: (abs(m.box.cx - edge), m.kind))
    if best.kind == "box_empty":
        return Seen("empty")
    return Seen("ticked", best.box if _is_loose(best, marks) else None)


def _is_loose(mark: Mark, marks: list[Mark]) -> bool:
    return mark.kind == "tick" and not any(
        m.kind != "tick" and m.box.intersection(mark.box) is not None for m in marks
    )


def glyph_before(run: TextRun, at: int) -> Seen | None:
    """What the glyph printed before ``text[at]`` says."""
    bracket = _BRACKET.search(run.text[:at])
    if bracket:
        return Seen("ticked" if bracket.group(1).strip() else "empty")
    before = run.text[:at].rstrip()
    return _glyph(run, before[-1:], len(before) - 1, _EMPTY)


def glyph_behind(run: TextRun, at: int) -> Seen | None:
    """What the glyph printed at ``text[at]`` or behind blanks there says."""
    bracket = _BRACKET_BEHIND.match(run.text, at)
    if bracket:
        return Seen("ticked" if bracket.group(1).strip() else "empty")
    rest = run.text[at:]
    blanks = len(rest) - len(rest.lstrip())
    return _glyph(run, rest[blanks : blanks + 1], at + blanks, _EMPTY_BEHIND)


def _glyph(run: TextRun, char: str, at: int, empty: str) -> Seen | None:
    if not char:
        return None
    if char in _TICKED_BOXES:
        return Seen("ticked")
    if char in _TICKS:
        return Seen("ticked", run.box_of(at, at + 1))
    if char in _LOOKS_TICKED:
        return Seen("maybe")
    return Seen("empty") if char in empty else None


def is_circled(run: TextRun, start: int, end: int, least: int) -> bool:
    """Whether a circle is drawn around the option's words, or around the number printed before them.

    ``least``: where the options begin in the run. A circle around more than this option is none of it.
    """
    words = run.box_of(start, end)
    number = _NUMBER.search(run.text, least, start)
    places = [words]
    if number is not None:
        places.append(run.box_of(number.start(), number.start() + 1))
    return any(
        place is not None
        and mark.kind == "circle"
        and mark.box.contains_point(place.cx, place.cy)
        and mark.box.width < place.width + 2 * place.height
        for mark in run.page.read.marks
        for place in places
    )
