"""Codes with check digits and fixed shapes: USCC, organisation code, ID number, ICP and document numbers.

A code is never quietly mended. What the standard makes impossible (``O`` in a USCC) is put right with a
lowered factor and the raw text among the alternatives; other repairs are only listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from extractor.core.worksheet import Printed
from extractor.values.folding import after_label, fold_width, is_blank, is_han, squeeze
from extractor.values.parsed import Parsed

USCC_CHARSET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""GB 32100-2015 (``fields.yaml``, identifiers.uscc)."""
_USCC = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}", re.ASCII)

CONFUSED = {
    "0": "ODQ",
    "1": "IL7",
    "2": "Z",
    "5": "S",
    "6": "G",
    "7": "1T",
    "8": "B",
    "B": "8",
    "D": "0",
    "G": "6",
    "L": "1",
    "Q": "0",
    "U": "0",
    "T": "7",
    "Y": "V",
}
"""What OCR mixes up, both ways; impossible letters are folded by ``_FORCED`` before."""
_FORCED = str.maketrans({"O": "0", "I": "1", "Z": "2", "S": "5"})
_FORCED_DIGIT = str.maketrans(
    {
        "O": "0",
        "D": "0",
        "Q": "0",
        "I": "1",
        "L": "1",
        "Z": "2",
        "S": "5",
        "B": "8",
        "G": "6",
        "T": "7",
    }
)
FORCED_REPAIR = 0.7
CHECK_FAILS = 0.3
WRONG_LENGTH = 0.2
NO_SUCH_REGION = 0.5
"""Factor of a code whose check character is right but whose province does not exist."""

_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"


def uscc_check_character(first: str) -> str:
    """The 18th character for the first 17.

    Raises:
        ValueError: not 17 characters of the code's alphabet.
    """
    if len(first) != 17 or any(c not in USCC_CHARSET for c in first):
        raise ValueError("a USCC needs 17 characters of its alphabet before the check character")
    total = sum(USCC_CHARSET.index(c) * w for c, w in zip(first, USCC_WEIGHTS, strict=True))
    return USCC_CHARSET[(31 - total % 31) % 31]


_PROVINCE_CODES = frozenset(
    str(n)
    for n in (
        *range(10, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
        *range(61, 66), 71, 81, 82,
    )
)  # fmt: skip


def region_code_ok(code: str) -> bool:
    """Whether six digits can be an administrative division: its province exists (GB/T 2260).

    ``10`` stands for bodies registered with the state itself, as in USCCs. Counties are not looked up:
    they come and go.
    """
    return re.fullmatch(r"\d{6}", code, re.ASCII) is not None and code[:2] in _PROVINCE_CODES


def uscc_ok(code: str) -> bool:
    """Right shape and right check character; nothing is folded first."""
    return _USCC.fullmatch(code) is not None and uscc_check_character(code[:17]) == code[17]


def _forced(code: str) -> str:
    """Only the changes the standard leaves no choice about."""
    return "".join(
        c.translate(_FORCED_DIGIT if 2 <= i < 8 else _FORCED) for i, c in enumerate(code)
    )


def uscc_repairs(code: str) -> tuple[str, ...]:
    """Codes one confusion away from ``code`` (after forced folding) whose check character is right.

    Proposals for a person: with 31 possible check characters a wrong repair passes now and then.
    """
    folded = _forced(code.upper())
    found: dict[str, None] = {}
    if len(folded) == 19:
        tries = [folded[:i] + folded[i + 1 :] for i in range(19)]
    elif len(folded) == 18:
        tries = [folded]
        for i, ch in enumerate(folded):
            tries += [folded[:i] + other + folded[i + 1 :] for other in CONFUSED.get(ch, "")]
    else:
        tries = []
    for candidate in tries:
        plausible = candidate[1:2].isdigit() and region_code_ok(candidate[2:8])
        if candidate != code and uscc_ok(candidate) and plausible:
            found[candidate] = None
    return tuple(found)


def _code_runs(folded: str) -> list[str]:
    """Letter-digit runs, first as printed, then with spaces and hyphens taken out."""
    plain = re.findall(r"[0-9A-Za-z]+", folded)
    joined = [
        re.sub(r"[ \-·.]", "", run)
        for run in re.findall(r"[0-9A-Za-z](?:[ \-·.]?[0-9A-Za-z])+", folded)
    ]
    return [run.upper() for run in (*plain, *joined)]


def parse_uscc(text: str) -> Parsed | None:
    """A unified social credit code as printed; 1.0 only with a right check character.

    A code whose check character fails keeps its printed characters, factor 0.3 and the repairs as
    alternatives; 17 or 19 characters are kept too (0.2), so that the slip on the paper can be shown.
    """
    if is_blank(text):
        return None
    runs = _code_runs(fold_width(text))
    full = [r for r in runs if len(r) == 18 and sum(c.isdigit() for c in r) >= 8]
    valid = [r for r in full if uscc_ok(r)]
    if valid:
        others = tuple(dict.fromkeys(r for r in valid if r != valid[0]))
        sound = region_code_ok(valid[0][2:8])
        factor = (TWO_CODES if others else 1.0) * (1.0 if sound else NO_SUCH_REGION)
        return Parsed(valid[0], factor=factor, alternatives=others)
    for run in full:
        forced = _forced(run)
        if forced != run and uscc_ok(forced):
            return Parsed(
                forced,
                printed=Printed(assumed=("字母按易混字符改为数字",)),
                factor=FORCED_REPAIR,
                alternatives=(run,),
            )
    for run in full:
        return Parsed(run, factor=CHECK_FAILS, alternatives=uscc_repairs(run))
    for run in runs:
        if len(run) in (17, 19) and sum(c.isdigit() for c in run) >= 8:
            return Parsed(run, factor=WRONG_LENGTH, alternatives=uscc_repairs(run))
    return None


TWO_CODES = 0.3
"""Factor where two different valid codes stand in one text."""


def organization_code_check(first: str) -> str:
    """The check character of an organisation code (GB 11714) for its first eight characters.

    Raises:
        ValueError: not eight digits or capital letters.
    """
    if re.fullmatch(r"[0-9A-Z]{8}", first, re.ASCII) is None:
        raise ValueError("an organisation code needs eight characters before its check character")
    values = [int(c) if c.isdigit() else ord(c) - ord("A") + 10 for c in first]
    rest = 11 - sum(v * w for v, w in zip(values, _ORG_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def organization_code_ok(code: str) -> bool:
    """Right shape and check character; the hyphen is optional."""
    plain = code.replace("-", "")
    return (
        re.fullmatch(r"[0-9A-Z]{8}[0-9X]", plain, re.ASCII) is not None
        and organization_code_check(plain[:8]) == plain[8]
    )


def id_number_ok(number: str) -> bool:
    """GB 11643: eighteen characters, a birth date that exists, a right check character."""
    if re.fullmatch(r"[1-9]\d{16}[\dX]", number, re.ASCII) is None:
        return False
    if not region_code_ok(number[:6]):
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if not 1900 <= born.year <= 2100:
        return False
    total = sum(int(c) * w for c, w in zip(number[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECK[total % 11] == number[17]


def parse_id_number(text: str) -> Parsed | None:
    """An identity number as printed; a masked or shortened one is ``None``.

    Where the check character fails the factor is 0.3 and single-digit confusions that would mend it are
    listed.
    """
    if is_blank(text):
        return None
    for run in _code_runs(fold_width(text)):
        if len(run) != 18:
            continue
        code = run[:17].translate(_FORCED_DIGIT) + run[17].replace("K", "X")
        code = code if code[17] == "X" else code[:17] + code[17].translate(_FORCED_DIGIT)
        if re.fullmatch(r"\d{17}[\dX]", code, re.ASCII) is None:
            continue
        if id_number_ok(code):
            if code == run:
                return Parsed(code)
            return Parsed(code, factor=FORCED_REPAIR, alternatives=(run,))
        return Parsed(run, factor=CHECK_FAILS, alternatives=tuple(_id_repairs(code)))
    return None


_DIGITS_MIXED_UP = {"0": "68", "1": "7", "3": "8", "5": "6", "6": "508", "7": "1", "8": "306"}


def _id_repairs(code: str) -> Iterable[str]:
    for i, ch in enumerate(code[:17]):
        for other in _DIGITS_MIXED_UP.get(ch, ""):
            candidate = code[:i] + other + code[i + 1 :]
            if id_number_ok(candidate):
                yield candidate


_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼蜀黔滇陇"
_ICP = re.compile(
    rf"([{_PROVINCES}])\s*[IlL1|]\s*[CcGＣ]\s*[PpＰ]\s*([备证])?\s*([0-9OoIl]{{6,10}})\s*号?(?:\s*-\s*(\d+))?"
)


def find_icp(text: str) -> str | None:
    """The ICP filing number in a text, as ``赣ICP备12345678号-1``; ``None`` without one."""
    match = _ICP.search(fold_width(text))
    if match is None:
        return None
    digits = match[3].translate(_FORCED_DIGIT).replace("o", "0").replace("l", "1")
    tail = f"-{match[4]}" if match[4] else ""
    return f"{match[1]}ICP{match[2] or '备'}{digits}号{tail}"


_DOC_NUMBER = re.compile(
    r"([\u4e00-\u9fa5]{1,14}?[\u4e00-\u9fa5])\s*[〔\[({【﹝「〈<]\s*((?:19|20)\s*\d\s*\d)\s*年?\s*"
    r"[〕\])}】﹞」〉>]\s*第?\s*(\d{1,5})\s*号"
)
_DOC_LOOSE = re.compile(r"([\u4e00-\u9fa5]{2,12})((?:19|20)\d\d)第?(\d{1,5})号")
_YEAR_SLIP = re.compile(r"[〔\[({【﹝「〈<（］]\s*[12][0-9OoIlQD]{3}\s*年?\s*[〕\])}】﹞」〉>）]")
_DOC_LEAD = re.compile(r"^(?:文号|发文字号|编号|根据|依据|按照|见|附件)+")


def docno_norm(text: str) -> str:
    """A document number with brackets folded to ``〔〕`` and without spaces, for comparing.

    Text of another shape comes back folded in width and without spaces.
    """
    found = find_doc_number(text)
    return found or re.sub(r"\s+", "", fold_width(text))


def find_doc_number(text: str) -> str | None:
    """The first number such as 赣工信企业字〔2023〕12号; ``None`` without one."""
    folded = re.sub(r"\s+", "", fold_width(text))
    match = _DOC_NUMBER.search(folded)
    if match is None:
        return None
    issuer = _DOC_LEAD.sub("", match[1])
    return f"{issuer}〔{match[2]}〕{int(match[3])}号" if issuer else None


def parse_doc_number(text: str) -> Parsed | None:
    """A document number; brackets lost by OCR are put back with a lowered factor."""
    found = find_doc_number(text)
    if found is not None:
        return Parsed(found)
    mended = find_doc_number(_YEAR_SLIP.sub(lambda m: m.group().translate(_FORCED_DIGIT), text))
    if mended is not None:
        return Parsed(mended, factor=0.6)
    folded = re.sub(r"\s+", "", fold_width(text))
    loose = _DOC_LOOSE.search(folded)
    if loose is None:
        return None
    issuer = _DOC_LEAD.sub("", loose[1])
    if not issuer:
        return None
    return Parsed(f"{issuer}〔{loose[2]}〕{int(loose[3])}号", factor=0.6)


_CODE_BODY = re.compile(r"[0-9A-Za-z\u4e00-\u9fa5〔〕\[\]()【】/\-.·#:_ ]+")


def parse_code(text: str) -> Parsed | None:
    """A number or code of any issuer, as printed after width folding, without spaces.

    An ICP number in a cell shared with a web address wins. Text without any digit is no code.
    """
    icp = find_icp(text)
    if icp is not None:
        return Parsed(icp)
    if is_blank(text):
        return None
    code = re.sub(r"\s+", "", after_label(fold_width(text))).strip(" :：。，,;；、")
    if code.startswith("(") and code.endswith(")") and code.count("(") == 1:
        code = code[1:-1]
    if not code or len(code) > 60 or not any(c.isdigit() for c in code):
        return None
    body = _CODE_BODY.fullmatch(code)
    prose = sum(is_han(c) for c in code) > 20
    return Parsed(code, factor=1.0 if body and not prose else 0.5)


def parse_postcode(text: str) -> Parsed | None:
    """Six digits, spaces between them allowed (boxes of a form)."""
    digits = re.sub(r"(?<=\d)\s+(?=\d)", "", squeeze(fold_width(text)))
    found = re.findall(r"(?<!\d)\d{6}(?!\d)", digits)
    return Parsed(found[0], factor=1.0 if len(set(found)) == 1 else 0.3) if found else None
