"""The scheme of docs/schemes.md, written by its own guide, loads from an overlay and its cases are green."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractor.doors.cli_schemes import app
from extractor.rules.scheme_cases import cases_of
from extractor.rules.schemes_find import found_ids
from extractor.setup.catalogue import load_catalogue
from extractor.setup.scheme_loading import load_scheme, scheme_ids
from extractor.setup.schemes import COMPARATORS, Scheme
from extractor.setup.source import ENVIRONMENT, ConfigSource

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "qinghe_county"
IDENT = "qinghe_county_2025"
GUIDE = (ROOT / "docs" / "schemes.md").read_text(encoding="utf-8")


def test_the_example_loads_and_all_its_cases_are_as_expected() -> None:
    run = CliRunner().invoke(app, ["check", "--config", str(EXAMPLE)])
    mine = [line for line in run.output.splitlines() if IDENT in line]
    count = len(cases_of(_example(), load_catalogue(_source())))
    assert mine == [f"✓ {IDENT}：条件10、材料6、歧义1、用例{count}/{count}"]
    assert f"{IDENT}/" not in run.output


def test_the_environment_names_the_overlay_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(EXAMPLE))
    shown = CliRunner().invoke(app, ["show", IDENT])
    assert shown.exit_code == 0 and "资产总额不低于50万元" in shown.output
    assert IDENT not in scheme_ids(ROOT / "config")


def test_every_condition_and_paper_of_the_example_stands_in_its_notice() -> None:
    notice = (EXAMPLE / "notice.txt").read_text(encoding="utf-8")
    scheme = _example()
    for item in (*scheme.criteria, *scheme.materials):
        for piece in item.text_zh.split("…"):
            assert piece in notice, item.id
    named = {i for c in cases_of(scheme, load_catalogue(_source())) for i in c.situation.expect}
    assert {c.id for c in scheme.criteria} == named


def test_the_guide_names_every_comparator_and_shows_the_example_as_it_stands() -> None:
    for comparator in COMPARATORS:
        assert f"`{comparator}`" in GUIDE or f"`'{comparator}'`" in GUIDE or comparator == "route"
    for link in re.findall(r"\]\((examples/[^)]+)\)", GUIDE):
        assert (ROOT / "docs" / link).exists(), link


def test_ids_are_found_by_words_of_their_names() -> None:
    catalogue = load_catalogue(ROOT / "config")
    assert any("\tassets_for_test\t" in line for line in found_ids(catalogue, "资产总额"))
    assert found_ids(catalogue, "租赁合同")[-1] == "文件类型\tlease_contract\t租赁合同"
    assert any(line.startswith("服务功能\ttraining\t") for line in found_ids(catalogue, "培训服务"))
    assert found_ids(catalogue, "没有这样的东西") == ()
    run = CliRunner().invoke(app, ["find", "没有这样的东西"])
    assert run.exit_code == 2


def _source() -> ConfigSource:
    return ConfigSource(ROOT / "config", EXAMPLE)


def _example() -> Scheme:
    return load_scheme(_source(), IDENT, load_catalogue(_source()))
