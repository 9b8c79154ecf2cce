"""Finds numbers in text, Arabic and Chinese, and reads them with their slips spelled out.

Positions refer to ``fold_width(text)``, which has the length of the text. What the characters say
clearly is read with factor 1. What had to be repaired (a full stop for a comma, ``O`` for ``0``) is
read with a lowered factor and the other readings listed: a repair is a proposal, never silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.values.chinese import NUMERALS, chinese_decimal
from extractor.values.folding import is_han

# Confidence factors of repairs. They order readings; calibration on fixtures happens downstream.
LETTER_FOR_DIGIT = 0.6
SEPARATOR_SLIP = 0.6
ODD_GROUPS = 0.4
SPACED = 0.9
LOOSE = 0.7
BROKEN = 0.6
GLUED = 0.5
UNSURE_BESIDE = 0.5
"""Factor where another, badly readable number stands beside the chosen one."""
CODE_LIKE = 0.5

LETTER_SLIPS = {"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "Z": "2", "S": "5", "B": "8"}
_EDGE_LETTERS = frozenset("OolI|")  # the others occur as words of their own (5S, B2B)

_D = r"[0-9OolI|ZSB]"
_TOKEN = re.compile(rf"{_D}(?:(?:[.,、'’ ]|[.,] |[.,]{{2}}| [.,] ?)?{_D})*")
_CLEAN = re.compile(r"\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_CHINESE = re.compile("[" + "".join(NUMERALS) + "点]+")
_MAGNITUDE = (
    r"(?P<mag>(?:[十拾百佰千仟]?万亿|[十拾百佰千仟]?[万萬]|[十拾百佰千仟]?[亿億]|[百佰千仟])"
    r"(?![克瓦帕卡兆分帧米]))"
)
_TAIL = re.compile(rf"\s*(?P<odd>余|多|来|几)?\s*{_MAGNITUDE}?")
_MAGNITUDES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_ABOUT_BEFORE = re.compile(
    r"(?:约为?|近|将近|接近|大概|左右|逾|超过?|不足|不到|不少于|不低于|至少)[¥ ]*$"
)
_ABOUT_AFTER = re.compile(
    r"[^\d,，。;；、()（）]{0,5}?(?:左右|上下|以上|以下|余|有余|多(?![少种元媒功项层])|\+)"
)
_RANGE_BEFORE = re.compile(r"[\d十百千万亿%]\s*[-−–—~至到]\s*$")
_RANGE_AFTER = re.compile(r"%?\s*[-−–—~至到]\s*[\d一二三四五六七八九十]")
NEIGHBOURHOOD = 40
"""Characters looked at on either side of a number; keeps long texts linear."""
MAX_DIGITS = 18
"""Longer digit runs are codes, not quantities."""


@dataclass(frozen=True, slots=True)
class Number:
    """One number in a text.

    Attributes:
        value: with sign and magnitude word applied.
        start, end: span of digits, sign and magnitude word.
        decimals: printed decimals, counted in the printed magnitude (``1.25万`` has 2).
        magnitude: 1, or 10000 for 万 and so on.
        magnitude_text: the magnitude word as printed, folded to simple characters.
        factor: 0..1, see ``Parsed.factor``.
        others: further readings of the same characters.
        approximate: 余, 约, 近, 多 and the like stand beside it.
        prefix, suffix: up to ``NEIGHBOURHOOD`` characters before and behind, without the spaces next
            to the number.
        chinese: written in Chinese numerals.
        bracketed: directly between parentheses.
        dot_group: a full stop before exactly three last digits: possibly a thousands separator.
    """

    value: Decimal
    start: int
    end: int
    decimals: int = 0
    magnitude: int = 1
    magnitude_text: str = ""
    factor: float = 1.0
    others: tuple[Decimal, ...] = ()
    approximate: bool = False
    prefix: str = ""
    suffix: str = ""
    chinese: bool = False
    bracketed: bool = False
    dot_group: bool = False

    @property
    def torn(self) -> bool:
        """Only a space parts it from more digits: perhaps a piece of one number."""
        return self.suffix[:1].isdigit() or self.prefix[-1:].isdigit()

    @property
    def in_range(self) -> bool:
        """One end of a range such as 20-30 or 二十至三十."""
        return bool(_RANGE_BEFORE.search(self.prefix) or _RANGE_AFTER.match(self.suffix))


@dataclass(frozen=True, slots=True)
class _Digits:
    value: Decimal
    decimals: int
    factor: float = 1.0
    others: tuple[Decimal, ...] = ()
    dot_group: bool = False


def decimal_text(value: Decimal) -> str:
    """The canonical text: no exponent, no trailing zeros, no minus zero."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _clean_digits(run: str) -> _Digits:
    whole, _, fraction = run.replace(",", "").partition(".")
    value = Decimal(f"{whole}.{fraction or 0}") if fraction else Decimal(whole)
    code_like = len(whole) > 1 and whole[0] == "0"
    dot_group = len(fraction) == 3 and whole[0] != "0" and ("," in run or len(whole) <= 3)
    return _Digits(value, len(fraction), CODE_LIKE if code_like else 1.0, (), dot_group)


def _repair_separators(run: str) -> _Digits | None:
    """Digits whose separators do not add up: ``1.234,567.89``, ``12,345,67``, ``1234,567``.

    Dotted section numbers, dates and addresses of machines are no numbers: ``None``.
    """
    factor = SEPARATOR_SLIP
    if re.search(r"[.,]{2}", run):
        run, factor = re.sub(r"[.,]{2,}", ",", run), ODD_GROUPS
    groups = re.split(r"[.,]", run)
    if len(groups) < 2 or any(not g for g in groups):
        return None
    middle_ok = all(len(g) == 3 for g in groups[1:-1]) and 1 <= len(groups[0]) <= 3
    if "," not in run and not all(len(g) == 3 for g in groups[1:-1]):
        return None
    if not middle_ok:
        factor = min(factor, ODD_GROUPS)
    joined, tail = "".join(groups), groups[-1]
    whole = Decimal(joined)
    parted = Decimal(f"{joined[: -len(tail)]}.{tail}")
    if len(tail) <= 2:
        return _Digits(parted, len(tail), factor, (whole,))
    return _Digits(whole, 0, factor if len(tail) == 3 else min(factor, ODD_GROUPS), (parted,))


def _read_run(run: str) -> _Digits | None:
    """Digits, dots and commas without spaces or letters."""
    run = run.replace("'", ",").replace("’", ",")
    if sum(c.isdigit() for c in run) > MAX_DIGITS:
        return None
    if _CLEAN.fullmatch(run):
        return _clean_digits(run)
    return _repair_separators(run)


def _read_with_letters(run: str) -> _Digits | None:
    letters = [c for c in run if c in LETTER_SLIPS]
    if not letters:
        return _read_run(run)
    inside = run.strip("|").strip(".,")
    if inside != run and not any(c in LETTER_SLIPS for c in inside):
        # an upright stroke at the edge is more often a table rule than a 1
        bare, full = _read_run(inside), _read_run(run.replace("|", "1"))
        if bare is not None:
            rest = () if full is None else (full.value,)
            return replace(bare, factor=bare.factor * LOOSE, others=(*bare.others, *rest))
    digits = sum(c.isdigit() for c in run)
    if (digits < 2 or digits < len(letters)) and not set(letters) <= {"O", "o"}:
        return None
    if any(c in LETTER_SLIPS and c not in _EDGE_LETTERS for c in (run[0], run[-1])):
        return None
    read = _read_run("".join(LETTER_SLIPS.get(c, c) for c in run))
    if read is None:
        return None
    others = list(read.others)
    inner = run.strip("".join(_EDGE_LETTERS))
    if inner != run and not any(c in LETTER_SLIPS for c in inner):
        bare = _read_run(inner.strip(".,"))
        if bare is not None:
            others.append(bare.value)
    factor = read.factor * LETTER_FOR_DIGIT ** min(len(letters), 3)
    return replace(read, factor=factor, others=tuple(others))


def _pieces(run: str) -> list[tuple[int, str, float]]:
    """Split a token with spaces or 、 into numbers: ``(offset, digits, factor)``.

    Perfect groups of three are one number; so are digits whose only spaces stand beside a separator
    (OCR puts them there). Everything else is several numbers.
    """
    if " " not in run and "、" not in run:
        return [(0, run, 1.0)]
    if re.fullmatch(r"\d{1,3}(?:[ 、,]\d{3})+(?:\.\d+)?", run, re.ASCII):
        sure = len(re.findall(r"[ 、]", run)) > 1 or "." in run
        return [(0, re.sub("[ 、]", ",", run), SPACED if sure else SEPARATOR_SLIP)]
    tight = re.sub(r" ?([.,]) ?", r"\1", run)
    if " " not in tight and "、" not in tight and _CLEAN.fullmatch(tight):
        return [(0, tight, LOOSE)]
    joined = run.replace(" ", "")
    if _GROUPED.fullmatch(joined) and not all(_stands_alone(p) for p in run.split(" ")):
        return [(0, joined, BROKEN)]  # 2 0,798,698.13: a gap that OCR saw inside a number
    return [(m.start(), m.group(), 1.0) for m in re.finditer(r"[^ 、]+", run)]


def _stands_alone(piece: str) -> bool:
    return _CLEAN.fullmatch(piece) is not None and not (len(piece) > 1 and piece[0] == "0")


def _arabic(text: str) -> Iterable[Number]:
    for token in _TOKEN.finditer(text):
        for offset, run, factor in _pieces(token.group()):
            start = token.start() + offset
            end = start + (len(token.group()) if offset == 0 and factor < 1 else len(run))
            glued_before = start > 0 and text[start - 1].isascii() and text[start - 1].isalpha()
            glued_after = end < len(text) and text[end].isascii() and text[end].isalpha()
            trimmed = run
            if glued_before:
                trimmed = trimmed.lstrip("OolIZSB|.,")
            start += len(run) - len(trimmed)
            if glued_after and text[end : end + 2].lower() not in ("m2", "m²", "km"):
                kept = trimmed.rstrip("OolIZSB|.,")
                end -= len(trimmed) - len(kept)
                trimmed = kept
            if not any(c.isdigit() for c in trimmed):
                continue
            yield from _one_arabic(text, trimmed, start, end, factor, glued_before)


def _one_arabic(
    text: str, run: str, start: int, end: int, factor: float, glued: bool
) -> Iterable[Number]:
    read = _read_with_letters(run)
    if read is None:
        bare = run.strip("".join(LETTER_SLIPS) + ".,")
        read = _read_run(bare) if bare != run and bare.isdigit() else None
        if read is None:
            return
        start += run.index(bare)
        end = start + len(bare)
        factor *= GLUED
    others = read.others
    if factor in (SEPARATOR_SLIP, BROKEN) and re.search("[ 、]", text[start:end]):
        others += tuple(Decimal(g) for g in re.split("[ 、]", text[start:end]) if g.isdigit())
    yield Number(
        read.value,
        start,
        end,
        read.decimals,
        factor=factor * read.factor * (GLUED if glued else 1.0),
        others=others,
        dot_group=read.dot_group,
    )


def _chinese(text: str) -> Iterable[Number]:
    for token in _CHINESE.finditer(text):
        run = token.group().strip("点")
        value = chinese_decimal(run)
        if value is None:
            continue
        start = token.start() + token.group().index(run)
        decimals = len(run.partition("点")[2])
        magnitude = 1
        word = ""
        if run[-1] in _BIG and value >= 10:
            # 三百万 is printed to the 万: its last printed place is there
            magnitude, word = _BIG[run[-1]], "万" if run[-1] in "万萬" else "亿"
        yield Number(value, start, start + len(run), decimals, magnitude, word, chinese=True)


def _with_tail(number: Number, text: str) -> Number:
    """Apply the magnitude word behind the number, and 余 or 多 between them."""
    match = _TAIL.match(text, number.end)
    if match is None or not (match["mag"] or match["odd"]):
        return number
    if not match["mag"]:
        return replace(number, approximate=True, end=match.end())
    if number.chinese and not match["odd"]:
        return number
    word = match["mag"]
    scale = 1
    for ch in word:
        scale *= _MAGNITUDES.get(ch) or _BIG[ch]
    plain = word.translate(str.maketrans("拾佰仟萬億", "十百千万亿"))
    return replace(
        number,
        value=number.value * scale,
        others=tuple(o * scale for o in number.others),
        end=match.end(),
        magnitude=scale,
        magnitude_text=plain,
        approximate=number.approximate or bool(match["odd"]),
    )


def _merged(numbers: list[Number]) -> list[Number]:
    """1亿2000万 is one number: falling magnitudes side by side add up."""
    out: list[Number] = []
    for number in numbers:
        last = out[-1] if out else None
        if (
            last is not None
            and last.end == number.start
            and last.magnitude > number.magnitude
            and 0 < number.value < last.magnitude
            and not last.approximate
        ):
            out[-1] = replace(
                last,
                value=last.value + number.value,
                end=number.end,
                decimals=number.decimals,
                magnitude=number.magnitude,
                magnitude_text=number.magnitude_text,
                factor=min(last.factor, number.factor),
                others=tuple(last.value + o for o in number.others),
                approximate=number.approximate,
            )
        else:
            out.append(number)
    return out


def _signed(number: Number, text: str) -> Number:
    """Sign, brackets, neighbours and the words that make it approximate."""
    before = text[max(0, number.start - NEIGHBOURHOOD) : number.start].rstrip()
    suffix = text[number.end : number.end + NEIGHBOURHOOD].lstrip()
    core = before.rstrip("¥ ")
    bracketed = core.endswith("(") and bool(re.match(r"\s*(?:亿|[百千]?万)?元?\s*\)", suffix))
    approximate = (
        number.approximate or bool(_ABOUT_BEFORE.search(before)) or bool(_ABOUT_AFTER.match(suffix))
    )
    number = replace(
        number, prefix=before, suffix=suffix, bracketed=bracketed, approximate=approximate
    )
    if not core or core[-1] not in "-−–—﹣负":
        return number
    sign, ahead = core[-1], core[:-1].rstrip("¥ ")
    if ahead and (ahead[-1].isalnum() and not is_han(ahead[-1])):
        return number  # 2021-2023, A-12: a dash between, not a sign
    if ahead.endswith(("%", "‰")):
        return number  # 80%-90%
    minus = replace(number, value=-number.value, others=tuple(-o for o in number.others))
    sign_at = text.rindex(sign, 0, number.start)
    minus = replace(minus, prefix=ahead, start=sign_at)
    if sign == "负":
        return minus
    doubtful = sign in "–—" or (bool(ahead) and (is_han(ahead[-1]) or ahead[-1] in "—–-"))
    if doubtful:
        return replace(minus, factor=minus.factor * LOOSE, others=(*minus.others, number.value))
    return minus


def find_numbers(folded: str) -> tuple[Number, ...]:
    """All numbers of a folded text, left to right; never raises."""
    found = sorted((*_arabic(folded), *_chinese(folded)), key=lambda n: n.start)
    kept: list[Number] = []
    for number in (_with_tail(n, folded) for n in found):
        if kept and number.start < kept[-1].end:
            continue  # 3百万: 百万 is the magnitude of 3
        kept.append(number)
    return tuple(_signed(n, folded) for n in _merged(kept))
