"""Jobs of the ledger, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from things import DONE, claimed, content, packet, request

from extractor.core.errors import UsageError
from extractor.jobs.delivery_book import NewDelivery
from extractor.jobs.job_book import KeyConflict
from extractor.jobs.ledger import Ledger, LedgerPlace, open_ledger
from extractor.jobs.records import (
    CRASHES,
    LEASE_SECONDS,
    LOSSES,
    Artifact,
    JobState,
    NewPacket,
    Request,
    same_work_key,
)

if TYPE_CHECKING:
    from conftest import Clock

SHEET = Artifact("worksheet.json", "ab" * 32, 12, "application/json")


def state(ledger: Ledger, job: str) -> JobState:
    return ledger.jobs.get(job).state


def test_an_accepted_packet_is_found_again_by_another_process(
    ledger: Ledger, place: LedgerPlace
) -> None:
    accepted = ledger.jobs.accept(packet("乙公司.pdf"))
    other = open_ledger(place)
    job = other.jobs.get(accepted.job)
    assert (job.name, job.state, job.request) == ("乙公司.pdf", JobState.WAITING, request())
    assert other.jobs.content(accepted.packet) == content("乙公司.pdf")
    other.close()


def test_jobs_are_claimed_in_the_order_of_arrival_even_if_the_clock_goes_back(
    ledger: Ledger, clock: Clock
) -> None:
    first = ledger.jobs.accept(packet(data="1"))
    clock.now -= 3600
    second = ledger.jobs.accept(packet(data="2"))
    assert [claimed(ledger).job, claimed(ledger).job] == [first.job, second.job]
    assert ledger.jobs.claim("me") is None


def test_many_claimants_at_once_never_get_the_same_job(ledger: Ledger) -> None:
    jobs = [ledger.jobs.accept(packet(data=str(n))).job for n in range(30)]
    got: list[str] = []

    def work(owner: str) -> None:
        while (claim := ledger.jobs.claim(owner)) is not None:
            got.append(claim.job)
            assert ledger.jobs.finish(claim, DONE, ())

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(got) == Counter(jobs)


def test_a_finished_job_has_its_files_and_says_how_it_ended(ledger: Ledger, clock: Clock) -> None:
    job = ledger.jobs.accept(packet()).job
    claim = claimed(ledger)
    clock.now += 5
    assert ledger.jobs.finish(claim, DONE, (SHEET,))
    told = ledger.jobs.get(job)
    assert (told.state, told.outcome, told.pages_done) == (JobState.DONE, "complete", 3)
    assert told.ended_at == clock.now
    assert ledger.jobs.artifacts(job) == (SHEET,)
    assert [e.kind for e in ledger.jobs.events(job)] == ["accepted", "started", "done"]


def test_who_lost_its_lease_cannot_end_the_job(ledger: Ledger, clock: Clock) -> None:
    ledger.jobs.accept(packet())
    old = claimed(ledger, "one")
    clock.now += LEASE_SECONDS + 1
    new = claimed(ledger, "two")
    assert new.job == old.job
    assert not ledger.jobs.beat(old)
    assert not ledger.jobs.progress(old, 1, 3)
    assert not ledger.jobs.finish(old, DONE, (SHEET,))
    assert not ledger.jobs.fail(old, "x", "y")
    assert not ledger.jobs.give_back(old)
    assert ledger.jobs.finish(new, DONE, ())
    assert ledger.jobs.artifacts(new.job) == ()


def test_the_same_owner_cannot_end_a_job_by_an_older_claim(ledger: Ledger, clock: Clock) -> None:
    ledger.jobs.accept(packet())
    old = claimed(ledger)
    clock.now += LEASE_SECONDS + 1
    new = claimed(ledger)
    assert not ledger.jobs.finish(old, DONE, ())
    assert ledger.jobs.finish(new, DONE, ())


def test_a_beat_holds_the_lease(ledger: Ledger, clock: Clock) -> None:
    ledger.jobs.accept(packet())
    claim = claimed(ledger)
    for _ in range(3):
        clock.now += LEASE_SECONDS * 0.9
        assert ledger.jobs.beat(claim)
    assert ledger.jobs.claim("other") is None


def test_a_clock_set_back_neither_frees_a_lease_nor_holds_it_for_ever(
    ledger: Ledger, clock: Clock
) -> None:
    ledger.jobs.accept(packet())
    claim = claimed(ledger)
    clock.now -= 30
    assert ledger.jobs.claim("other") is None  # still held
    clock.now -= 3600
    assert ledger.jobs.beat(claim)  # its owner lives on
    assert ledger.jobs.claim("other") is None
    clock.now -= 3600  # and now its owner is gone without a word
    assert claimed(ledger, "other").job == claim.job


def test_a_job_given_back_waits_as_long_as_told_and_not_longer(
    ledger: Ledger, clock: Clock
) -> None:
    job = ledger.jobs.accept(packet()).job
    assert ledger.jobs.give_back(claimed(ledger), "磁盘已满", 30)
    assert ledger.jobs.claim("me") is None
    assert ledger.jobs.get(job).reason == "磁盘已满"
    clock.now += 31
    assert claimed(ledger).job == job
    assert ledger.jobs.get(job).crashes == 0


def test_a_wait_from_before_the_clock_was_set_back_does_not_last(
    ledger: Ledger, clock: Clock
) -> None:
    job = ledger.jobs.accept(packet()).job
    ledger.jobs.give_back(claimed(ledger), "磁盘已满", 30)
    clock.now -= 2 * 3600
    assert claimed(ledger).job == job


def test_a_job_whose_worker_is_seen_to_die_again_and_again_fails(ledger: Ledger) -> None:
    job = ledger.jobs.accept(packet()).job
    for n in range(CRASHES):
        assert state(ledger, job) is JobState.WAITING
        claimed(ledger, f"worker {n}")
        assert ledger.jobs.crashed(f"worker {n}", "signal 9") == [job]
    told = ledger.jobs.get(job)
    assert (told.state, told.reason_kind) == (JobState.FAILED, "crash")
    assert "意外退出" in told.reason
    outcomes = [a.outcome for a in ledger.pages.attempts(job, 0)]
    assert outcomes == ["crash"] * CRASHES


def test_losses_that_nobody_saw_are_forgiven_often_but_not_for_ever(ledger: Ledger) -> None:
    job = ledger.jobs.accept(packet()).job
    for n in range(LOSSES):
        claimed(ledger, f"worker {n}")
        assert f"worker {n}" in ledger.jobs.owners()
        assert ledger.jobs.gone(f"worker {n}") == [job]
        assert state(ledger, job) is JobState.WAITING
    assert ledger.jobs.claim("me") is None
    assert ledger.jobs.get(job).reason_kind == "lost"


def test_the_same_key_gives_the_same_job(ledger: Ledger) -> None:
    first = ledger.jobs.accept(packet(key="k1"))
    again = ledger.jobs.accept(packet(key="k1"))
    assert (first.fresh, again.fresh) == (True, False)
    assert again.job == first.job
    assert ledger.jobs.counts()[JobState.WAITING] == 1
    assert ledger.jobs.accept(packet(key="k1", tenant="other")).fresh


def test_the_same_key_for_another_packet_is_refused(ledger: Ledger) -> None:
    ledger.jobs.accept(packet(key="k1"))
    with pytest.raises(KeyConflict):
        ledger.jobs.accept(packet(key="k1", data="b"))
    other = NewPacket(content(), request("national_2025_draft"), idempotency_key="k1")
    with pytest.raises(KeyConflict):
        ledger.jobs.accept(other)
    next_day = NewPacket(content(), request(day=dt.date(2026, 5, 5)), idempotency_key="k1")
    assert not ledger.jobs.accept(next_day).fresh


def test_the_same_work_is_done_once_whatever_the_file_is_called(ledger: Ledger) -> None:
    first = ledger.jobs.accept(packet("一.pdf", once=True))
    again = ledger.jobs.accept(packet("二.pdf", once=True))
    assert again.job == first.job
    assert not again.fresh
    assert ledger.jobs.accept(packet("三.pdf", "other", once=True)).fresh
    assert ledger.jobs.accept(packet("一.pdf")).fresh  # not asked to share


def test_the_same_work_is_not_the_same_under_other_rules_or_questions() -> None:
    held = content()
    key = same_work_key(held, request(), "1")
    assert key == same_work_key(held, request(day=dt.date(2027, 1, 1)), "1")
    assert key != same_work_key(held, request(), "2")
    assert key != same_work_key(held, request("national_2025_draft"), "1")
    assert key != same_work_key(content(data="b"), request(), "1")


def test_accepting_the_same_work_from_many_sides_at_once_makes_one_job(ledger: Ledger) -> None:
    jobs: list[str] = []

    def accept() -> None:
        jobs.append(ledger.jobs.accept(packet(once=True)).job)

    threads = [threading.Thread(target=accept) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs) == 8
    assert len(set(jobs)) == 1


def test_what_failed_is_tried_again_when_it_is_handed_in_again(ledger: Ledger) -> None:
    first = ledger.jobs.accept(packet(once=True))
    ledger.jobs.fail(claimed(ledger), "damaged", "文件已损坏")
    assert ledger.jobs.accept(packet(once=True)).job == first.job
    assert state(ledger, first.job) is JobState.WAITING
    assert ledger.jobs.get(first.job).reason == ""


def test_a_running_job_can_be_cancelled_and_its_worker_learns_of_it(ledger: Ledger) -> None:
    job = ledger.jobs.accept(packet()).job
    claim = claimed(ledger)
    assert ledger.jobs.cancel(job)
    assert not ledger.jobs.beat(claim)
    assert not ledger.jobs.finish(claim, DONE, (SHEET,))
    assert state(ledger, job) is JobState.CANCELLED
    assert not ledger.jobs.cancel(job)


def test_a_job_retried_starts_from_a_clean_slate(ledger: Ledger) -> None:
    job = ledger.jobs.accept(packet()).job
    assert not ledger.jobs.retry(job)  # not ended yet
    ledger.jobs.finish(claimed(ledger), DONE, (SHEET,))
    assert ledger.jobs.retry(job)
    told = ledger.jobs.get(job)
    assert (told.state, told.outcome, told.pages_done) == (JobState.WAITING, None, 0)
    assert ledger.jobs.artifacts(job) == ()


def test_a_job_whose_originals_went_back_is_not_retried_from_nothing(ledger: Ledger) -> None:
    accepted = ledger.jobs.accept(packet())
    ledger.jobs.fail(claimed(ledger), "damaged", "文件已损坏")
    ledger.release(accepted.packet)
    with pytest.raises(UsageError, match="收件夹"):
        ledger.jobs.retry(accepted.job)


def test_a_job_nobody_knows_is_said_to_be_unknown(ledger: Ledger) -> None:
    for ask in (ledger.jobs.get, ledger.jobs.cancel, ledger.jobs.retry):
        with pytest.raises(UsageError, match="没有编号为 nobody"):
            ask("nobody")


def test_progress_is_told_page_by_page_and_renews_the_lease(ledger: Ledger, clock: Clock) -> None:
    job = ledger.jobs.accept(packet()).job
    claim = claimed(ledger)
    clock.now += LEASE_SECONDS - 1
    assert ledger.jobs.progress(claim, 2, 7)
    clock.now += LEASE_SECONDS - 1
    assert ledger.jobs.claim("other") is None
    told = ledger.jobs.get(job)
    assert (told.pages_done, told.pages_total) == (2, 7)
    last = ledger.jobs.events(job)[-1]
    assert (last.kind, last.data) == ("page", {"no": 2, "total": 7})
    assert ledger.jobs.events(job, after=last.seq) == []


def test_the_list_is_newest_first_and_can_be_narrowed(ledger: Ledger) -> None:
    one = ledger.jobs.accept(packet(data="1")).job
    two = ledger.jobs.accept(packet(data="2", tenant="other")).job
    ledger.jobs.fail(claimed(ledger), "damaged", "文件已损坏")
    assert [j.id for j in ledger.jobs.listed()] == [two, one]
    assert [j.id for j in ledger.jobs.listed(states=[JobState.FAILED])] == [one]
    assert [j.id for j in ledger.jobs.listed(tenant="other")] == [two]
    assert ledger.jobs.counts()[JobState.FAILED] == 1


def test_a_request_comes_back_as_it_was_stored() -> None:
    asked = request()
    assert Request.from_json(asked.to_json()) == asked


def test_a_packet_and_its_delivery_are_accepted_together_or_not_at_all(ledger: Ledger) -> None:
    delivery = NewDelivery("t1", "/in", "/out", "甲公司.pdf", "甲公司")
    job = ledger.jobs.accept(packet(key="t1"), delivery).job
    assert ledger.jobs.accept(packet(key="t1"), delivery).job == job  # after a restart
    (owed,) = ledger.deliveries.pending("/in")
    assert (owed.ticket, owed.job, owed.result) == ("t1", job, "甲公司")
