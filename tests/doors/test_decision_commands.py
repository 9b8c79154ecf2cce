"""``extractor import``, ``verify`` and ``forget`` on a result as it lies in its folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from support.config import the_tools
from support.decided import fact_of, filled_worksheet

from extractor.core.errors import UsageError
from extractor.decisions.signing import PUBLIC_FILE
from extractor.doors import cli_carry, cli_import, cli_verify
from extractor.doors.stored import refuse_decided, write_again, write_worksheet
from extractor.jobs.ledger import default_place, open_ledger
from extractor.pipeline.page_cache import PageCache
from extractor.worksheet.json_out import read_json
from extractor.worksheet.xlsx.index import index_lines

BY = ("--by", "王审核")


@pytest.fixture(autouse=True)
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A site of its own: key, ledger and cache lie in the test's folder."""
    for module in (cli_carry, cli_import, cli_verify):
        monkeypatch.setattr(module, "load_tools", lambda overlay=None: the_tools())
    for name in ("EXTRACTOR_HOME", "EXTRACTOR_STATE", "EXTRACTOR_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / "site"))
    monkeypatch.delenv("EXTRACTOR_LEDGER", raising=False)
    return tmp_path / "site"


@pytest.fixture
def result(tmp_path: Path) -> Path:
    folder = tmp_path / "out" / "某平台"
    (folder / "pages").mkdir(parents=True)
    Image.new("RGB", (60, 80), "white").save(folder / "pages" / "0001.jpg")
    formats = ("json", "xlsx", "docx", "html")
    write_again(filled_worksheet(), folder / "worksheet.json", the_tools(), formats)
    return folder


def edit(book: Path, field: str, value: object) -> None:
    workbook = load_workbook(book)
    ident = fact_of(filled_worksheet(), field).id
    for line in list(index_lines(workbook["_index"]))[2:]:
        if line[5] == ident and line[6] == "value":
            workbook[line[0]][line[1]].value = value
            break
    workbook.save(book)


def listed(folder: Path, *corrections: dict[str, object]) -> Path:
    path = folder.parent.parent / "corrections.json"
    path.write_text(json.dumps(corrections), encoding="utf-8")
    return path


def test_corrections_come_in_from_the_workbook_beside_the_worksheet(
    extractor: Callable, result: Path
) -> None:
    book = result / "worksheet.xlsx"
    edit(book, "app_total_assets_prev_year_end", "50万元")
    edited = book.read_bytes()
    done = extractor("import", book, *BY)
    assert done.code == 1
    assert "写入 1 条处理记录" in done.text
    assert "→" in done.text
    after = read_json(result / "worksheet.json")
    assert fact_of(after, "app_total_assets_prev_year_end").value == "500000"
    assert [d.by for d in after.decisions] == ["王审核"]
    assert (result / "imports" / "0001-worksheet.xlsx").read_bytes() == edited
    assert "500,000" in (result / "worksheet.html").read_text("utf-8") or "50万元" in (
        result / "worksheet.html"
    ).read_text("utf-8")
    again = extractor("import", book, *BY)
    assert (again.code, "没有发现更正" in again.text) == (0, True)  # the new workbook is untouched
    older = extractor("import", result / "imports" / "0001-worksheet.xlsx", "--into", result, *BY)
    assert (older.code, "--older" in older.text) == (2, True)


def test_a_result_with_decisions_is_not_written_over(extractor: Callable, result: Path) -> None:
    refuse_decided(result)
    refuse_decided(result.parent)
    remark = listed(result, {"action": "comment", "on": "worksheet", "reason": "齐全"})
    extractor("import", remark, "--into", result, *BY)
    with pytest.raises(UsageError, match="1 条处理记录"):
        refuse_decided(result)


def test_a_value_nobody_can_read_changes_nothing(extractor: Callable, result: Path) -> None:
    before = (result / "worksheet.json").read_bytes()
    edit(result / "worksheet.xlsx", "app_staff_total", "很多")
    done = extractor("import", result / "worksheet.xlsx", *BY)
    assert done.code == 2
    assert "全部数据!" in done.text
    assert (result / "worksheet.json").read_bytes() == before
    assert not (result / "imports").exists()


def test_signing_freezes_and_a_lead_reopens(extractor: Callable, result: Path) -> None:
    remark = listed(result, {"action": "comment", "on": "worksheet", "reason": "齐全"})
    assert "已签字" in extractor("import", remark, "--into", result, "--sign", *BY).text
    refused = extractor("import", remark, "--into", result, *BY)
    assert (refused.code, "已签字" in refused.text) == (2, True)
    asked = ("import", remark, "--into", result, "--reopen", "补正")
    assert "负责人" in extractor(*asked, *BY).text
    extractor(*asked, "--lead", "--by", "赵组长")
    actions = [d.action for d in read_json(result / "worksheet.json").decisions]
    assert actions == ["comment", "sign_off", "reopen", "comment"]


def test_a_worksheet_that_cannot_be_written_leaves_no_head_behind(
    extractor: Callable, result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object, **more: object) -> None:
        raise OSError("磁盘已满")

    remark = listed(result, {"action": "comment", "on": "worksheet", "reason": "齐全"})
    with monkeypatch.context() as broken:
        broken.setattr(cli_import, "write_worksheet", full)
        done = extractor("import", remark, "--into", result, *BY)
    assert (done.code, "磁盘已满" in done.text) == (2, True)
    assert extractor("verify", result).code == 0
    assert "写入 1 条" in extractor("import", remark, "--into", result, *BY).text


def test_verify_tells_sound_changed_and_unreadable_apart(
    extractor: Callable, result: Path, site: Path
) -> None:
    path = result / "worksheet.json"
    fresh = extractor("verify", result)
    assert (fresh.code, "尚未签字" in fresh.text) == (0, True)
    remark = listed(result, {"action": "comment", "on": "worksheet", "reason": "齐全"})
    extractor("import", remark, "--into", result, "--sign", *BY)
    sound = extractor("verify", result)
    assert (sound.code, "王审核" in sound.text) == (0, True)
    assert str(site / PUBLIC_FILE) in sound.text
    signed = path.read_bytes()
    path.write_bytes(signed.replace("南昌甲科技".encode(), "南昌乙科技".encode()))
    changed = extractor("verify", result)
    assert (changed.code, "签字后被改动" in changed.text) == (1, True)
    path.write_bytes(signed[:-9])
    assert extractor("verify", path).code == 3


def test_verify_with_another_site_s_key_vouches_for_nothing(
    extractor: Callable, result: Path, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remark = listed(result, {"action": "comment", "on": "worksheet", "reason": "齐全"})
    extractor("import", remark, "--into", result, *BY)
    own = extractor("verify", result, "--key", site / PUBLIC_FILE)
    assert own.code == 0
    monkeypatch.setenv("EXTRACTOR_HOME", str(tmp_path / "other"))
    other = extractor("verify", result)
    assert (other.code, "密钥" in other.text) == (1, True)


def test_forget_removes_every_trace_and_leaves_what_is_not_ours(
    extractor: Callable, result: Path, site: Path
) -> None:
    remark = listed(result, {"action": "comment", "on": "worksheet", "reason": "齐全"})
    extractor("import", remark, "--into", result, *BY)
    sha = filled_worksheet().packet.files[0].sha256
    page = site / "pages" / sha[:2] / f"{sha[:16]}{'0' * 24}.json"
    page.parent.mkdir(parents=True)
    page.write_text("{}")
    (result / "我的笔记.txt").write_text("留着")
    done = extractor("forget", result, "--yes")
    assert done.code == 0
    for told in ("结果文件", "页面缓存 1 页", "处理记录 1 条（连同签名）", "我的笔记.txt"):
        assert told in done.text
    assert [p.name for p in result.iterdir()] == ["我的笔记.txt"]
    assert not page.exists()
    ledger = open_ledger(default_place())
    assert ledger.heads().get_head("p_filled") is None
    ledger.close()
    assert PageCache(site / "pages").forget_file(sha) == 0


def test_forget_asks_first_and_finds_the_result_of_a_packet(
    extractor: Callable, result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = tmp_path / "某平台.pdf"
    packet.write_bytes(b"%PDF-1.7")
    monkeypatch.setattr("typer.confirm", lambda text: False)
    refused = extractor("forget", packet, "--out", result.parent)
    assert (refused.code, (result / "worksheet.json").is_file()) == (2, True)
    extractor("forget", packet, "--out", result.parent, "--yes")
    assert not result.exists()
    assert packet.is_file()


def test_forget_by_age_takes_only_what_is_older(extractor: Callable, result: Path) -> None:
    younger = result.parent / "新的"
    info = filled_worksheet().packet.model_copy(update={"received_at": "2999-01-01"})
    write_worksheet(
        filled_worksheet().model_copy(update={"packet": info}),
        younger / "worksheet.json",
        the_tools(),
    )
    extractor("forget", result.parent, "--older-than", "365d", "--yes")
    assert [p.name for p in result.parent.iterdir()] == ["新的"]
    nothing = extractor("forget", result.parent, "--older-than", "3年", "--yes")
    assert (nothing.code, "没有符合条件" in nothing.text) == (0, True)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("nowhere",), "没有它的结果"),
        (("nowhere", "--older-than", "365d"), "没有这个文件夹"),
        ((".", "--older-than", "bald"), "期限"),
    ],
)
def test_forget_refuses_what_it_cannot_place(
    extractor: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    args: tuple[str, ...], says: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    done = extractor("forget", *args, "--yes")
    assert (done.code, says in done.text) == (2, True)


def test_decisions_go_over_to_a_new_reading_in_another_folder(
    extractor: Callable, result: Path
) -> None:
    again = result.parent / "again"
    shutil.copytree(result, again)
    book = result / "worksheet.xlsx"
    edit(book, "app_total_assets_prev_year_end", "50万元")
    extractor("import", book, *BY)
    done = extractor("carry", result, again, *BY)
    assert "处理记录共 1 条" in done.text and "须复看 0 处" in done.text
    old, new = read_json(result / "worksheet.json"), read_json(again / "worksheet.json")
    assert new.decisions == old.decisions
    assert fact_of(new, "app_total_assets_prev_year_end").value == "500000"
    assert extractor("carry", result, again, *BY).code == 2
