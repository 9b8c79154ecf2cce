"""The registering authority of a licence, which prints only 登记机关 and leaves the name to the seal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.core.page import PacketPage, Seal
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.make import CERTAIN_AT, Spot, build_fact
from extractor.fields.view import DocumentView

#: How names of authorities end that register companies.
_AUTHORITY = re.compile(r"(?:局|委员会|管委会|大厅|中心|厅)$")
#: A name on a ring is read letter by letter along a circle: always to be looked at.
_CAP = CERTAIN_AT - 0.05


def authority_of_seal(view: DocumentView, page: PacketPage, facts: Sequence[Fact]) -> Fact | None:
    """lic_authority from the surest seal with an authority's name; never certain.

    ``None`` where no seal's name was read, or only that of the licence's holder (a copy sealed by the
    applicant). A name printed on the page that the ring is likely a reading of is an alternative.
    """
    holders = {fold_text(str(f.value)) for f in facts if f.field == "lic_name"}
    named = [
        (name, seal)
        for seal in page.read.seals
        for name in (_name(seal),)
        if name is not None and fold_text(name) not in holders
    ]
    if not named:
        return None
    name, seal = max(named, key=lambda pair: pair[1].text_confidence)
    others = (seal.printed,) if seal.printed and seal.printed != name else ()
    spot = Spot(page, seal.box, name, min(seal.text_confidence, seal.confidence))
    return build_fact(
        "lic_authority",
        spot,
        name,
        document=view.id,
        method=Method.SEAL,
        cap=_CAP,
        alternatives=others,
    )


def _name(seal: Seal) -> str | None:
    """The seal's organisation where it is an authority's name."""
    name = (seal.organisation or "").strip()
    return name if len(name) >= 5 and _AUTHORITY.search(name) else None
