"""Of what kind an event is, by the words of its title."""

from __future__ import annotations

import re

#: Kind and the words that tell it; the first that fits counts.
_KINDS = (
    ("bank_matching", "银企对接|融资对接|银企洽谈"), ("matchmaking", "供需对接|对接会|洽谈会|产销对接"),
    ("policy", "政策宣讲|宣讲会|宣讲|政策解读|政策说明"), ("training", "培训|研修|公开课|大讲堂"),
    ("lecture", "讲座|论坛"), ("technical", "技术洽谈|项目推介|推介会|技术交流"),
    ("startup", "创业|路演"), ("consulting", "管理咨询|诊断|管理提升|咨询日"),
)  # fmt: skip


def event_kind(title: str) -> str | None:
    """The id of enum ``event_kind`` that a title says; ``None`` where it says none."""
    return next((kind for kind, words in _KINDS if re.search(words, title)), None)
