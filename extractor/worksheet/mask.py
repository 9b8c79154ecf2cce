"""Personal data masked: a copy of the worksheet in which ID numbers and mobiles cannot be read.

Two ways find them: fields the catalogue calls sensitive, and patterns anywhere in text that people
read (raw text, messages, notes). Ids, hashes and figures are never touched: a wrongly masked figure
would hide a fault. USCCs are public and stay; an 18-digit one is told from an ID number by the date
of birth that only the latter has at digits 7 to 14 (GB 11643). What a masked fact needs to be judged
again stands beside it (``stand_ins``); decisions are masked when they are made and never changed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pydantic import BaseModel

from extractor.core.worksheet import (
    BoxTuple,
    Decision,
    Fact,
    Judgement,
    MaskedNumber,
    Reading,
    Value,
    Worksheet,
)
from extractor.worksheet.stand_ins import Ordinals, note_masked

STAR = "*"

_D = "[0-9０-９]"
_GAP = "[ \u3000-]?"
# A digit, or a decimal point with digits, on either side makes it a part of something longer.
_BEFORE = rf"(?<!{_D})(?<!{_D}[.,．，])(?<![0-9A-Za-z_])"
_AFTER = rf"(?!{_GAP}{_D})(?![.．,，]{_D})(?![0-9A-Za-z_])"
_MOBILE = re.compile(rf"{_BEFORE}[1１][3-9３-９]{_D}(?:{_GAP}{_D}{{4}}){{2}}{_AFTER}")
_ID_NUMBER = re.compile(
    rf"{_BEFORE}{_D}{{6}}{_GAP}(?P<birth>{_D}{{8}}){_GAP}{_D}{{3}}[0-9０-９XxＸｘ]{_AFTER}"
)

# Keys whose text is an id, a hash, a date of ours or a word of a closed list.
_UNTOUCHED = frozenset(
    [
        "schema_",
        "id",
        "sha256",
        "config_sha256",
        "hash",
        "previous_hash",
        "facts",
        "fact",
        "documents",
        "document",
        "file",
        "field",
        "check",
        "serves",
        "type",
        "media_type",
        "status",
        "method",
        "verdict",
        "severity",
        "outcome",
        "comparator",
        "unit",
        "received_at",
        "as_of",
        "as_of_source",
        "source",
        "at",
        "version",
        "engines",
        "kind",
        "stage",
    ]
)

_M = TypeVar("_M", bound=BaseModel)


def _is_birth_date(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2100


def mask_middle(text: str) -> str:
    """``text`` with its middle starred: three characters stay in front, four at the end.

    Short texts (under eight characters) are starred whole: what is left would say too much.
    """
    if len(text) < 8:
        return STAR * len(text)
    return text[:3] + STAR * (len(text) - 7) + text[-4:]


def _masked_id(match: re.Match[str]) -> str:
    return mask_middle(match.group()) if _is_birth_date(match["birth"]) else match.group()


def mask_text(text: str) -> str:
    """``text`` with every ID number and mobile number in it masked."""
    return _MOBILE.sub(lambda m: mask_middle(m.group()), _ID_NUMBER.sub(_masked_id, text))


def number_spans(text: str) -> list[tuple[int, int]]:
    """Where ``mask_text`` would mask something: start and end of each number."""
    spans = [m.span() for m in _ID_NUMBER.finditer(text) if _is_birth_date(m["birth"])]
    return sorted([*spans, *(m.span() for m in _MOBILE.finditer(text))])


def holds_personal_number(text: str) -> bool:
    """Whether ``mask_text`` would change ``text``."""
    return mask_text(text) != text


def is_personal(fact: Fact, sensitive: Set[str]) -> bool:
    """Whether a fact's place on the page must not be shown: a sensitive field, or such a number."""
    if fact.field in sensitive or STAR * 4 in fact.raw:
        return True  # stars: masked before, while its picture still shows the number
    return holds_personal_number(fact.raw) or (
        isinstance(fact.value, str) and holds_personal_number(fact.value)
    )


def _holds_models(value: object) -> bool:
    """Whether a field named like a list of ids holds the things themselves (``Worksheet.facts``)."""
    return isinstance(value, tuple) and any(isinstance(item, BaseModel) for item in value)


_SHORTEST_SECRET = 6  # a shorter string could be a figure that stands elsewhere by chance


class _Masker:
    """Masks models; knows the sensitive fields and the very strings that stood in them."""

    def __init__(self, sensitive: Set[str], secrets: Set[str], ordinals: Ordinals) -> None:
        self._sensitive = sensitive
        self._ordinals = ordinals
        # Longest first: a secret that contains another one must win.
        ordered = sorted(secrets, key=lambda s: (-len(s), s))
        self._secrets = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def text(self, text: str) -> str:
        if len(text) < _SHORTEST_SECRET:  # no number either: most texts are a word or a figure
            return text
        if self._secrets is not None:
            text = self._secrets.sub(lambda m: mask_middle(m.group()), text)
        return mask_text(text)

    def model(self, model: _M) -> _M:
        changed: dict[str, object] = {}
        for name, before in model.__dict__.items():
            if name in _UNTOUCHED and not _holds_models(before):
                continue
            after = self._item(before)
            if after is not before and after != before:
                changed[name] = after
        return model.model_copy(update=changed) if changed else model

    def _item(self, value: object) -> object:
        """``value`` masked; the same object where there was nothing to hide."""
        if type(value) is str:
            return self.text(value)
        if value is None or isinstance(value, int | float | Decision):
            return value  # a decision's hash covers every word; personal numbers never stood in it
        if isinstance(value, Fact):
            return self._fact(value)
        if isinstance(value, BaseModel):
            return self.model(value)
        if isinstance(value, tuple):
            items = tuple(map(self._item, value))
            return value if all(a is b for a, b in zip(items, value, strict=True)) else items
        if isinstance(value, dict):
            masked = {key: self._item(item) for key, item in value.items()}
            return value if all(masked[key] is item for key, item in value.items()) else masked
        return value

    def _fact(self, fact: Fact) -> Fact:
        masked = self._sensitive_fact(fact) if fact.field in self._sensitive else self.model(fact)
        notes = self._notes(fact, masked)
        return masked.model_copy(update={"masked": notes}) if notes != fact.masked else masked

    def _sensitive_fact(self, fact: Fact) -> Fact:
        as_read = fact.as_read
        return fact.model_copy(
            update={
                "value": _masked_value(fact.value),
                "raw": mask_middle(fact.raw),
                "alternatives": tuple(mask_middle(a) for a in fact.alternatives),
                "as_read": None
                if as_read is None
                else as_read.model_copy(
                    update={
                        "value": _masked_value(as_read.value),
                        "alternatives": tuple(mask_middle(a) for a in as_read.alternatives),
                    }
                ),
            }
        )

    def _notes(self, before: Fact, after: Fact) -> tuple[MaskedNumber, ...] | None:
        """What was hidden in the text that checks look at: the value, else what stood on the paper."""
        if before.value is None:
            new = note_masked(before.raw, after.raw, self._ordinals)
        elif isinstance(before.value, str) and isinstance(after.value, str):
            new = note_masked(before.value, after.value, self._ordinals)
        else:
            return before.masked
        notes = sorted((*(before.masked or ()), *new), key=lambda note: note.at)
        return tuple(notes) or None


def _masked_value(value: Value | None) -> Value | None:
    if isinstance(value, tuple):
        return tuple(mask_middle(v) for v in value)
    if value is not None and not isinstance(value, bool):
        return mask_middle(str(value))
    return value


def _all_facts(worksheet: Worksheet | Reading) -> Iterator[Fact]:
    yield from worksheet.facts
    for rows in worksheet.rows:
        for row in rows.rows:
            yield from row.cells.values()


def _secrets(worksheet: Worksheet | Reading, sensitive: Set[str]) -> set[str]:
    """The strings read in sensitive fields: they may come back in a message or a note."""
    found: set[str] = set()
    for fact in _all_facts(worksheet):
        if fact.field in sensitive:
            found.update((fact.raw, *fact.alternatives))
            if isinstance(fact.value, str | int) and not isinstance(fact.value, bool):
                found.add(str(fact.value))
    return {secret for secret in found if len(secret) >= _SHORTEST_SECRET}


def mask_worksheet(worksheet: Worksheet, sensitive: Set[str] = frozenset()) -> Worksheet:
    """A copy of ``worksheet`` without readable ID numbers and mobiles.

    ``sensitive``: field and column ids whose values are masked whatever they look like.
    """
    ordinals = Ordinals(_all_facts(worksheet))
    return _Masker(sensitive, _secrets(worksheet, sensitive), ordinals).model(worksheet)


def is_masked(worksheet: Worksheet) -> bool:
    """Whether personal numbers were hidden in this copy of the worksheet."""
    return any(fact.masked for fact in _all_facts(worksheet))


def mask_judgement(
    judgement: Judgement, reading: Reading, sensitive: Set[str] = frozenset()
) -> Judgement:
    """``judgement`` of an unmasked ``reading``, without readable ID numbers and mobiles."""
    return _Masker(sensitive, _secrets(reading, sensitive), Ordinals(())).model(judgement)


@dataclass(frozen=True, slots=True)
class Hider:
    """Takes personal numbers out of single texts and values; ``sensitive``: fields starred whole."""

    sensitive: Set[str] = frozenset()

    def text(self, text: str) -> str:
        """``text`` with ID numbers and mobiles masked."""
        return mask_text(text)

    def value(self, field: str, value: Value | None) -> Value | None:
        """A field's value, masked as its fact would be."""
        if field in self.sensitive:
            return _masked_value(value)
        if isinstance(value, tuple):
            return tuple(mask_text(v) for v in value)
        return mask_text(value) if isinstance(value, str) else value


def personal_boxes(
    worksheet: Worksheet, sensitive: Set[str] = frozenset()
) -> dict[int, tuple[BoxTuple, ...]]:
    """Where personal data stands, by page (viewer points): crops must blank these places.

    Take it from the worksheet before masking.
    """
    boxes: dict[int, list[BoxTuple]] = {}
    for fact in _all_facts(worksheet):
        if fact.page is not None and fact.box is not None and is_personal(fact, sensitive):
            boxes.setdefault(fact.page, []).append(fact.box)
    return {page: tuple(found) for page, found in sorted(boxes.items())}
