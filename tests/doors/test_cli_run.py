"""``extractor run``: what it writes, says and exits with, around a stand-in for the review itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.worksheets import small_review

from extractor import __version__
from extractor.core.errors import PacketError
from extractor.core.worksheet import Finding, Outcome, Problem, Severity
from extractor.decisions.chain import next_decision
from extractor.doors import batch
from extractor.pipeline.review import Asked, Reviewed
from extractor.rules.choosing import SchemeUndecided
from extractor.worksheet.json_out import read_json, write_json

SCHEME = ("--scheme", "jiangxi_2023")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, Asked]]:
    """Every review asked for; a small worksheet without findings stands in for each."""
    seen: list[tuple[Path, Asked]] = []

    def stand_in(path: Path, asked: Asked, *rest: object, **more: object) -> Reviewed:
        if not path.exists():
            raise PacketError(f"{path}：没有这个文件或文件夹")
        seen.append((path, asked))
        reviewed = small_review(path.name)
        quiet = reviewed.worksheet.model_copy(update={"findings": (), "problems": ()})
        return replace(reviewed, worksheet=quiet)

    monkeypatch.setattr(batch, "review", stand_in)
    return seen


@pytest.fixture
def packet(tmp_path: Path) -> Path:
    path = tmp_path / "某平台.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def test_a_packet_gets_a_folder_with_both_worksheets(
    extractor: Callable, asked: list, packet: Path, tmp_path: Path
) -> None:
    done = extractor("run", packet, *SCHEME, "--out", tmp_path / "out")
    assert done.code == 0
    folder = tmp_path / "out" / "某平台"
    written = json.loads((folder / "worksheet.json").read_bytes())
    assert written["schema"] == "extractor.worksheet/1"
    assert (folder / "worksheet.xlsx").stat().st_size > 0
    assert str(folder) in done.text
    assert "完成" in done.text


def test_options_reach_the_review(
    extractor: Callable, asked: list, packet: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("region: '360100'\n")
    extractor(
        "run", packet, *SCHEME, "--out", tmp_path / "out", "--case", case,
        "--filing-date", "2024-04-18", "--functions", "training, technical",
    )  # fmt: skip
    ((path, what),) = asked
    assert path == packet
    assert what.options.scheme == "jiangxi_2023"
    assert what.options.filing_date == "2024-04-18"
    assert what.options.functions == ("training", "technical")
    assert what.case_file is not None and what.case_file.region == "360100"


def test_a_path_with_nothing_there_is_said_and_ends_with_3(
    extractor: Callable, asked: list, packet: Path, tmp_path: Path
) -> None:
    gone = tmp_path / "不存在.pdf"
    done = extractor("run", gone, packet, *SCHEME, "--out", tmp_path / "out")
    assert done.code == 3
    assert "不存在.pdf" in done.text
    assert (tmp_path / "out" / "某平台" / "worksheet.json").is_file(), "the good one is still done"
    assert not (tmp_path / "out" / "不存在").exists()


@pytest.mark.parametrize("name", ["[bold]a.pdf", "a[red].pdf"])
def test_a_name_that_looks_like_markup_is_printed_as_it_is(
    extractor: Callable, asked: list, tmp_path: Path, name: str
) -> None:
    gone = extractor("run", tmp_path / "gone" / name, *SCHEME, "--out", tmp_path / "out")
    assert gone.code == 3
    assert name in gone.text
    (tmp_path / name).write_bytes(b"x")
    done = extractor("run", tmp_path / name, *SCHEME, "--out", tmp_path / "out")
    assert done.code == 0
    assert f"完成 {name}" in done.text


def test_an_error_that_looks_like_markup_is_printed_as_it_is(extractor: Callable) -> None:
    done = extractor("schemes", "show", "[/bold]x")
    assert done.code == 2
    assert "[/bold]x" in done.err


@pytest.mark.parametrize("message", ["坏[/]了", "坏[/red]了", "[bold]坏了", "坏\\[x]"])
def test_a_message_that_looks_like_markup_is_printed_as_it_is(
    extractor: Callable,
    monkeypatch: pytest.MonkeyPatch,
    packet: Path,
    tmp_path: Path,
    message: str,
) -> None:
    failed = Finding(
        check="ID-01", title="t", severity=Severity.ERROR, outcome=Outcome.FAILED, message=message
    )
    lost = Problem(stage="open", kind="password", message=message)
    with_update(monkeypatch, findings=(failed,), problems=(lost,))
    done = extractor("run", packet, *SCHEME, "--out", tmp_path / "out")
    assert done.code == 3
    assert done.text.count(message) == 2


@pytest.mark.parametrize("text", ["2024年4月18日", "2024-04", "2024-13-01", "yesterday"])
def test_a_date_that_is_none_is_bad_usage(
    extractor: Callable, asked: list, packet: Path, tmp_path: Path, text: str
) -> None:
    done = extractor("run", packet, *SCHEME, "--out", tmp_path / "out", "--filing-date", text)
    assert done.code == 2
    assert "--filing-date" in done.text
    assert asked == []


def test_a_case_file_that_is_wrong_is_bad_usage(
    extractor: Callable, asked: list, packet: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("regoin: '360100'\n")
    done = extractor("run", packet, *SCHEME, "--out", tmp_path / "out", "--case", case)
    assert done.code == 2
    assert "regoin" in done.text
    assert asked == []


def test_a_language_nobody_writes_is_bad_usage(
    extractor: Callable, asked: list, packet: Path, tmp_path: Path
) -> None:
    done = extractor("run", packet, *SCHEME, "--out", tmp_path / "out", "--lang", "fr")
    assert done.code == 2
    assert "--lang" in done.text
    assert asked == []


def test_no_packet_is_bad_usage(extractor: Callable) -> None:
    assert extractor("run").code == 2


def test_an_unknown_option_is_bad_usage(extractor: Callable, packet: Path) -> None:
    assert extractor("run", packet, "--no-such-option").code == 2


def test_a_batch_takes_each_entry_of_a_folder_as_a_packet(
    extractor: Callable, asked: list, tmp_path: Path
) -> None:
    box = tmp_path / "all"
    (box / "乙").mkdir(parents=True)
    (box / "甲.pdf").write_bytes(b"x")
    (box / ".hidden").write_bytes(b"x")
    (box / "~$lock.pdf").write_bytes(b"x")
    done = extractor("run", box, "--batch", *SCHEME, "--out", tmp_path / "out")
    assert done.code == 0
    assert sorted(path.name for path, _ in asked) == ["乙", "甲.pdf"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["乙", "甲"]


def test_a_batch_of_a_single_file_is_bad_usage(
    extractor: Callable, asked: list, packet: Path, tmp_path: Path
) -> None:
    done = extractor("run", packet, "--batch", *SCHEME, "--out", tmp_path / "out")
    assert done.code == 2
    assert "--batch" in done.text


def test_packets_of_the_same_name_get_folders_of_their_own(
    extractor: Callable, asked: list, tmp_path: Path
) -> None:
    paths = []
    for place in ("a", "b", "c"):
        (tmp_path / place).mkdir()
        paths.append(tmp_path / place / ("Packet.pdf" if place == "c" else "packet.pdf"))
        paths[-1].write_bytes(b"x")
    extractor("run", *paths, *SCHEME, "--out", tmp_path / "out")
    names = sorted(p.name.casefold() for p in (tmp_path / "out").iterdir())
    assert names == ["packet", "packet-2", "packet-3"]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("两行\n名字.pdf", "两行_名字"),
        ("a:b*c?.pdf", "a_b_c_"),
        ("...pdf", "packet"),
        ("x. .pdf", "x"),
    ],
)
def test_a_result_folder_has_a_name_every_file_system_takes(
    tmp_path: Path, name: str, folder: str
) -> None:
    assert batch.result_name(tmp_path / name) == folder


def with_update(monkeypatch: pytest.MonkeyPatch, **update: object) -> None:
    def stand_in(path: Path, *rest: object, **more: object) -> Reviewed:
        reviewed = small_review(path.name)
        base = reviewed.worksheet.model_copy(update={"findings": (), "problems": ()})
        return replace(reviewed, worksheet=base.model_copy(update=update))

    monkeypatch.setattr(batch, "review", stand_in)


def test_an_error_finding_ends_with_1_and_is_shown(
    extractor: Callable, monkeypatch: pytest.MonkeyPatch, packet: Path, tmp_path: Path
) -> None:
    failed = Finding(
        check="ID-01", title="t", severity=Severity.ERROR, outcome=Outcome.FAILED,
        message="名称[不]一致", pages=(3,),
    )  # fmt: skip
    with_update(monkeypatch, findings=(failed,))
    done = extractor("run", packet, *SCHEME, "--out", tmp_path / "out")
    assert done.code == 1
    assert "ID-01" in done.text
    assert "名称[不]一致" in done.text, "text of a packet is no markup"
    assert "第3页" in done.text


def test_a_problem_ends_with_3_and_is_shown(
    extractor: Callable, monkeypatch: pytest.MonkeyPatch, packet: Path, tmp_path: Path
) -> None:
    lost = Problem(stage="open", kind="password", message="甲[red].pdf：需要密码")
    with_update(monkeypatch, problems=(lost,))
    done = extractor("run", packet, *SCHEME, "--out", tmp_path / "out")
    assert done.code == 3
    assert "不完整" in done.text
    assert "甲[red].pdf：需要密码" in done.text
    assert (tmp_path / "out" / "某平台" / "worksheet.json").is_file()


def test_the_worst_packet_decides(
    extractor: Callable, monkeypatch: pytest.MonkeyPatch, packet: Path, tmp_path: Path
) -> None:
    calls: list[Path] = []

    def stand_in(path: Path, *rest: object, **more: object) -> Reviewed:
        calls.append(path)
        if len(calls) == 1:
            raise PacketError(f"{path.name}：打不开")
        reviewed = small_review(path.name)
        quiet = reviewed.worksheet.model_copy(update={"findings": (), "problems": ()})
        return replace(reviewed, worksheet=quiet)

    monkeypatch.setattr(batch, "review", stand_in)
    other = tmp_path / "b.pdf"
    other.write_bytes(b"x")
    assert extractor("run", packet, other, *SCHEME, "--out", tmp_path / "out").code == 3
    assert len(calls) == 2


def test_personal_numbers_are_masked_unless_asked_for(
    extractor: Callable, monkeypatch: pytest.MonkeyPatch, packet: Path, tmp_path: Path
) -> None:
    base = small_review().worksheet
    mobile = base.facts[0].model_copy(
        update={
            "id": "f_m",
            "field": "app_legal_rep_mobile",
            "value": "13812345678",
            "raw": "13812345678",
        }
    )
    with_update(monkeypatch, facts=(mobile,))
    extractor("run", packet, *SCHEME, "--out", tmp_path / "masked")
    extractor("run", packet, *SCHEME, "--out", tmp_path / "open", "--unmask")
    masked = (tmp_path / "masked" / "某平台" / "worksheet.json").read_text("utf-8")
    opened = (tmp_path / "open" / "某平台" / "worksheet.json").read_text("utf-8")
    assert "13812345678" not in masked
    assert "13812345678" in opened


def test_the_version_is_told(extractor: Callable) -> None:
    done = extractor("--version")
    assert (done.code, done.out.strip()) == (0, f"extractor {__version__}")


def test_schemes_are_listed_and_an_unknown_one_names_them(extractor: Callable) -> None:
    listed = extractor("schemes", "list")
    assert listed.code == 0
    assert "jiangxi_2023" in listed.out
    unknown = extractor("schemes", "show", "jiangxi_2032")
    assert unknown.code == 2
    assert "jiangxi_2032" in unknown.text
    assert "jiangxi_2023" in unknown.text


def test_a_result_with_decisions_is_not_read_over(
    extractor: Callable, asked: list, packet: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out" / "某平台"
    decision = next_decision(
        "p_test", (), at="2024-05-06", by="王审核", on="worksheet", action="comment",
        before=None, after=None, reason="齐全",
    )  # fmt: skip
    decided = small_review().worksheet.model_copy(update={"decisions": (decision,)})
    write_json(decided, folder / "worksheet.json")
    done = extractor("run", packet, *SCHEME, "--out", tmp_path / "out")
    assert done.code == 3
    assert "1 条处理记录" in done.text
    assert asked == []
    assert read_json(folder / "worksheet.json") == decided


@pytest.mark.parametrize(("more", "told"), [((), True), (("--no-cache",), False)])
def test_a_packet_that_fits_several_schemes_asks_and_says_that_it_need_not_be_read_again(
    extractor: Callable,
    packet: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: tuple[str, ...],
    told: bool,
) -> None:
    def undecided(*_args: object, **_more: object) -> None:
        raise SchemeUndecided("不止一个办法相符；请用 --scheme 指定其一")

    monkeypatch.setattr(batch, "review", undecided)
    done = extractor("run", packet, "--out", tmp_path / "out", *more)
    assert done.code == 2
    assert "--scheme" in done.text
    assert ("不必重读" in done.text) is told
