"""Pages, messages, deliveries and watchers of the ledger, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from things import DONE, claimed, packet

from extractor.decisions.heads import HeadMoved, HeadStore, SignedHead
from extractor.jobs.delivery_book import NewDelivery
from extractor.jobs.ledger import Ledger
from extractor.jobs.message_book import RETRY_SECONDS
from extractor.jobs.records import (
    LEASE_SECONDS,
    Artifact,
    JobState,
    NewPacket,
    PacketContent,
    PacketFile,
    PageState,
)

if TYPE_CHECKING:
    from conftest import Clock


def test_a_page_is_charged_only_with_deaths_that_were_seen(ledger: Ledger) -> None:
    job = ledger.jobs.accept(packet()).job
    claim = claimed(ledger)
    ledger.pages.begin(claim, 4)
    ledger.pages.charge(claim, 4, "crash", "进程退出")
    ledger.pages.begin(claim, 4)  # and then the machine went down
    ledger.pages.begin(claim, 5)
    assert ledger.pages.charged(job) == {4: (1, 0)}
    ledger.jobs.gone("me")
    assert ledger.pages.charged(job) == {4: (1, 0)}
    assert [a.outcome for a in ledger.pages.attempts(job, 4)] == ["crash", "lost"]


def test_what_became_of_a_page_is_kept_with_its_reason(ledger: Ledger) -> None:
    job = ledger.jobs.accept(packet()).job
    claim = claimed(ledger)
    ledger.pages.begin(claim, 1)
    ledger.pages.dealt_with(claim, 1, PageState.READ, "", "", 1.5)
    ledger.pages.begin(claim, 2)
    ledger.pages.dealt_with(claim, 2, PageState.QUARANTINED, "crash", "已试 3 次", 0.0)
    one, two = ledger.pages.of(job)
    assert (one.state, one.seconds) == (PageState.READ, 1.5)
    assert (two.state, two.kind, two.message) == (PageState.QUARANTINED, "crash", "已试 3 次")
    assert [a.outcome for a in ledger.pages.attempts(job) if a.page] == ["read", "crash"]


def test_a_retried_job_forgets_what_was_charged_to_its_pages(ledger: Ledger) -> None:
    job = ledger.jobs.accept(packet()).job
    claim = claimed(ledger)
    ledger.pages.begin(claim, 1)
    ledger.pages.charge(claim, 1, "crash", "")
    ledger.jobs.fail(claim, "crash", "…")
    ledger.jobs.retry(job)
    assert ledger.pages.charged(job) == {}


def test_an_ended_job_owes_a_message_to_whom_it_named(ledger: Ledger) -> None:
    job = ledger.jobs.accept(packet(notify="https://portal.example/hook")).job
    assert ledger.messages.claim("sender") is None
    ledger.jobs.finish(claimed(ledger), DONE, ())
    message = ledger.messages.claim("sender")
    assert message is not None
    assert (message.topic, message.target) == ("packet.done", "https://portal.example/hook")
    assert json.loads(message.body)["job"] == job
    assert ledger.messages.claim("another") is None
    assert ledger.messages.sent(message)
    assert ledger.messages.counts()["sent"] == 1


def test_a_message_that_did_not_arrive_is_tried_again_later_and_at_last_given_up(
    ledger: Ledger, clock: Clock
) -> None:
    ledger.jobs.accept(packet(notify="https://portal.example/hook"))
    ledger.jobs.fail(claimed(ledger), "damaged", "文件已损坏")
    for wait in RETRY_SECONDS:
        message = ledger.messages.claim("sender")
        assert message is not None
        assert ledger.messages.not_sent(message, "HTTP 500")
        assert ledger.messages.claim("sender") is None
        clock.now += wait + 1
    last = ledger.messages.claim("sender")
    assert last is not None
    assert ledger.messages.not_sent(last, "HTTP 500")
    clock.now += 10 * RETRY_SECONDS[-1]
    assert ledger.messages.claim("sender") is None
    assert ledger.messages.counts()["dead"] == 1


def test_a_sender_that_dies_loses_its_message_to_another(ledger: Ledger, clock: Clock) -> None:
    ledger.jobs.accept(packet(notify="https://portal.example/hook"))
    ledger.jobs.fail(claimed(ledger), "damaged", "文件已损坏")
    lost = ledger.messages.claim("one")
    assert lost is not None
    clock.now += LEASE_SECONDS + 1
    again = ledger.messages.claim("two")
    assert again is not None
    assert again.id == lost.id
    assert not ledger.messages.sent(lost)
    assert ledger.messages.sent(again)


def owe(ledger: Ledger, ticket: str, result: str = "甲公司", outbox: str = "/out") -> None:
    ledger.jobs.accept(
        packet(data=ticket, key=ticket), NewDelivery(ticket, "/in", outbox, f"{result}.pdf", result)
    )


def test_two_packets_never_get_the_same_result_folder(ledger: Ledger) -> None:
    for ticket, result in (("a", "ABC"), ("b", "abc"), ("c", "ABC"), ("d", "ABC-2")):
        owe(ledger, ticket, result)
    owe(ledger, "e", "ABC", "/elsewhere")
    names = [d.result for d in ledger.deliveries.pending("/in")]
    assert names == ["ABC", "abc-2", "ABC-3", "ABC-2-2", "ABC"]


def test_a_result_folder_may_be_renamed_but_not_into_another_packets(ledger: Ledger) -> None:
    owe(ledger, "a", "甲")
    owe(ledger, "b", "乙")
    assert not ledger.deliveries.rename("b", "甲")
    assert ledger.deliveries.rename("b", "丙")
    assert [d.result for d in ledger.deliveries.pending("/in")] == ["甲", "丙"]


def test_what_is_delivered_is_owed_no_more(ledger: Ledger) -> None:
    owe(ledger, "a")
    ledger.deliveries.delivered("a", "done", "已完成")
    assert ledger.deliveries.pending("/in") == []
    told = ledger.deliveries.get("a")
    assert told is not None
    assert (told.kind, told.delivered, told.note) == ("done", True, "已完成")
    assert ledger.deliveries.get("nobody") is None


def test_a_watcher_says_how_it_goes(ledger: Ledger, clock: Clock) -> None:
    ledger.watchers.beat("/in", "/out", "w1", "running", "", [("大.pdf", "正在写入")])
    clock.now += 3
    ledger.watchers.beat("/in", "/out", "w1", "trouble", "磁盘已满", [])
    (told,) = ledger.watchers.all()
    assert (told.state, told.message, told.waiting) == ("trouble", "磁盘已满", ())
    assert (told.started_at, told.beat_at) == (clock.now - 3, clock.now)


def test_blobs_that_nothing_needs_go_after_a_day_and_others_stay(ledger: Ledger) -> None:
    accepted = ledger.jobs.accept(packet())
    assert ledger.jobs.get(accepted.job).state is JobState.WAITING
    with ledger.blobs.writer() as writer:
        writer.write(b"a")
        kept, _ = writer.keep()  # the content of ``packet()``
    with ledger.blobs.writer() as writer:
        writer.write(b"nobody's")
        young, _ = writer.keep()
    assert ledger.sweep() == 0
    for sha256 in (kept, young):
        os.utime(ledger.blobs.path(sha256), (1, 1))
    assert ledger.sweep() == 1
    assert ledger.blobs.has(kept)
    assert not ledger.blobs.has(young)


def head(hash_: str, length: int = 1, packet: str = "packet-1") -> SignedHead:
    return SignedHead(
        packet=packet, length=length, hash=hash_, at="2026-05-04T01:02:03Z", key="k", signature="00"
    )


def test_a_head_is_kept_whole_and_replaced_only_by_who_knows_it(ledger: Ledger) -> None:
    store: HeadStore = ledger.heads()
    assert store.get_head("packet-1") is None
    store.put_head(head("a"), None)
    with pytest.raises(HeadMoved):
        store.put_head(head("b"), None)
    with pytest.raises(HeadMoved):
        store.put_head(head("b", 2), "z")
    store.put_head(head("b", 2), "a")
    assert store.get_head("packet-1") == head("b", 2)
    assert ledger.heads("other").get_head("packet-1") is None
    assert store.forget_head("packet-1")
    assert not store.forget_head("packet-1")


def test_a_forgotten_packet_leaves_nothing_and_takes_nothing_of_others(ledger: Ledger) -> None:
    def stored(data: bytes) -> str:
        with ledger.blobs.writer() as writer:
            writer.write(data)
            return writer.keep()[0]

    mine, ours = stored(b"a"), stored(b"result")
    owe(ledger, "other")
    job = ledger.jobs.accept(
        packet(data="a", notify="https://portal.example"), NewDelivery("t", "/in", "/out", "a", "a")
    ).job
    kept, gone = claimed(ledger), claimed(ledger)
    assert gone.job == job
    result = Artifact("worksheet.json", ours, 6, "application/json")
    ledger.pages.begin(gone, 1)
    assert ledger.jobs.finish(gone, DONE, (result,))
    assert ledger.jobs.finish(kept, DONE, (result,))
    assert ledger.forget([mine]) == 1
    assert ledger.forget([mine]) == 0
    assert not ledger.blobs.has(mine)
    assert ledger.blobs.has(ours)  # the other packet's result has the same bytes
    assert [j.id for j in ledger.jobs.listed()] == [kept.job]
    assert ledger.deliveries.of_job(job) == []
    assert ledger.pages.attempts(job) == []
    assert ledger.messages.claim("sender") is None
    assert ledger.forget([], [kept.job]) == 1
    assert not ledger.blobs.has(ours)


def test_a_packet_that_shares_a_file_with_a_forgotten_one_stays(ledger: Ledger) -> None:
    form, own = PacketFile("form.pdf", "f" * 64, 1), PacketFile("own.pdf", "b" * 64, 1)
    one = ledger.jobs.accept(of_files(form)).job
    both = ledger.jobs.accept(of_files(form, own)).job
    assert ledger.forget([form.sha256]) == 1
    assert [j.id for j in ledger.jobs.listed()] == [both]
    assert one != both
    assert ledger.forget([form.sha256, own.sha256]) == 1


def of_files(*files: PacketFile) -> NewPacket:
    return NewPacket(PacketContent("folder", files, True), packet().request)
