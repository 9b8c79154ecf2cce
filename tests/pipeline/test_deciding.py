"""Corrections from start to end: judged at once, chained, signed, frozen, verified."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from support.config import the_tools
from support.decided import cell_of, fact_of, filled_worksheet

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import FactStatus, Outcome, Worksheet
from extractor.decisions.chain import Tampering
from extractor.decisions.heads import FileHeadStore, HeadMoved
from extractor.decisions.model import Action, Correction, DecisionError, Frozen, Opinion, Reviewer
from extractor.decisions.signing import SiteKey, site_key
from extractor.decisions.state import state_of
from extractor.pipeline.deciding import Decided, decide, keep_head, take_back_head, verify
from extractor.pipeline.judging import judge_worksheet, sensitive_fields
from extractor.worksheet.json_out import read_json, worksheet_bytes
from extractor.worksheet.mask import mask_worksheet

AT = dt.datetime(2024, 5, 6, 8, tzinfo=dt.UTC)
WANG, LEAD = Reviewer("王审核"), Reviewer("赵组长", lead=True)
SIGN = Correction(action=Action.SIGN_OFF, on="worksheet")


class Site:
    def __init__(self, folder: Path) -> None:
        self.key: SiteKey = site_key(folder)
        self.heads = FileHeadStore(folder / "heads")

    def decide(
        self, worksheet: Worksheet, *corrections: Correction, who: Reviewer = WANG
    ) -> Worksheet:
        decided = self.tried(worksheet, *corrections, who=who)
        keep_head(decided, self.heads)
        return decided.worksheet

    def tried(
        self, worksheet: Worksheet, *corrections: Correction, who: Reviewer = WANG
    ) -> Decided:
        return decide(
            worksheet, corrections, who, the_tools(), key=self.key, heads=self.heads, at=AT
        )  # fmt: skip

    def troubles(self, worksheet: Worksheet, written: bytes | None = None) -> set[Tampering]:
        found = verify(
            worksheet, the_tools(), key=self.key.public, heads=self.heads, written=written
        )  # fmt: skip
        return {trouble.kind for trouble in found}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def stored() -> Worksheet:
    """As it lies in a result folder: masked."""
    return mask_worksheet(filled_worksheet(), sensitive_fields(the_tools()))


def correct(worksheet: Worksheet, field: str, value: str) -> Correction:
    return Correction(
        action=Action.CORRECT, on=fact_of(worksheet, field).id, value=value, reason="看原件"
    )  # fmt: skip


def outcomes(worksheet: Worksheet, check: str) -> list[Outcome]:
    return [f.outcome for f in worksheet.findings if f.check == check]


def test_a_correction_is_judged_at_once(site: Site, stored: Worksheet) -> None:
    assets = next(c for c in stored.criteria if c.id == "JX23.6.1.assets")
    after = site.decide(stored, correct(stored, "app_total_assets_prev_year_end", "50万元"))
    changed = next(c for c in after.criteria if c.id == "JX23.6.1.assets")
    assert (assets.stated, changed.stated) == ("3150000", "500000")
    assert changed.verdict is not assets.verdict
    assert judge_worksheet(after, the_tools()).criteria == after.criteria


def test_numbers_that_are_masked_are_still_checked_after_a_correction(
    site: Site, stored: Worksheet
) -> None:
    assert outcomes(stored, "ID-14") == [Outcome.FAILED]
    shared = next(f for f in stored.findings if f.check == "SL-05")
    assert shared.outcome is Outcome.FAILED
    right = correct(stored, "app_legal_rep_id_no", valid_id())
    own = Correction(
        action=Action.CORRECT, on=cell_of(stored, "served_list.phone", 1).id, value="13799990001"
    )
    after = site.decide(stored, right, own)
    assert outcomes(after, "ID-14") == [Outcome.PASSED]
    assert valid_id() not in worksheet_bytes(after).decode()
    assert outcomes(after, "SL-05") == outcomes(
        site_free(filled_worksheet(), right, own), "SL-05"
    )  # fmt: skip
    assert judge_worksheet(after, the_tools()).findings == after.findings


def valid_id() -> str:
    from extractor.values.identifiers import id_number_ok

    body = "36010220980312451"  # nobody's: born in 2098
    return next(body + c for c in "0123456789X" if id_number_ok(body + c))


def site_free(worksheet: Worksheet, *corrections: Correction) -> Worksheet:
    """The same corrections put into the unmasked worksheet."""
    from extractor.decisions.apply import apply
    from extractor.worksheet.mask import Hider

    changed = apply(
        worksheet, corrections, WANG, the_tools().catalogue, at="", hide=Hider()
    )  # fmt: skip
    return judge_worksheet(changed, the_tools())


def test_a_removed_row_is_out_of_the_rules_sight(site: Site, stored: Worksheet) -> None:
    row = f"row:{cell_of(stored, 'staff_roster.name', 6).id}"
    after = site.decide(stored, Correction(action=Action.REMOVE_ROW, on=row))
    (before,) = (f for f in stored.findings if f.check == "RO-02")
    (now,) = (f for f in after.findings if f.check == "RO-02")
    assert ("6" in before.message, "5" in now.message) == (True, True)
    assert set(before.facts) - set(now.facts)


def test_what_stands_decided_can_be_read_off(site: Site, stored: Worksheet) -> None:
    criterion = stored.criteria[0].id
    after = site.decide(
        stored,
        Correction(action=Action.DISMISS, on="SL-05", reason="同一园区总机"),
        Correction(action=Action.VERDICT, on=criterion, value="met"),
        Correction(action=Action.ASK, on="SL-01", reason="名单不足"),
        Correction(action=Action.COMMENT, on=criterion, reason="见第 1 页"),
    )
    state = state_of(after)
    finding = next(f for f in after.findings if f.check == "SL-05" and f.outcome == "failed")
    disposition = state.disposition(finding)
    assert disposition is not None
    assert (disposition.action, disposition.stale) == (Action.DISMISS, False)
    changed = finding.model_copy(update={"message": "另一回事"})
    assert state.disposition(changed) is not None
    assert state.disposition(changed).stale  # type: ignore[union-attr]
    assert state.opinion(f"criterion:{criterion}") is Opinion.MET
    assert [d.on for d in state.questions()] == ["finding:SL-01"]
    assert [d.reason for d in state.remarks[f"criterion:{criterion}"]] == ["见第 1 页"]
    assert state.signature is None


def test_decisions_build_on_the_latest_worksheet_only(site: Site, stored: Worksheet) -> None:
    one = correct(stored, "app_staff_total", "25")
    latest = site.decide(stored, one)
    with pytest.raises(HeadMoved):
        site.decide(stored, one)
    both = site.tried(latest, one), site.tried(latest, one)
    keep_head(both[0], site.heads)
    with pytest.raises(HeadMoved):
        keep_head(both[1], site.heads)
    take_back_head(both[0], site.heads)
    keep_head(both[1], site.heads)


def test_what_could_not_be_written_is_taken_back(site: Site, stored: Worksheet) -> None:
    decided = site.tried(stored, correct(stored, "app_staff_total", "25"))
    keep_head(decided, site.heads)
    take_back_head(decided, site.heads)
    assert site.troubles(stored) == set()
    site.decide(stored, correct(stored, "app_staff_total", "26"))


def test_a_chain_that_nobody_here_signed_or_that_is_broken_is_not_built_on(
    site: Site, stored: Worksheet, tmp_path: Path
) -> None:
    after = site.decide(stored, correct(stored, "app_staff_total", "25"))
    elsewhere = Site(tmp_path / "elsewhere")
    with pytest.raises(DecisionError, match="签名记录"):
        elsewhere.decide(after, correct(stored, "app_staff_total", "26"))
    edited = after.decisions[0].model_copy(update={"after": 99})
    with pytest.raises(DecisionError, match="不完好"):
        site.decide(
            after.model_copy(update={"decisions": (edited,)}),
            correct(stored, "app_staff_total", "26"),
        )
    with pytest.raises(DecisionError, match="没有可写入"):
        site.decide(after)


def test_a_signed_worksheet_is_frozen_until_a_lead_reopens_it_with_a_reason(
    site: Site, stored: Worksheet
) -> None:
    change = correct(stored, "app_staff_total", "25")
    reopen = Correction(action=Action.REOPEN, on="worksheet", reason="申请单位补正")
    signed = site.decide(stored, change, SIGN)
    assert state_of(signed).signature is not None
    for refused in (change, Correction(action=Action.COMMENT, on="worksheet", reason="x"), SIGN):
        with pytest.raises(Frozen):
            site.decide(signed, refused)
    with pytest.raises(DecisionError, match="负责人"):
        site.decide(signed, reopen)
    with pytest.raises(DecisionError, match="理由"):
        site.decide(signed, reopen.model_copy(update={"reason": " "}), who=LEAD)
    opened = site.decide(signed, reopen, correct(stored, "app_staff_total", "26"), who=LEAD)
    assert fact_of(opened, "app_staff_total").value == 26
    assert [d.action for d in opened.decisions] == ["correct", "sign_off", "reopen", "correct"]
    with pytest.raises(DecisionError, match="没有签字"):
        site.decide(opened, reopen, who=LEAD)
    assert site.troubles(opened) == set()


def test_every_changed_byte_of_a_signed_worksheet_is_told(
    site: Site, stored: Worksheet, tmp_path: Path
) -> None:
    signed = site.decide(stored, correct(stored, "app_staff_total", "25"), SIGN)
    content = worksheet_bytes(signed)
    path = tmp_path / "worksheet.json"
    path.write_bytes(content)
    assert site.troubles(read_json(path), content) == set()
    missed = []
    for at in range(7, len(content), max(1, len(content) // 120)):
        changed = bytearray(content)
        changed[at] = changed[at] ^ 1
        path.write_bytes(bytes(changed))
        try:
            found = site.troubles(read_json(path), bytes(changed))
        except ExtractorError:
            continue  # no worksheet any more: told as such
        if not found:
            missed.append((at, content[max(0, at - 20) : at + 20]))
    assert missed == []


def test_reformatting_a_signed_file_is_told_apart_from_changing_it(
    site: Site, stored: Worksheet
) -> None:
    signed = site.decide(stored, SIGN)
    other = json.dumps(json.loads(worksheet_bytes(signed))).encode()
    assert site.troubles(signed, other) == {Tampering.BYTES}
    info = signed.packet.model_copy(update={"name": "别的.pdf"})
    assert site.troubles(signed.model_copy(update={"packet": info})) == {Tampering.CONTENT}


def test_a_signed_worksheet_judged_otherwise_is_not_the_signed_one(
    site: Site, stored: Worksheet
) -> None:
    signed = site.decide(stored, SIGN)
    other = judge_worksheet(signed, the_tools(), "taiyuan_2023")
    found = verify(other, the_tools(), key=site.key.public, heads=site.heads)
    assert [t.kind for t in found] == [Tampering.CONTENT]
    assert "taiyuan_2023" in found[0].message


def test_an_unmasked_copy_of_a_signed_worksheet_is_the_signed_one(site: Site) -> None:
    signed = site.decide(filled_worksheet(), SIGN)
    masked = mask_worksheet(signed, sensitive_fields(the_tools()))
    assert masked != signed
    assert site.troubles(signed) == set()
    assert site.troubles(masked) == set()


def test_a_value_changed_past_the_record_is_told_even_before_signing(
    site: Site, stored: Worksheet
) -> None:
    added = Correction(action=Action.ADD_ROW, on="staff_roster", cells={"name": "周强"}, page=2)
    gone = Correction(
        action=Action.REMOVE_ROW, on=f"row:{cell_of(stored, 'staff_roster.name', 2).id}"
    )  # fmt: skip
    after = site.decide(stored, correct(stored, "app_staff_total", "25"), added, gone)
    assert site.troubles(after) == set()
    fact = fact_of(after, "app_staff_total")
    for edit in ({"value": 99}, {"status": FactStatus.REJECTED}):
        edited = fact.model_copy(update=edit)
        facts = tuple(edited if f.id == fact.id else f for f in after.facts)
        assert site.troubles(after.model_copy(update={"facts": facts})) == {Tampering.CONTENT}
    forged = fact_of(after, "app_org_name").model_copy(update={"status": FactStatus.CORRECTED})
    facts = tuple(forged if f.id == forged.id else f for f in after.facts)
    assert site.troubles(after.model_copy(update={"facts": facts})) == {Tampering.CONTENT}
    restored = site.decide(
        after,
        gone.model_copy(update={"action": Action.RESTORE}),
        Correction(action=Action.RESTORE, on=fact.id),
    )
    assert site.troubles(restored) == set()
