"""A licence's registering authority is often named on its seal alone."""

from __future__ import annotations

from support.pages import line, page
from support.reading import facts_of

from extractor.core.geometry import Box
from extractor.core.page import Line, Seal
from extractor.core.worksheet import FactStatus, Method

LICENCE = "business_license"


def licence_lines() -> list[Line]:
    return [
        line("营业执照", x=250, y=80, em=24),
        line("名称  南昌晨光科技有限公司", x=90, y=200),
        line("登记机关", x=330, y=600),
        line("2020年5月6日", x=330, y=640),
    ]


def seal(organisation: str | None, confidence: float = 0.95) -> Seal:
    return Seal(
        Box(320, 560, 420, 660), 0.97, organisation=organisation, text_confidence=confidence
    )


def test_the_seals_authority_is_proposed_and_never_certain() -> None:
    facts = facts_of(LICENCE, page(*licence_lines(), seal("南昌市市场监督管理局", 1.0)))
    fact = facts["lic_authority"]
    assert fact.value == "南昌市市场监督管理局"
    assert (fact.method, fact.status) == (Method.SEAL, FactStatus.DOUBTFUL)


def test_a_seal_that_nobody_could_read_names_no_authority() -> None:
    assert "lic_authority" not in facts_of(LICENCE, page(*licence_lines(), seal(None)))


def test_the_applicants_own_seal_on_a_copy_names_no_authority() -> None:
    facts = facts_of(LICENCE, page(*licence_lines(), seal("南昌晨光科技有限公司")))
    assert "lic_authority" not in facts
