"""The interface keeps to its own description: generated requests find no server error and no breach."""

from __future__ import annotations

from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from support.config import the_tools
from support.http_site import Site, done_packet

from extractor.doors.http.app import create_app
from extractor.doors.http.keys import Role
from extractor.doors.http.settings import ServiceSettings

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance,
]  # fmt: skip


def test_generated_requests_are_answered_as_described(tmp_path: Path) -> None:
    told = ServiceSettings(
        state=tmp_path, run_jobs=False, run_prechecks=False, requests_per_minute=0
    )
    app = create_app(told, tools=the_tools())
    service = app.state.service
    service.start()  # the generated requests come from other event loops
    done_packet(service.ledger, "city")
    key, _ = service.gate.keys.make("boss", Role.ADMIN, "city")
    headers = {"Authorization": f"Bearer {key}"}
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app)
    asked = set()
    try:
        for found in schema.get_all_operations():
            operation = found.ok()
            asked.add(operation.label)

            @settings(
                max_examples=8,
                deadline=None,
                phases=[Phase.generate],
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy())
            def answered(case: schemathesis.Case) -> None:
                case.call_and_validate(headers=headers, checks=CHECKS)

            answered()
    finally:
        service.stop()
    assert len(asked) == sum(len(methods) for methods in app.openapi()["paths"].values())


def test_the_description_is_sound_and_whole(site: Site) -> None:
    schema = site.app.openapi()
    validate(schema)
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            assert told.get("operationId") and told.get("description"), (method, path)
            if path.startswith("/v1"):
                assert {"401", "429"} <= set(told["responses"]), (method, path)
                assert told["security"], (method, path)
