"""Figures for Prometheus come from the ledger and name nobody."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.watching import Desk

from extractor.jobs.ledger import LedgerPlace, open_ledger
from extractor.jobs.metrics import metrics_page, serve_metrics


def figures(text: str) -> dict[tuple[str, str], float]:
    return {
        (s.name, ",".join(s.labels.values())): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
    }


def test_jobs_pages_seconds_and_failures_are_told_without_names(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.drop("张三的材料.txt")
    desk.drop("坏.txt", "reject\n")
    desk.turn_until("failed")
    desk.turn_until("done")
    body, kind = metrics_page(desk.ledger)
    found = figures(body.decode())
    assert kind.startswith("text/plain")
    assert found["extractor_jobs", "done"] == 1 and found["extractor_jobs", "failed"] == 1
    assert found["extractor_jobs", "waiting"] == 0
    assert found["extractor_job_failures", "packet"] == 1
    assert found["extractor_job_seconds", "processing"] >= 0
    assert found["extractor_ledger_up", ""] == 1
    assert found["extractor_watchers", "running"] == 1
    assert found["extractor_disk_free_bytes", ""] > 0
    assert "张三" not in body.decode() and "坏" not in body.decode()
    desk.close()


def test_they_are_served_over_http(tmp_path: Path) -> None:
    ledger = open_ledger(LedgerPlace(tmp_path / "state"))
    server, thread = serve_metrics(ledger, 0)
    try:
        address = f"http://127.0.0.1:{server.server_port}/metrics"
        with urllib.request.urlopen(address) as answer:
            assert figures(answer.read().decode())["extractor_ledger_up", ""] == 1
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_ledger_that_cannot_be_read_is_a_figure_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = open_ledger(LedgerPlace(tmp_path / "state"))
    ledger.close()
    (tmp_path / "state" / "ledger.db").write_bytes(b"not a database" * 100)
    assert figures(metrics_page(ledger)[0].decode())["extractor_ledger_up", ""] == 0
