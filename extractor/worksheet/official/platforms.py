"""Which platform a packet is of, for headings and lists of open items."""

from __future__ import annotations

from extractor.core.worksheet import Worksheet
from extractor.worksheet.official.fill import choose
from extractor.worksheet.safe_text import one_line

_NAMES = ("app_org_name", "lic_name", "pic_name", "npo_name", "ppl_name")


def platform_name(worksheet: Worksheet) -> str:
    """The applicant's name where one was read, surest first; else the packet's own name."""
    for field in _NAMES:
        facts = choose(f for f in worksheet.facts if f.field == field)
        if facts:
            return one_line(str(facts[0].value))
    return one_line(worksheet.packet.name)
