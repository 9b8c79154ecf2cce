"""Numbers that stand in for masked ones, so that a masked worksheet can be judged again.

Masking hides the middle of ID numbers and mobiles. Checks ask three things of such a number: is it the
same as another one, has it the right form, does its check character fit. So masking notes beside the
fact what the hidden part looked like (``MaskedNumber``): its shape, whether the check character was
right, and which of the numbers with the same visible ends it is. None of that says what was hidden.

From the note a stand-in is made: an invented number with the same visible characters that answers the
three questions like the real one. It lives only while the rules run, and masking it gives the very text
that stood there before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from extractor.core.worksheet import Fact, MaskedNumber, Row, RowSet
from extractor.values.identifiers import id_number_ok

STAR = "*"
HEAD, TAIL = 3, 4
"""Characters of a number that masking leaves in sight at its ends (``mask.mask_middle``)."""

_DIGIT = "d"
_ID_LENGTH = 18
_FIRST_DAY = date(1950, 1, 1)
_DAYS = 36_500  # more days than persons in any packet: a check character fits one day in eleven


class Ordinals:
    """Tells numbers apart whose visible ends are the same; one for each worksheet being masked."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._known: dict[tuple[str, str, int], dict[str | None, int]] = {}
        for fact in facts:  # masked before: their digits are gone, their ordinals are taken
            text = _text(fact)
            for note in fact.masked or ():
                key = _key(text, note.at, note.at + len(note.shape), note.shape)
                self._known.setdefault(key, {})[None] = max(
                    note.no, self._known.get(key, {}).get(None, 0)
                )

    def of(self, key: tuple[str, str, int], digits: str) -> int:
        """The ordinal of the number with these ends and digits.

        A number that agrees in all that is visible with one masked before is taken for the same one
        (one in ten thousand mobiles is not), unless several were told apart there.
        """
        known = self._known.setdefault(key, {})
        if digits not in known:
            before = known.get(None, 0)
            others = [no for seen, no in known.items() if seen is not None]
            known[digits] = 1 if before == 1 and not others else max(before, *others, 0) + 1
        return known[digits]


def _text(fact: Fact) -> str:
    return fact.value if isinstance(fact.value, str) else fact.raw


def _key(text: str, start: int, end: int, shape: str) -> tuple[str, str, int]:
    """Visible ends of the number around a hidden part, and how many digits are hidden."""
    return text[max(0, start - HEAD) : start], text[end : end + TAIL], shape.count(_DIGIT)


def note_masked(before: str, after: str, ordinals: Ordinals) -> tuple[MaskedNumber, ...]:
    """What masking ``before`` as ``after`` hid, number by number. Both are equally long.

    Numbers in which the paper itself has stars are left out: nobody could check those before either.
    """
    if before == after:
        return ()
    if len(before) != len(after):
        raise ValueError("masking keeps the length of a text")
    notes = []
    for start, end in _hidden(before, after):
        if STAR in before[max(0, start - 1) : end + 1]:
            continue
        shape = "".join(_DIGIT if c.isdigit() else c for c in before[start:end])
        number = before[max(0, start - HEAD) : end + TAIL]
        digits = "".join(c for c in number if c.isdigit())
        no = ordinals.of(_key(before, start, end, shape), digits)
        valid = id_number_ok(number) if len(number) == _ID_LENGTH else None
        notes.append(MaskedNumber(at=start, shape=shape, no=no, valid=valid))
    return tuple(notes)


def _hidden(before: str, after: str) -> Iterator[tuple[int, int]]:
    """Spans of ``after`` that are stars where ``before`` has something else."""
    changed = "".join("x" if a != b else "." for a, b in zip(before, after, strict=True))
    for run in re.finditer("x+", changed):
        yield run.span()


def stand_in(fact: Fact) -> Fact:
    """``fact`` with invented digits where masking put stars; the same fact where nothing was masked."""
    if not fact.masked:
        return fact
    text = _text(fact)
    for note in fact.masked:
        end = note.at + len(note.shape)
        head, tail = text[: note.at], text[end:]
        text = head + _filled(head[-HEAD:], note, tail[:TAIL]) + tail
    return fact.model_copy(update={"value" if isinstance(fact.value, str) else "raw": text})


def _filled(head: str, note: MaskedNumber, tail: str) -> str:
    if note.valid is not None:
        number = _invented_id(head, tail, note.no, note.valid)
        if number is not None:
            return number[len(head) : len(number) - len(tail)]
    count = note.shape.count(_DIGIT)
    digits = iter(f"{note.no:0{count}d}"[-count:] if count else "")
    return "".join(next(digits) if c == _DIGIT else c for c in note.shape)


def _invented_id(head: str, tail: str, no: int, valid: bool) -> str | None:
    """The ``no``-th invented ID number with these ends, a day of birth, and a right or wrong check."""
    days = (_FIRST_DAY + timedelta(days=n) for n in range(_DAYS))
    numbers = (f"{head}000{day:%Y%m%d}{tail}" for day in days)
    return next(islice((n for n in numbers if id_number_ok(n) is valid), no - 1, None), None)


def stand_in_rows(rows: RowSet) -> RowSet:
    """``rows`` with stand-ins in its cells; the same object where nothing was masked."""
    if not any(fact.masked for row in rows.rows for fact in row.cells.values()):
        return rows
    return rows.model_copy(
        update={
            "rows": tuple(
                Row(no=row.no, cells={column: stand_in(f) for column, f in row.cells.items()})
                for row in rows.rows
            )
        }
    )
