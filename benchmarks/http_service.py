"""The service under load: limits, many uploads, slow clients, status requests a second.

    python benchmarks/http_service.py [limit] [uploads] [loris] [status]

Starts the service in a process of its own, without page workers, and prints one line a measurement. Exit
code 1: a promise was broken.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx

from extractor.doors.http.app import create_app
from extractor.doors.http.keys import KeyFile, Role
from extractor.doors.http.server import serve_app
from extractor.doors.http.settings import ServiceSettings

MB = 1 << 20


def _serve(state: Path, port: int, limit: int) -> None:
    settings = ServiceSettings(
        state=state, run_jobs=False, run_prechecks=False, max_upload_bytes=limit,
        requests_per_minute=0,
    )  # fmt: skip
    serve_app(create_app(settings), "127.0.0.1", port)


@contextlib.contextmanager
def service(limit: int = 2048 * MB) -> Iterator[tuple[str, dict[str, str], int]]:
    """Address, headers and process id of a service that answers."""
    with tempfile.TemporaryDirectory(prefix="extractor-http-") as folder:
        state = Path(folder)
        key, _ = KeyFile(state / "keys.json").make("bench", Role.ADMIN, "bench")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(state, port, limit)
        )
        process.start()
        base = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                with contextlib.suppress(httpx.HTTPError):
                    if httpx.get(f"{base}/healthz").status_code == 200:
                        break
                time.sleep(0.1)
            assert process.pid is not None
            yield base, {"Authorization": f"Bearer {key}"}, process.pid
        finally:
            process.terminate()
            process.join(15)


def memory(pid: int, what: str = "VmRSS") -> float:
    """Megabytes of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise ValueError(what)


def limit() -> bool:
    """A 200 MB chunked upload against a limit of 50 MB."""
    with service(50 * MB) as (base, headers, pid):
        httpx.post(f"{base}/v1/packets?name=small.pdf", headers=headers, content=b"x" * MB)
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from here
        before, sent = memory(pid), 0

        def body() -> Iterator[bytes]:
            nonlocal sent
            for _ in range(200):
                sent += MB
                yield bytes(MB)

        answer = httpx.post(
            f"{base}/v1/packets?name=big.pdf", headers=headers, content=body(), timeout=120
        )
        grown = memory(pid, "VmHWM") - before
        declared = httpx.post(
            f"{base}/v1/packets?name=big.pdf", headers=headers, content=bytes(60 * MB), timeout=60
        )
    print(f"limit 50 MB, 200 MB chunked: {answer.status_code}, grew {grown:.1f} MB at most, "
          f"{sent // MB} MB sent; 60 MB declared: {declared.status_code}")  # fmt: skip
    return answer.status_code == declared.status_code == 413 and grown < 50


async def _uploads(base: str, headers: dict[str, str], pid: int) -> bool:
    async def body(no: int) -> AsyncIterator[bytes]:
        for part in range(20):
            yield bytes([no, part]) * (MB // 2)

    async with httpx.AsyncClient(timeout=600, limits=httpx.Limits(max_connections=64)) as client:
        began = time.monotonic()
        answers = await asyncio.gather(
            *(
                client.post(f"{base}/v1/packets?name={no}.pdf", headers=headers, content=body(no))
                for no in range(64)
            )
        )
        spent = time.monotonic() - began
        kept = (await client.get(f"{base}/v1/packets?limit=1000", headers=headers)).json()
    good = sum(a.status_code == 202 for a in answers)
    hashes = {p["sha256"] for p in kept["packets"]}
    whole = sum(p["bytes"] == 20 * MB for p in kept["packets"])
    print(f"64 uploads of 20 MB at once: {good} accepted, {len(hashes)} kept, {whole} whole, "
          f"{spent:.1f} s, {64 * 20 / spent:.0f} MB/s, {memory(pid):.0f} MB resident")  # fmt: skip
    return good == len(hashes) == whole == 64


def uploads() -> bool:
    """64 packets of 20 MB handed in at once."""
    with service() as (base, headers, pid):
        return asyncio.run(_uploads(base, headers, pid))


def loris() -> bool:
    """500 clients that send a byte of their request's head a second, and what others feel of it."""
    with service() as (base, headers, _pid):
        port = int(base.rpartition(":")[2])
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(500)]
        for one in slow:
            one.sendall(b"POST /v1/packets HTTP/1.1\r\nX-")
        times = []
        for _ in range(10):
            for one in slow:
                with contextlib.suppress(OSError):
                    one.sendall(b"a")
            began = time.monotonic()
            answer = httpx.post(
                f"{base}/v1/packets?name=a.pdf", headers=headers, content=b"x" * MB, timeout=30
            )
            times.append(time.monotonic() - began)
            assert answer.status_code == 202
            time.sleep(1)
        time.sleep(14)
        cut = 0
        for one in slow:
            one.settimeout(0.2)
            with contextlib.suppress(OSError):
                cut += one.recv(1) == b""
            one.close()
    print(f"500 slow-loris clients: 1 MB upload beside them {max(times) * 1000:.0f} ms at worst; "
          f"{cut} of them cut off after 24 s")  # fmt: skip
    return max(times) < 5 and cut == 500


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _status(base: str, headers: dict[str, str], pid: int) -> tuple[float, float]:
    made = httpx.post(f"{base}/v1/packets?name=a.pdf", headers=headers, content=b"x").json()
    request = (
        f"GET /v1/packets/{made['id']} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: {headers['Authorization']}\r\n\r\n"
    ).encode()
    port = int(base.rpartition(":")[2])
    asked = 0

    async def ask(until: float) -> None:
        nonlocal asked
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.monotonic() < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert b" 200 " in head[:20], head
            size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(size)
            asked += 1
        writer.close()

    await asyncio.gather(*(ask(time.monotonic() + 2) for _ in range(16)))
    asked, began, used = 0, time.monotonic(), cpu_seconds(pid)
    await asyncio.gather(*(ask(began + 8) for _ in range(16)))
    return asked / (time.monotonic() - began), asked / (cpu_seconds(pid) - used)


def status() -> bool:
    """Status requests a second, 16 clients, one worker."""
    with service() as (base, headers, pid):
        rate, of_cpu = asyncio.run(_status(base, headers, pid))
    print(
        f"status requests: {rate:.0f} a second on one worker, {of_cpu:.0f} a second of its processor time"
    )
    return rate >= 300


ALL = {"limit": limit, "uploads": uploads, "loris": loris, "status": status}

if __name__ == "__main__":
    results = [ALL[name]() for name in (sys.argv[1:] or list(ALL))]
    sys.exit(0 if all(results) else 1)
