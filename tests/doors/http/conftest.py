"""The service in this process; runners are off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from support.config import the_tools
from support.http_site import Site

from extractor.doors.http.app import create_app
from extractor.doors.http.keys import Role, Scope
from extractor.doors.http.service import Service
from extractor.doors.http.settings import ServiceSettings


@pytest.fixture
def make_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Site]]:
    monkeypatch.setenv("EXTRACTOR_CACHE", str(tmp_path / "cache"))
    open_clients: list[TestClient] = []

    def make(authenticate: object = None, peer: str = "127.0.0.1", **settings: object) -> Site:
        told = ServiceSettings(
            state=tmp_path / "state", run_jobs=False, run_prechecks=False, **settings
        )  # type: ignore[arg-type]
        app = create_app(told, authenticate=authenticate, tools=the_tools())  # type: ignore[arg-type]
        service: Service = app.state.service
        keys = service.gate.keys
        made = {
            "hand": keys.make("门户", Role.PORTAL, "city")[0],
            "submit_only": keys.make("提交", Role.PORTAL, "city", frozenset({Scope.SUBMIT}))[0],
            "read_only": keys.make("查阅", Role.REVIEWER, "city", frozenset({Scope.READ}))[0],
            "reviewer": keys.make("李审核", Role.REVIEWER, "city")[0],
            "lead": keys.make("王组长", Role.LEAD, "city")[0],
            "boss": keys.make("赵管理", Role.ADMIN, "city")[0],
            "other": keys.make("别的市", Role.ADMIN, "elsewhere")[0],
        }
        client = TestClient(app, client=(peer, 50000), raise_server_exceptions=False)
        client.__enter__()
        open_clients.append(client)
        return Site(app, client, service, made)

    yield make
    for client in open_clients:
        client.__exit__(None, None, None)


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()
