"""Uploads: what is kept, what is refused and when, and that nothing is left of what was refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.http_site import Site

from extractor.doors.http.multipart import BadMultipart, MultipartReader, boundary_of
from extractor.doors.http.uploads import clean_name


class Collected:
    """Parts as they come."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, str | None, bytes]] = []
        self.ended = 0

    def begin(self, name: str, filename: str | None) -> None:
        self.parts.append((name, filename, b""))

    def data(self, chunk: bytes) -> None:
        name, filename, before = self.parts[-1]
        self.parts[-1] = (name, filename, before + chunk)

    def end(self) -> None:
        self.ended += 1


def form(*parts: tuple[str, str | None, bytes], boundary: bytes = b"xYz") -> bytes:
    out = b""
    for name, filename, content in parts:
        told = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
        out += b"--" + boundary + b"\r\nContent-Disposition: " + told.encode() + b"\r\n\r\n"
        out += content + b"\r\n"
    return out + b"--" + boundary + b"--\r\n"


@given(
    contents=st.lists(
        st.binary(max_size=60) | st.sampled_from([b"\r\n--xY", b"\r\n--xYq", b"\r\n\r\n"]),
        max_size=4,
    ),
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=30),
)
def test_a_form_reads_the_same_however_it_is_cut(contents: list[bytes], cuts: list[int]) -> None:
    parts = [("file", f"第{n}.pdf", c) for n, c in enumerate(contents)]
    if any(b"\r\n--xYz" in b"\r\n" + c for c in contents):
        return  # a sender chooses a boundary that does not occur
    body = form(*parts)
    seen = Collected()
    reader = MultipartReader(b"xYz", seen)
    at = turn = 0
    while at < len(body):
        step = cuts[turn % len(cuts)]
        reader.feed(body[at : at + step])
        at, turn = at + step, turn + 1
    assert reader.is_done
    assert seen.parts == parts and seen.ended == len(parts)


@given(st.binary(max_size=300))
def test_what_is_no_form_ends_in_words_or_stays_undone(body: bytes) -> None:
    reader = MultipartReader(b"xYz", Collected())
    try:
        reader.feed(b"--xYz" + body)
    except BadMultipart:
        return
    assert reader.is_done == body.startswith(b"--") or b"--xYz--" in b"\r\n--xYz" + body


@pytest.mark.parametrize("kind", ["multipart/form-data", 'multipart/form-data; boundary="é\n"'])
def test_a_form_without_a_usable_boundary_is_refused(kind: str) -> None:
    with pytest.raises(BadMultipart):
        boundary_of(kind)


@given(st.text(max_size=300))
def test_any_name_becomes_one_component_of_a_path(name: str) -> None:
    kept = clean_name(name)
    assert kept and "/" not in kept and "\\" not in kept and kept not in (".", "..")
    assert kept.isprintable() and len(kept.encode("utf-8", "surrogateescape")) <= 200


def test_a_raw_upload_is_kept_under_its_hash_and_answered_once(site: Site) -> None:
    answer = site.client.post(
        "/v1/packets?name=../申报 材料.pdf&scheme=jiangxi_2023", content=b"%PDF-1.7 ...",
        headers=site.as_("hand"),
    )  # fmt: skip
    told = answer.json()
    assert (answer.status_code, told["name"], told["state"]) == (202, "申报 材料.pdf", "waiting")
    sha256 = hashlib.sha256(b"%PDF-1.7 ...").hexdigest()
    assert told["sha256"] == sha256 and site.service.ledger.blobs.has(sha256)
    assert answer.headers["Location"] == f"/v1/packets/{told['id']}"


def test_the_same_upload_twice_is_one_packet_and_a_key_stands_for_one(site: Site) -> None:
    def put(content: bytes, name: str = "a.pdf") -> tuple[int, dict[str, object]]:
        answer = site.client.put(
            f"/v1/uploads/case-7?name={name}", content=content, headers=site.as_("hand")
        )
        return answer.status_code, answer.json()

    first, again, other = put(b"one"), put(b"one"), put(b"two")
    assert first[0] == again[0] == 202 and first[1]["id"] == again[1]["id"]
    assert first[1]["fresh"] and not again[1]["fresh"]
    assert other[0] == 409 and other[1]["kind"] == "conflict"


def test_files_of_a_form_are_one_packet_and_its_fields_are_the_case(site: Site) -> None:
    body = form(
        ("scheme", None, b"jiangxi_2023"), ("file", "表.pdf", b"1"), ("file", "表.pdf", b"2"),
        ("file", "", b""), boundary=b"B",
    )  # fmt: skip
    headers = site.as_("hand", **{"Content-Type": "multipart/form-data; boundary=B"})
    answer = site.client.post("/v1/packets", content=body, headers=headers)
    assert answer.status_code == 202, answer.text
    job = site.service.ledger.jobs.get(answer.json()["id"])
    content = site.service.ledger.jobs.content(job.packet)
    assert [f.path for f in content.files] == ["表.pdf", "表-2.pdf"] and content.is_folder
    assert job.request.case.scheme == "jiangxi_2023"


def leftovers(site: Site) -> list[Path]:
    folder = site.service.ledger.blobs.folder
    return [p for p in folder.rglob("*") if p.is_file()]


def test_what_is_declared_too_large_is_refused_before_it_is_taken(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(max_upload_bytes=1000)
    answer = site.client.post(
        "/v1/packets?name=a.pdf", content=b"x" * 1001, headers=site.as_("hand")
    )
    assert (answer.status_code, answer.json()["kind"]) == (413, "too_large")
    assert leftovers(site) == []


def test_what_turns_out_too_large_is_refused_and_nothing_is_left(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(max_upload_bytes=3_000_000)

    def body() -> Iterator[bytes]:
        for _ in range(6):
            yield bytes(1_000_000)

    raw = site.client.post("/v1/packets?name=a.pdf", content=body(), headers=site.as_("hand"))
    assert raw.status_code == 413
    sent = form(("file", "a.pdf", bytes(3_000_001)), boundary=b"B")
    headers = site.as_("hand", **{"Content-Type": "multipart/form-data; boundary=B"})
    assert site.client.post("/v1/packets", content=sent, headers=headers).status_code == 413
    assert leftovers(site) == []


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"", 422, "invalid"),
        (b"--B\r\n", 400, "bad_request"),
        (b"--B\r\nno colon\r\n\r\n--B--", 400, "bad_request"),
        (form(("scheme", None, b"nowhere"), ("file", "a", b"1"), boundary=b"B"), 422, "invalid"),
        (form(("what", None, b"?"), ("file", "a", b"1"), boundary=b"B"), 422, "invalid"),
        (form(("scheme", None, b"x" * 9999), ("file", "a", b"1"), boundary=b"B"), 422, "invalid"),
        (form(boundary=b"B"), 422, "invalid"),
    ],
)
def test_bad_forms_are_refused_in_words(site: Site, body: bytes, status: int, kind: str) -> None:
    kind_of = "multipart/form-data; boundary=B" if body else "application/octet-stream"
    headers = site.as_("hand", **{"Content-Type": kind_of, "Accept-Language": "en"})
    answer = site.client.post("/v1/packets", content=body, headers=headers)
    told = answer.json()
    assert (answer.status_code, told["kind"]) == (status, kind)
    assert answer.headers["Content-Language"] == "en" and told["detail_zh"]
    assert not any(p.suffix == ".part" for p in leftovers(site))


def test_an_upload_that_stalls_is_ended(make_site: Callable[..., Site]) -> None:
    import asyncio

    from fastapi import Request

    from extractor.doors.http.problems import Trouble
    from extractor.doors.http.uploads import take_upload

    site = make_site(upload_idle_seconds=0.05)

    async def never() -> dict[str, object]:
        await asyncio.sleep(30)
        return {}

    request = Request({"type": "http", "method": "POST", "headers": []}, never)
    with pytest.raises(Trouble) as refused:
        asyncio.run(take_upload(request, "a.pdf", site.service.settings, site.service.ledger.blobs))
    assert refused.value.kind == "timeout" and leftovers(site) == []
