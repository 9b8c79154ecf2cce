"""The typed client, against the service itself: what goes in, what comes out, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.http_site import Site

from extractor.decisions.model import Action, Correction
from extractor.doors.http import client as client_module
from extractor.doors.http.client import ExtractorClient, ServiceProblem
from extractor.doors.review.store import EXPORTS
from extractor.jobs.records import JobState


class Through(httpx.BaseTransport):
    """To the service in this process."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._site.client.request(
            request.method, str(request.url), headers=dict(request.headers), content=request.read()
        )
        headers = {k: v for k, v in answer.headers.items() if k != "content-encoding"}
        return httpx.Response(answer.status_code, headers=headers, content=answer.content)


def client_of(site: Site, who: str, lang: str = "zh") -> ExtractorClient:
    return ExtractorClient("http://testserver", site.keys[who], lang=lang, transport=Through(site))


@pytest.fixture
def packet(tmp_path: Path) -> Path:
    path = tmp_path / "某公司.pdf"
    path.write_bytes(b"%PDF-1.7 not much of one")
    return path


def test_a_packet_is_handed_in_once_and_found_again(site: Site, packet: Path) -> None:
    with client_of(site, "hand") as desk:
        first = desk.submit(packet, key="k1", scheme="jiangxi_2023")
        again = desk.submit(packet, key="k1", scheme="jiangxi_2023")
        assert (first.fresh, again.fresh, again.id) == (True, False, first.id)
        assert first.name == "某公司.pdf" and first.bytes == packet.stat().st_size
        assert [p.id for p in desk.packets()] == [first.id]
        assert desk.status(first.id).state is JobState.WAITING
        me = desk.me()
        assert (me.name, me.tenant) == ("门户", "city")


def test_a_pre_check_is_handed_in_and_asked_after(site: Site, packet: Path) -> None:
    with client_of(site, "hand") as desk:
        made = desk.precheck(packet, scheme="jiangxi_2023")
        assert desk.prechecked(made.id).result is None
        site.service.prechecks.jobs.cancel(made.id)
        kinds = [event.kind for event in desk.follow(made.id, of="prechecks")]
        assert kinds[-1] == "cancelled"
        filed = desk.submit_prechecked(made.id)
        assert filed.sha256 == made.sha256 and desk.status(filed.id).state is JobState.WAITING
        assert desk.cancel(filed.id).state is JobState.CANCELLED
        with pytest.raises(ServiceProblem, match="已经结束"):
            desk.cancel(filed.id)
        assert desk.retry(filed.id).state is JobState.WAITING


def test_a_result_is_fetched_decided_on_and_judged_otherwise(site: Site) -> None:
    done = site.done_packet()
    with client_of(site, "lead") as desk:
        worksheet = desk.worksheet(done)
        assert worksheet.scheme.id == "jiangxi_2023" and worksheet.facts
        assert {fmt: len(desk.export(done, fmt)) > 500 for fmt in EXPORTS} == dict.fromkeys(
            EXPORTS, True
        )
        page = desk.page(done, 1)
        assert page.page.no == 1 and page.facts
        assert desk.page_image(done, 1)[:2] == b"\xff\xd8"
        before = desk.decisions(done)
        assert before.decisions == [] and not before.signed
        said = Correction(action=Action.COMMENT, on="worksheet", reason="已电话核实")
        after = desk.decide(done, [said], before.head)
        assert [d.reason for d in after.decisions] == ["已电话核实"]
        assert desk.decisions(done).head == after.head != before.head
        other = desk.judge(done, scheme="taiyuan_2023")
        assert (other.scheme, other.kept) == ("taiyuan_2023", False)
        last = list(desk.follow(done))[-1]
        assert last.kind == "done" and [*desk.follow(done, after=last.id - 1)] == [last]


def test_what_is_refused_says_why_in_the_language_asked_for(site: Site) -> None:
    done = site.done_packet()
    with client_of(site, "lead") as desk, pytest.raises(ServiceProblem, match="处理记录") as told:
        desk.decide(done, [Correction(action=Action.COMMENT, on="worksheet", reason="x")], "0" * 64)
    assert (told.value.problem.status, told.value.problem.kind) == (412, "outdated")
    with client_of(site, "lead", "en") as desk:
        head = desk.decisions(done).head
        odd = Correction(action=Action.COMMENT, on="f_nowhere", reason="x")
        with pytest.raises(ServiceProblem, match="this worksheet has no f_nowhere"):
            desk.decide(done, [odd], head)
        with pytest.raises(ServiceProblem, match="lacks the scope 'admin'"):
            desk.forget(done)
    with client_of(site, "boss") as boss:
        boss.forget(done)
        with pytest.raises(ServiceProblem) as gone:
            boss.status(done)
    assert gone.value.problem.status == 404


class Broken(httpx.BaseTransport):
    """A line that breaks after the first event, once."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.headers["last-event-id"])
        return httpx.Response(200, stream=_Events(len(self.asked) == 1))


class _Events(httpx.SyncByteStream):
    def __init__(self, breaks: bool) -> None:
        self._breaks = breaks

    def __iter__(self) -> Iterator[bytes]:
        if self._breaks:
            yield b'retry: 2000\n\nid: 7\nevent: page\ndata: {"no": 1}\n\n'
            raise httpx.ReadError("cut")
        yield b": still here\n\nid: 8\nevent: done\ndata: {}\n\n"


def test_following_goes_on_behind_the_last_event_when_the_line_breaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_module.time, "sleep", lambda _seconds: None)
    line = Broken()
    with ExtractorClient("http://desk", "exk_x", transport=line) as desk:
        assert [(e.id, e.kind) for e in desk.follow("j1")] == [(7, "page"), (8, "done")]
    assert line.asked == ["0", "7"]


def test_what_a_proxy_in_between_says_is_no_riddle() -> None:
    proxy = httpx.MockTransport(lambda _request: httpx.Response(502, text="<html>bad gateway"))
    with (
        ExtractorClient("http://desk", "exk_x", transport=proxy) as desk,
        pytest.raises(ServiceProblem, match="HTTP 502") as told,
    ):
        desk.me()
    assert told.value.problem.kind == "unknown"
