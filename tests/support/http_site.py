"""The service in this process, its runners replaced by the hand of the test; one packet done already."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from extractor.core.worksheet import Worksheet
from extractor.doors.http.service import Service
from extractor.jobs.ledger import Ledger
from extractor.jobs.records import Artifact, Finished, NewPacket, PacketContent, PacketFile, Request
from extractor.setup.case import CaseFile
from extractor.worksheet.json_out import worksheet_bytes
from extractor.worksheet.mask import mask_worksheet
from support.decided import filled_worksheet


@dataclass
class Site:
    """A started service with keys: ``hand`` submits and reads, ``lead`` decides, ``boss`` may all."""

    app: FastAPI
    client: TestClient
    service: Service
    keys: dict[str, str]

    def as_(self, who: str, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[who]}"} | more

    def done_packet(self, tenant: str = "city") -> str:
        """A reviewed packet; gives its id."""
        return done_packet(self.service.ledger, tenant)


def jpeg() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (595, 842), "white").save(stream, "JPEG")
    return stream.getvalue()


def put(ledger: Ledger, content: bytes) -> tuple[str, int]:
    with ledger.blobs.writer() as writer:
        writer.write(content)
        return writer.keep()


def done_packet(ledger: Ledger, tenant: str = "city", worksheet: Worksheet | None = None) -> str:
    source = put(ledger, f"packet of {tenant}".encode())
    content = PacketContent("某公司.pdf", (PacketFile("某公司.pdf", *source),))
    wanted = Request(CaseFile(scheme="jiangxi_2023"), dt.date(2024, 4, 18))
    accepted = ledger.jobs.accept(NewPacket(content, wanted, tenant))
    claim = ledger.jobs.claim("test")
    assert claim is not None and claim.job == accepted.job
    sheet = mask_worksheet(worksheet or filled_worksheet())
    ledger.jobs.progress(claim, 1, 2)
    artifacts = [
        Artifact("worksheet.json", *put(ledger, worksheet_bytes(sheet)), "application/json"),
        Artifact("pages/0001.jpg", *put(ledger, jpeg()), "image/jpeg"),
    ]
    assert ledger.jobs.finish(claim, Finished("complete", 1, 2), artifacts)
    return accepted.job
