"""Which of the printed options is ticked: ``□事业单位 ☑社会团体 …``.

OCR reads box glyphs badly, so several kinds of evidence are used: marks seen in the pixels beside or
around an option, the glyph printed beside it, and, where a single option was typed without any box, that
option. Boxes stand before their options or behind them; which, the ends of the list tell. A tick between
two options without boxes may mean either: the nearer one is taken and the fact is doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractor.core.geometry import Box
from extractor.core.worksheet import Fact, Method, Printed, Value
from extractor.fields.make import Enums, Spot, build_fact, spot_of
from extractor.fields.marks.tick_marks import (
    glyph_before,
    glyph_behind,
    is_circled,
    mark_before,
    mark_behind,
)
from extractor.fields.runs import TextRun
from extractor.fields.view import DocumentView
from extractor.setup.catalogue import EnumSpec, FieldSpec

#: A tick this many times nearer to one option than to the other is that option's.
LEANS = 2.0
#: Factors: a glyph that may be a ticked box, a tick that leans to an option, one that could be either's.
MAYBE, LEANING, EITHER = 0.7, 0.7, 0.5
#: Factor for the options whose box nobody saw among options with empty ones.
LEFT_OVER = 0.6
#: Empty boxes that must be seen before a missing one says anything.
LEAST_EMPTY = 2

#: The word that the options of a typed list share, and words between them that name no option.
_SHARED = "服务"
_FILLERS = re.compile(r"服务|功能|平台|类别?|等|以及|和|及|与|方面|领域|一体化|综合")
#: An answer of nothing but numbers of options: 1、3.
_NUMBERS = re.compile(r"[\s:：]*[1-9](?:\s*[、,，.．;；/和及\s]\s*[1-9])*\s*[。.]?\s*")


@dataclass(frozen=True, slots=True)
class _Option:
    """An option's words in the run; ``state``: ticked, maybe, empty or plain."""

    id: str
    start: int
    end: int
    state: str
    #: the tick's own place, where no box says whose it is
    tick: Box | None = None


@dataclass(frozen=True, slots=True)
class _Chosen:
    options: tuple[_Option, ...]
    factor: float = 1.0
    #: options that the tick could mean as well
    others: tuple[str, ...] = ()


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
    if not options:
        return _by_number(view, spec, run, start, enum)
    chosen = _chosen(run, options, spec.type == "list", len(enum.members))
    if chosen is None:
        return None
    ticked = chosen.options
    value: Value = (
        tuple(dict.fromkeys(o.id for o in ticked)) if spec.type == "list" else ticked[0].id
    )
    spot = spot_of(run, ticked[0].start, ticked[-1].end)
    if spot is None:
        return None
    alternatives = chosen.others
    if spec.type != "list":
        alternatives = (*(o.id for o in ticked[1:]), *alternatives)
    return build_fact(
        spec.id,
        Spot(spot.page, spot.box, spot.raw, spot.confidence, spot.source),
        value,
        document=view.id,
        method=Method.MARK if any(o.state != "plain" for o in options) else Method.OCR_CELL,
        factor=min(chosen.factor, EITHER) if alternatives else chosen.factor,
        alternatives=alternatives,
        printed=Printed(),
    )


def _chosen(run: TextRun, options: list[_Option], many: bool, members: int) -> _Chosen | None:
    boxed = any(o.state == "empty" for o in options)
    loose = [o for o in options if o.tick is not None]
    if loose and not boxed:
        return _by_loose_ticks(run, options)
    ticked = tuple(o for o in options if o.state == "ticked")
    if ticked:
        # A list whose other options show no box may hide some that are ticked too.
        hidden = many and sum(o.state == "plain" for o in options) > len(options) // 2
        return _Chosen(ticked, MAYBE if hidden else 1.0)
    maybe = tuple(o for o in options if o.state == "maybe")
    if maybe:
        return _Chosen(maybe, MAYBE)
    left = _left_over(options, many)
    if left:
        return _Chosen(left, LEFT_OVER)
    plain = all(o.state == "plain" for o in options)
    preprinted = len({o.id for o in options}) == members
    if plain and (len(options) == 1 or (many and not preprinted)):
        more = many and _unknown_words(run, options)
        return _Chosen(tuple(options), MAYBE if more else 1.0)
    return None


def _unknown_words(run: TextRun, options: Sequence[_Option]) -> bool:
    """Whether a typed list holds words behind its first option that are none of the options known."""
    rest = "".join(
        run.text[a.end : b.start] for a, b in pairwise(sorted(options, key=lambda o: o.start))
    )
    last = max(o.end for o in options)
    first = min(o.start for o in options)
    rest += run.text[last : last + 12]
    lead = re.search(r"[\u4e00-\u9fa5]{2,}(?=\s*[、，,/／])", run.text[max(0, first - 12) : first])
    return lead is not None or len(re.findall(r"[\u4e00-\u9fa5]", _FILLERS.sub("", rest))) >= 2


def _left_over(options: Sequence[_Option], many: bool) -> tuple[_Option, ...]:
    """The options without a box where most others have an empty one: a tick hides the box it is in.

    Empty where too few boxes were seen, or where more than one option of a single choice has none.
    """
    empty = sum(o.state == "empty" for o in options)
    bare = tuple(o for o in options if o.state == "plain")
    if empty < LEAST_EMPTY or not bare or len(bare) >= empty:
        return ()
    return bare if many or len(bare) == 1 else ()


def _by_loose_ticks(run: TextRun, options: Sequence[_Option]) -> _Chosen:
    """Ticks without boxes: each is the option's it is nearer to, and only at the ends surely so."""
    found: list[_Option] = []
    others: list[str] = []
    factor = 1.0
    for at, option in enumerate(options):
        if option.state != "ticked":
            continue
        previous = options[at - 1] if at else None
        gaps = None if previous is None else _gaps(run, previous, option)
        if previous is None or gaps is None:
            found.append(option)  # nothing before it, a line of its own, or a mark on the words
            continue
        left, right = gaps
        nearer, farther = (previous, option) if left < right else (option, previous)
        found.append(replace(nearer, state="ticked"))
        near, far = sorted(gaps)
        if far >= LEANS * max(near, 0.0) and far - near > 0.25 * _height(run, option):
            factor = min(factor, LEANING)
        else:
            factor = min(factor, EITHER)
            others.append(farther.id)
    chosen = tuple(sorted({o.start: o for o in found}.values(), key=lambda o: o.start))
    ids = {o.id for o in chosen}
    return _Chosen(chosen, factor, tuple(o for o in dict.fromkeys(others) if o not in ids))


def _gaps(run: TextRun, previous: _Option, option: _Option) -> tuple[float, float] | None:
    """Blank left and right of the tick between two options of one line, points."""
    before = run.box_of(previous.end - 1, previous.end)
    after = run.box_of(option.start, option.start + 1)
    tick = option.tick
    if before is None or after is None or tick is None:
        return None
    if abs(before.cy - after.cy) > 0.6 * after.height or tick.cx < before.cx:
        return None
    return max(tick.x0 - before.x1, 0.0), max(after.x0 - tick.x1, 0.0)


def _height(run: TextRun, option: _Option) -> float:
    box = run.box_of(option.start, option.end)
    return box.height if box is not None else 0.0


def _by_number(
    view: DocumentView, spec: FieldSpec, run: TextRun, start: int, enum: EnumSpec
) -> Fact | None:
    """An answer in numbers (1、3) where the options are numbered; ``None`` for anything else."""
    text = run.text[start:]
    if spec.type != "list" or not _NUMBERS.fullmatch(text):
        return None
    numbers = tuple(dict.fromkeys(re.findall(r"[1-9]", text)))
    if not numbers or any(number not in enum.labels for number in numbers):
        return None
    first = re.search(r"[1-9]", text)
    spot = spot_of(run, start + (first.start() if first else 0), len(run.text))
    if spot is None:
        return None
    return build_fact(spec.id, spot, numbers, document=view.id, method=Method.OCR_CELL)


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
            found.append(_Option(option, a, b, "plain"))
    found += _shortened(text, start, spellings, taken)
    return _with_states(run, start, sorted(found, key=lambda o: o.start))


def _shortened(
    text: str, start: int, spellings: Sequence[tuple[str, str]], taken: Sequence[tuple[int, int]]
) -> list[_Option]:
    """Options of a list that share their last word: 技术、培训、信息服务."""
    if not taken or not re.search(rf"{_SHARED}[。；;\s]*$", text):
        return []
    found: dict[int, _Option] = {}
    for spelling, option in spellings:
        stem = spelling.removesuffix(_SHARED)
        if stem == spelling or len(stem) < 2:
            continue
        for match in re.finditer(
            rf"(?:^|(?<=[、，,/／\s:：和及])){re.escape(stem)}(?=\s*[、，,/／和及与等])", text
        ):
            a, b = match.span()
            if a >= start and not any(a < t[1] and t[0] < b for t in taken):
                found.setdefault(a, _Option(option, a, b, "plain"))
    return list(found.values())


def _with_states(run: TextRun, start: int, options: list[_Option]) -> list[_Option]:
    """Each option with what is seen beside it; boxes are looked for on the side where they stand."""
    before = [_seen(run, o, start, behind=False) for o in options]
    if not options:
        return before
    last = _seen(run, options[-1], start, behind=True)
    first = before[0]
    if first.state == "plain" and last.state != "plain":
        after = [_seen(run, o, start, behind=True) for o in options]
        boxes = [o for o in after if o.state != "plain" and o.tick is None]
        if last.tick is None and len(boxes) > 1:
            return after
        if last.tick is not None and not any(o.state == "empty" for o in before):
            # Behind the last option a tick is nobody else's.
            return [*before[:-1], replace(last, tick=None)] if len(before) > 1 else [last]
    return before


def _seen(run: TextRun, option: _Option, start: int, *, behind: bool) -> _Option:
    if is_circled(run, option.start, option.end, start):
        return replace(option, state="ticked")
    if behind:
        seen = mark_behind(run, option.end) or glyph_behind(run, option.end)
    else:
        seen = mark_before(run, option.start) or glyph_before(run, option.start)
    return option if seen is None else replace(option, state=seen.state, tick=seen.tick)
