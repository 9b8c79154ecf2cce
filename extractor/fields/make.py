"""Facts out of places: one function decides value, confidence and status for every reader.

Confidence of a fact is never above that of the characters it was read from, nor above the field's own
cap (``confidence_cap`` of the catalogue); the value parser lowers it where it had to repair or assume.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extractor.core.geometry import Box
from extractor.core.page import PacketPage, TextSource
from extractor.core.text import IGNORED
from extractor.core.worksheet import Fact, FactStatus, Method, Printed, Value, fact_id
from extractor.fields.runs import TextRun
from extractor.setup.calibration import Calibration
from extractor.setup.catalogue import EnumSpec, FieldSpec
from extractor.values.parse import parse_value
from extractor.values.parsed import Parsed, UnitContext
from extractor.values.traditional import to_simplified

#: From this confidence on a fact is ``certain``. Set on the recorded fixtures so that fewer than 1 % of
#: certain facts are wrong (``extractor bench`` prints the curve); see docs/decisions.md.
CERTAIN_AT = 0.85

#: Kinds compared without punctuation: a doubtful bracket in a name is no doubt about the name.
_WORDS = frozenset({"org_name", "org_or_person", "person", "text", "address", "doc_number", "list"})

#: Words of a sentence: what holds one of them is no name by itself, however clearly it was read.
_NO_NAME = re.compile(r"承诺|声明|[本我]单位|推荐单位|[只仅]通过|进行|现将|特此|同意")

#: A passage that goes on to the seal and the date under it took in more than its own answer.
_PAST_ITS_END = re.compile(r"[（(]\s*(?:公章|盖章|单位公章|加盖公章)\s*[）)]\s*(?:(?:19|20)\d\d|$)")
#: A company's name inside an address: often what stands beside it on the page was read into its line.
_NAME_INSIDE = re.compile(r"有限(?:责任)?公司(?=.)")
#: Month and day left blank.
_UNFILLED = re.compile(r"年[\s_＿·.]*月")
#: What such values keep of their confidence: for a person to look at.
_UNLIKELY = 0.8

#: Ticks and the like are judged from pixels, by another measure than characters.
CERTAIN_MARK_AT = 0.75

Enums = Mapping[str, EnumSpec]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a page and what stands there; ``box`` in upright points."""

    page: PacketPage
    box: Box
    raw: str
    confidence: float
    source: TextSource = TextSource.OCR
    #: worst character that is no punctuation; ``None``: not told apart
    letters: float | None = None


def spot_of(run: TextRun, start: int, end: int) -> Spot | None:
    """The place of ``run.text[start:end]`` without blanks around it; ``None`` where nothing is left."""
    text = run.text
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    box = run.box_of(start, end)
    if box is None:
        return None
    letters = [run.confidence_of(i, i + 1) for i in range(start, end) if text[i] not in IGNORED]
    return Spot(
        run.page,
        box,
        text[start:end],
        run.confidence_of(start, end),
        run.source_of(start, end),
        min(letters, default=None),
    )


def status_for(
    confidence: float,
    alternatives: Sequence[str],
    printed: Printed,
    method: Method = Method.OCR_CELL,
) -> FactStatus:
    """``certain`` only where the confidence is high and nothing was repaired or guessed."""
    needed = CERTAIN_MARK_AT if method is Method.MARK else CERTAIN_AT
    if confidence >= needed and not alternatives and not printed.assumed:
        return FactStatus.CERTAIN
    return FactStatus.DOUBTFUL


def no_surer_than_seen(fact: Fact, reasons: tuple[str, ...], calibration: Calibration) -> Fact:
    """The fact, doubtful where its way of reading needs more confidence on pages with ``reasons``.

    Certainty is only ever taken away here; what was doubtful stays so.
    """
    enough = fact.confidence >= calibration.needed(fact.method.value, reasons)
    if fact.status is not FactStatus.CERTAIN or enough:
        return fact
    return fact.model_copy(update={"status": FactStatus.DOUBTFUL})


def build_fact(
    field: str,
    spot: Spot,
    value: Value | None,
    *,
    document: str,
    method: Method,
    row: int | None = None,
    unit: str | None = None,
    factor: float = 1.0,
    cap: float | None = None,
    alternatives: Sequence[str] = (),
    printed: Printed | None = None,
) -> Fact:
    """A fact at ``spot``; its box goes to viewer space here."""
    printed = printed or Printed()
    confidence = min(spot.confidence * factor, 1.0 if cap is None else cap)
    confidence = round(max(confidence, 0.0), 4)
    box = spot.page.read.viewer_box(spot.box).as_tuple()
    if spot.source is TextSource.TEXT_LAYER and method in (Method.OCR_CELL, Method.OCR_LABEL):
        method = Method.TEXT_LAYER
    return Fact(
        id=fact_id(spot.page.file, spot.page.page_in_file, field, row, box),
        field=field,
        value=value,
        unit=unit,
        raw=spot.raw,
        document=document,
        page=spot.page.no,
        box=box,
        confidence=confidence,
        method=method,
        alternatives=tuple(alternatives),
        status=status_for(confidence, alternatives, printed, method),
        printed=printed,
    )


def read_fact(
    spec: FieldSpec,
    spot: Spot,
    *,
    document: str,
    method: Method,
    units: UnitContext | None = None,
    enums: Enums | None = None,
    row: int | None = None,
    label: str | None = None,
    kind: str | None = None,
) -> Fact | None:
    """The fact that ``spot`` holds for ``spec``; ``None`` where no such value can be read there."""
    enum = (enums or {}).get(spec.enum) if spec.enum else None
    parsed: Parsed | None = parse_value(
        kind or spec.type,
        spot.raw,
        units=units or UnitContext(),
        enum=enum.labels if enum is not None else None,
    )
    if parsed is None or _is_unfilled(kind or spec.type, spot.raw, parsed.value):
        return None
    if spec.type in _WORDS:
        parsed = _as_simplified(parsed, spot)
    if _is_unlikely(spec.type, parsed.value):
        parsed = replace(parsed, factor=min(parsed.factor, _UNLIKELY))
    if spec.type in _WORDS and spot.letters is not None:
        spot = replace(spot, confidence=spot.letters)
    printed = parsed.printed.model_copy(update={"label": label}) if label else parsed.printed
    return build_fact(
        spec.id,
        spot,
        parsed.value,
        document=document,
        method=method,
        row=row,
        unit=parsed.unit,
        factor=parsed.factor,
        cap=None if spec.confidence_cap is None else float(spec.confidence_cap),
        alternatives=parsed.alternatives,
        printed=printed,
    )


def _is_unfilled(kind: str, raw: str, value: Value | None) -> bool:
    """A date of which only the printed year stands there: 2024年　月　日. Nobody dated the paper."""
    return kind == "date" and len(str(value)) == 4 and _UNFILLED.search(raw) is not None


def _is_unlikely(kind: str, value: Value | None) -> bool:
    """Whether a name is a piece of a sentence, or a passage ran on into what follows it."""
    if not isinstance(value, str):
        return False
    if kind in ("org_name", "org_or_person", "person"):
        return _NO_NAME.search(value) is not None
    if kind == "address":
        return _NAME_INSIDE.search(value) is not None
    return kind == "text" and _PAST_ITS_END.search(value) is not None


def _as_simplified(parsed: Parsed, spot: Spot) -> Parsed:
    """A traditional character read in a simplified paper is nearly always a misreading (静 as 靜).

    The simplified form becomes the value, what was read stays an alternative, so the fact is doubtful.
    On a page that is itself in traditional characters nothing is changed.
    """
    value = parsed.value
    if not isinstance(value, str) or spot.source is TextSource.TEXT_LAYER:
        return parsed
    simplified = to_simplified(value)
    if simplified == value or not _is_simplified(spot.page.read.text):
        return parsed
    return replace(
        parsed,
        value=simplified,
        factor=parsed.factor * 0.95,
        alternatives=(*parsed.alternatives, value),
    )


def _is_simplified(text: str) -> bool:
    """Whether fewer than one character in fifty has a simplified form."""
    changed = sum(a != b for a, b in zip(text, to_simplified(text), strict=False))
    return changed * 50 < len(text)
