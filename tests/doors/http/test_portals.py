"""The example portals: their own sign-in opens the service they mount; the page and the script are there."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from extractor.doors.http.settings import ServiceSettings

PORTALS = Path(__file__).resolve().parents[3] / "examples" / "portal"


@pytest.mark.parametrize("name", ["fastapi_portal", "flask_portal"])
def test_a_portal_mounts_the_service_with_its_own_accounts(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "flask_portal":
        pytest.importorskip("flask", reason="extra 'examples' is not installed")
        pytest.importorskip("a2wsgi", reason="extra 'examples' is not installed")
    monkeypatch.syspath_prepend(str(PORTALS))
    portal = importlib.import_module(name)
    settings = ServiceSettings(state=tmp_path, run_jobs=False, run_prechecks=False)
    with TestClient(portal.make_portal(settings)) as browser:
        assert browser.get("/extractor/v1/me").status_code == 401
        page = browser.get("/")
        assert "data-extractor-precheck" in page.text
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        script = browser.get("/extractor/precheck.js")
        assert script.status_code == 200 and "eval(" not in script.text
        me = browser.get("/extractor/v1/me").json()
        assert (me["name"], me["role"], me["tenant"]) == ("applicant", "portal", "portal")
        forged = browser.post("/extractor/v1/prechecks?name=a.pdf", content=b"x")
        assert forged.status_code == 403  # any other site could make the browser send that
        browser.headers["X-Extractor"] = "1"
        made = browser.post("/extractor/v1/prechecks?name=a.pdf", content=b"x")
        assert made.status_code == 202
        assert made.headers["Location"] == f"/extractor/v1/prechecks/{made.json()['id']}"
        assert browser.get(made.headers["Location"]).json()["state"] == "waiting"
        filed = browser.post(f"{made.headers['Location']}/submit")
        assert filed.headers["Location"] == f"/extractor/v1/packets/{filed.json()['id']}"
        assert browser.delete(f"/extractor/v1/packets/{filed.json()['id']}").status_code == 403
    for module in ("portal_page", name):
        sys.modules.pop(module, None)


def test_a_mounted_service_whose_lifespan_was_forgotten_says_so(tmp_path: Path) -> None:
    from extractor.doors.http.app import create_app
    from extractor.doors.http.keys import Role

    app = create_app(ServiceSettings(state=tmp_path, run_jobs=False, run_prechecks=False))
    key, _ = app.state.service.gate.keys.make("a", Role.ADMIN, "t")
    answer = TestClient(app).get("/v1/packets", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 503 and "lifespan" in answer.json()["detail_zh"]
