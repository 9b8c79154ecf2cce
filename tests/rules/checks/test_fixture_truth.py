"""The checks over what really stands in the sample packets: truth files instead of reading.

So a fault here is a fault of the rules or of the fixture, never of the reading.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from extractor.core.worksheet import (
    Case,
    CaseEntry,
    Document,
    Fact,
    FactStatus,
    Finding,
    Method,
    Outcome,
    PacketInfo,
    PageInfo,
    Reading,
    Row,
    RowSet,
    SealInfo,
    Severity,
    content_id,
)
from extractor.rules.evaluate import judge
from extractor.setup.catalogue import Catalogue, FieldSpec
from extractor.values.parse import parse_value
from extractor.values.parsed import UnitContext

SCANS = Path(__file__).resolve().parents[3] / "fixtures" / "scans"
PACKETS = ("jiangxi-clean", "jiangxi-defects", "national-defects")


def truth_of(name: str) -> Mapping:
    file = SCANS / name / "truth.json"
    if not file.is_file():
        pytest.skip(f"fixtures/scans/{name} is not built; run: make fixtures")
    return json.loads(file.read_text(encoding="utf-8"))


def as_fact(spec: FieldSpec, entry: Mapping, document: str, catalogue: Catalogue, row=None) -> Fact:
    value = entry["value"]
    value = tuple(value) if isinstance(value, list) else value
    enum = catalogue.enums[spec.enum].labels if spec.enum else None
    unit = spec.unit if spec.type != "money" or spec.unit in ("元", "万元") else "元"
    parsed = parse_value(
        spec.type, entry["raw"] or "", units=UnitContext(header=unit), enum=enum or {}
    )
    extra = {"printed": parsed.printed} if parsed is not None else {}
    return Fact(
        id=content_id("f", spec.id, document, row, entry["page"], entry["box"]),
        field=spec.id,
        value=value,
        raw=entry["raw"],
        document=document,
        page=entry["page"],
        box=tuple(entry["box"]) if entry["box"] else None,
        confidence=0.99,
        method=Method.OCR_CELL,
        status=FactStatus.CERTAIN,
        **extra,
    )


def reading_of(truth: Mapping, catalogue: Catalogue) -> Reading:
    seals: dict[str, list[SealInfo]] = {}
    for page in truth["pages"]:
        for seal in page["seals"]:
            info = SealInfo(page=page["no"], box=tuple(seal["box"]), confidence=0.9)
            seals.setdefault(page["document"], []).append(info)
    return Reading(
        packet=PacketInfo(id="p", name=truth["packet"], received_at="", files=()),
        pages=tuple(
            PageInfo(
                no=p["no"], file=p["file"], page_in_file=p["page_in_file"], quality=1.0,
                width_pt=p["width_pt"], height_pt=p["height_pt"], source="ocr",
                rotation_deg=p["rotation_deg"], skew_deg=p["skew_deg"], document=p["document"],
            )
            for p in truth["pages"]
        ),
        documents=tuple(
            Document(
                id=d["id"], type=d["type"], title="", pages=tuple(d["pages"]), confidence=1.0,
                seals=tuple(seals.get(d["id"], ())),
            )
            for d in truth["documents"]
        ),
        facts=tuple(
            as_fact(catalogue.spec(f["field"]), f, f["document"], catalogue)
            for f in truth["facts"]
        ),
        rows=tuple(
            RowSet(
                field=r["field"],
                document=r["document"],
                pages=tuple(sorted({c["page"] for row in r["rows"] for c in row["cells"].values()})),
                rows=tuple(
                    Row(
                        no=row["no"],
                        cells={
                            k: as_fact(catalogue.spec(k), c, r["document"], catalogue, row["no"])
                            for k, c in row["cells"].items()
                        },
                    )
                    for row in r["rows"]
                ),
            )
            for r in truth["rows"]
        ),
        problems=(),
    )  # fmt: skip


def case_of(truth: Mapping) -> Case:
    told = truth["case"]
    return Case(
        filing_date=CaseEntry(value=told["filing_date"], source="option"),
        filing_year=CaseEntry(value=told["filing_year"], source="option"),
        region=CaseEntry(value=told["region"], source="option"),
        functions=CaseEntry(value=tuple(told["functions"]), source="option"),
    )


@pytest.fixture(scope="module", params=PACKETS)
def judged(request, catalogue, schemes) -> tuple[Mapping, tuple[Finding, ...]]:
    truth = truth_of(request.param)
    case = case_of(truth)
    scheme = schemes[truth["scheme"]]
    return truth, judge(reading_of(truth, catalogue), case, scheme, catalogue).findings


def test_each_planted_defect_fails_its_check_and_cites_its_page(judged) -> None:
    truth, findings = judged
    for expected in truth["findings"]:
        failed = [f for f in findings if f.check == expected["check"] and f.outcome == "failed"]
        assert failed, (expected, [f.message for f in findings if f.check == expected["check"]])
        cited = {page for f in failed for page in f.pages}
        assert set(expected["pages"]) <= cited, (expected, failed)


def test_no_error_fails_that_was_not_planted(judged) -> None:
    truth, findings = judged
    known = {e["check"] for e in (*truth["findings"], *truth["companions"])}
    odd = [
        (f.check, f.message)
        for f in findings
        if f.outcome is Outcome.FAILED and f.severity is Severity.ERROR and f.check not in known
    ]
    assert odd == []


def test_warnings_beyond_the_planted_ones_are_few(judged) -> None:
    truth, findings = judged
    known = {e["check"] for e in (*truth["findings"], *truth["companions"])}
    odd = [
        (f.check, f.message)
        for f in findings
        if f.outcome is Outcome.FAILED and f.severity is Severity.WARN and f.check not in known
    ]
    assert odd == []


def test_most_checks_that_can_run_do(judged) -> None:
    _, findings = judged
    assert sum(f.outcome is not Outcome.NOT_RUN for f in findings) >= 80


def blurred(reading: Reading, share: float, seed: int) -> Reading:
    """The reading with a share of its values unreadable: something stands there, no value."""
    luck = random.Random(seed)

    def blur(fact: Fact) -> Fact:
        if luck.random() >= share:
            return fact
        update = {"value": None, "raw": "#", "confidence": 0.3, "status": FactStatus.DOUBTFUL}
        return fact.model_copy(update=update)

    return reading.model_copy(
        update={
            "facts": tuple(blur(f) for f in reading.facts),
            "rows": tuple(
                rows.model_copy(
                    update={
                        "rows": tuple(
                            row.model_copy(
                                update={"cells": {k: blur(f) for k, f in row.cells.items()}}
                            )
                            for row in rows.rows
                        )
                    }
                )
                for rows in reading.rows
            ),
        }
    )


def thinned(reading: Reading, share: float, seed: int) -> Reading:
    """The reading without a share of its single values and cells: nobody found them."""
    luck = random.Random(seed)

    def keep() -> bool:
        return luck.random() >= share

    return reading.model_copy(
        update={
            "facts": tuple(f for f in reading.facts if keep()),
            "rows": tuple(
                rows.model_copy(
                    update={
                        "rows": tuple(
                            row.model_copy(
                                update={"cells": {k: f for k, f in row.cells.items() if keep()}}
                            )
                            for row in rows.rows
                        )
                    }
                )
                for rows in reading.rows
            ),
        }
    )


@pytest.mark.parametrize("worsen", [blurred, thinned])
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
def test_what_nobody_could_read_is_never_held_against_the_applicant(
    share: float, seed: int, worsen, catalogue, schemes
) -> None:
    truth = truth_of("jiangxi-clean")
    reading = worsen(reading_of(truth, catalogue), share, seed)
    scheme = schemes[truth["scheme"]]
    findings = judge(reading, case_of(truth), scheme, catalogue).findings
    errors = [
        (f.check, f.message)
        for f in findings
        if f.outcome is Outcome.FAILED and f.severity is Severity.ERROR
    ]
    assert errors == []
