"""The service apart from HTTP: who goes first, and what it says is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.config import the_tools
from support.readers import ScriptedReaders

from extractor.doors.http.app import create_app
from extractor.doors.http.service import GivingWay, Service, default_work
from extractor.doors.http.settings import ServiceSettings
from extractor.pipeline.reader import ReaderFactory


def test_packets_give_way_to_pre_checks_and_those_find_their_models_loaded(tmp_path: Path) -> None:
    work = default_work(ServiceSettings(state=tmp_path))
    assert isinstance(work.make_reader, GivingWay)
    assert isinstance(work.make_precheck_reader, ReaderFactory) and work.make_precheck_reader.warm
    alone = default_work(ServiceSettings(state=tmp_path, run_prechecks=False))
    assert isinstance(alone.make_reader, ReaderFactory) and not alone.make_reader.warm
    cold = default_work(ServiceSettings(state=tmp_path, precheck_warm=False))
    assert isinstance(cold.make_precheck_reader, ReaderFactory)
    assert not cold.make_precheck_reader.warm


def test_a_reader_that_gives_way_lowers_its_own_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    lowered: list[int] = []
    monkeypatch.setattr(os, "nice", lambda by: lowered.append(by) or by)
    reader = GivingWay(ScriptedReaders(("页",)))()
    assert lowered == [5] and reader.read is not None


def test_trouble_of_one_kind_of_work_is_not_hidden_by_the_health_of_the_other(
    tmp_path: Path,
) -> None:
    app = create_app(
        ServiceSettings(state=tmp_path, run_jobs=False, run_prechecks=False), tools=the_tools()
    )
    service: Service = app.state.service
    service._troubles = {1: "模型缺失", 2: ""}
    assert service.trouble == "模型缺失"
    service._troubles = {1: "", 2: ""}
    assert service.trouble == ""
