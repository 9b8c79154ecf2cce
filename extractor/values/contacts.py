"""Phone numbers, web addresses, mail addresses."""

from __future__ import annotations

import re

from extractor.values.folding import fold_width, is_blank
from extractor.values.parsed import Parsed

SEVERAL = 0.6
"""Factor where one cell holds several numbers (phone and fax); the first is taken."""
GAPS = 0.7
"""Factor of a number put together over blanks that OCR saw in it."""
SPREAD = 0.5
"""Factor of a mail address put together over blanks."""
ONE_NUMBER = 14
"""More digits than this are no single number with blanks in it."""
DATE_LIKE = 0.4
"""Factor of eight digits that could be a day (20190416)."""

_MOBILE = r"(?:(?:\+|00)?86[- ]?)?(?P<mobile>1[3-9]\d[- ]?\d{4}[- ]?\d{4})"
_SERVICE = r"(?P<service>[48]00[- ]?\d{3,4}[- ]?\d{3,4})"
_LANDLINE = (
    r"(?:(?:\+|00)?86[- ]?)?(?:\(?(?P<area>0\d{2,3})\)?[-—–/ ]{0,2})?(?P<local>[2-9]\d{2,3}[- ]?\d{4})"
    r"(?:\s*(?:-|—|转|ext\.?)\s*(?P<extension>\d{1,6}))?"
)
_PHONE = re.compile(
    rf"(?<![\dA-Za-z.])(?:{_MOBILE}|{_SERVICE}|{_LANDLINE})(?![\dA-Za-z])", re.IGNORECASE
)
_DIGIT_GAP = re.compile(r"(?<=\d) +(?=\d)")
_SLIPS = str.maketrans(
    {"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "Z": "2", "S": "5", "B": "8"}
)


def _canonical(match: re.Match[str]) -> str | None:
    if match["mobile"]:
        return re.sub(r"\D", "", match["mobile"])
    if match["service"]:
        digits = re.sub(r"\D", "", match["service"])
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 else None
    local = re.sub(r"\D", "", match["local"])
    area = match["area"]
    if area and len(area) == 4 and area[:2] in ("01", "02"):
        # 010 and 02x have three digits: the fourth belongs to the number
        area, local = area[:3], area[3] + local
        if not 7 <= len(local) <= 8:
            return None
    text = f"{area}-{local}" if area else local
    return f"{text}-{match['extension']}" if match["extension"] else text


def find_phones(text: str) -> tuple[str, ...]:
    """All phone numbers, in print order, each once.

    Mobiles are eleven digits, landlines ``0791-88888888`` with ``-ext``, service numbers
    ``400-123-4567``.
    """
    folded = re.sub(r" ?([-—–]) ?", r"\1", fold_width(text))
    found = dict.fromkeys(_canonical(m) for m in _PHONE.finditer(folded))
    return tuple(p for p in found if p)


def parse_phone(text: str) -> Parsed | None:
    """One phone number; masked ones (``138****1234``) are ``None``.

    Several: the first, factor 0.6, the others listed. Letters among the digits are folded with doubt.
    """
    if is_blank(text):
        return None
    phones, factor = find_phones(text), 1.0
    if not phones and 7 <= sum(c.isdigit() for c in text) <= ONE_NUMBER:
        phones, factor = find_phones(_DIGIT_GAP.sub("", fold_width(text))), GAPS
    if not phones and sum(c.isdigit() for c in text) >= 7:
        phones, factor = find_phones(fold_width(text).translate(_SLIPS)), 0.6
    if not phones:
        return None
    if re.fullmatch(r"(?:19|20)\d\d[01]\d[0-3]\d", phones[0], re.ASCII):
        factor *= DATE_LIKE
    return Parsed(
        phones[0],
        factor=factor * (SEVERAL if len(phones) > 1 else 1.0),
        alternatives=phones[1:],
    )


_TLD = r"(?:com|cn|net|org|gov|edu|cc|top|info|vip|biz|tech|xyz|site|shop|wang|ltd|asia|co|io|me|tv|club|online|group|ink|fun|pro|中国|公司|网络)"
_URL = re.compile(
    rf"(?:(?P<scheme>https?)\s*:\s*/\s*/\s*)?(?<![A-Za-z0-9\-])(?P<host>[A-Za-z0-9](?:[A-Za-z0-9\-]{{0,62}}\.){{1,6}}{_TLD})(?![A-Za-z0-9])"
    r"(?::(?P<port>\d{2,5}))?(?P<path>/[A-Za-z0-9\-._~/?#=&%+]*)?",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])([A-Za-z0-9._%+\-]{1,64})\s?@\s?((?:[A-Za-z0-9\-]{1,63}\.){1,6}[A-Za-z]{2,10})"
)


def _dots(text: str) -> str:
    """，。 and spaces beside dots in an address are slips for a dot."""
    return re.sub(r"(?<=[A-Za-z0-9])\s*[.。,，]\s*(?=[A-Za-z0-9])", ".", text)


def parse_url(text: str) -> Parsed | None:
    """A web address, host in small letters, the scheme kept where printed."""
    folded = fold_width(text)
    for candidate, factor in ((folded, 1.0), (_dots(folded), 0.7)):
        hosts = [m for m in _URL.finditer(candidate) if candidate[m.start() - 1 : m.start()] != "@"]
        if not hosts:
            continue
        found = list(dict.fromkeys(_url_text(m) for m in hosts))
        return Parsed(
            found[0],
            factor=factor * (SEVERAL if len(found) > 1 else 1.0),
            alternatives=tuple(found[1:]),
        )
    return None


def _url_text(match: re.Match[str]) -> str:
    scheme = f"{match['scheme'].lower()}://" if match["scheme"] else ""
    port = f":{match['port']}" if match["port"] else ""
    return f"{scheme}{match['host'].lower()}{port}{(match['path'] or '').rstrip('/')}"


_MAIL_WORD = re.compile(r"(?:e-?mail|mail|邮箱|邮件)\s*$", re.IGNORECASE)
_SPREAD_MAIL = re.compile(r"[A-Za-z0-9._%+\-]+(?: +[A-Za-z0-9._%+\-]+)* *@ *[A-Za-z0-9.\- ]+")


def parse_email(text: str) -> Parsed | None:
    """A mail address, the host in small letters.

    Letters parted from the name by a blank may belong to it: then the whole is listed, with doubt.
    """
    folded = fold_width(text)
    for candidate, factor in ((folded, 1.0), (_dots(folded), 0.7)):
        found: dict[str, None] = {}
        wider: dict[str, None] = {}
        for match in _EMAIL.finditer(candidate):
            address = f"{match[1]}@{match[2].lower()}"
            found[address] = None
            before = re.search(r"([A-Za-z0-9._%+\-]+) +$", candidate[: match.start()])
            if before is not None and not _MAIL_WORD.search(before.group()):
                wider[before[1] + address] = None
        if found:
            first, *others = found
            doubt = SEVERAL if others or wider else 1.0
            return Parsed(first, factor=factor * doubt, alternatives=(*others, *wider))
    spread = _SPREAD_MAIL.search(folded)
    if spread is None:
        return None
    joined = _EMAIL.fullmatch(spread.group().replace(" ", ""))
    return None if joined is None else Parsed(f"{joined[1]}@{joined[2].lower()}", factor=SPREAD)
