"""Corrections that come back from outside: from ``worksheet.xlsx``, or as a list in JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from extractor.core.worksheet import Worksheet
from extractor.decisions.model import WORKSHEET, Action, Correction, DecisionError, Opinion
from extractor.worksheet.xlsx.read_back import ACTIONS, ReadSheet, SheetCorrection

_LIST = TypeAdapter(tuple[Correction, ...])


@dataclass(frozen=True, slots=True)
class Imported:
    """Corrections to carry out, and what in the source could not be one (in words)."""

    corrections: tuple[Correction, ...]
    notes: tuple[str, ...] = ()


def read_list(path: Path) -> Imported:
    """Corrections out of a JSON file: a list of objects, as the service takes them.

    Raises:
        DecisionError: the file is not there or not such a list.
    """
    try:
        return Imported(_LIST.validate_json(path.read_bytes()))
    except OSError as error:
        raise DecisionError(f"{path}：读不了这个文件") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "整个文件"
        raise DecisionError(f"{path}：不是处理意见列表：{place}：{first['msg']}") from error


def check_origin(
    sheet: ReadSheet, worksheet: Worksheet, written: bytes, older_too: bool = False
) -> None:
    """Whether the workbook was made from this very worksheet.

    Args:
        written: content of the ``worksheet.json`` to import into.
        older_too: take a workbook made before the latest decisions.

    Raises:
        DecisionError: it belongs to another packet, or to another state of this one.
    """
    if sheet.identity.packet_id != worksheet.packet.id:
        raise DecisionError(
            "这份 xlsx 属于另一份申报材料；请用 --into 指定与它同时写出的 worksheet.json"
        )
    digest = hashlib.sha256(written).hexdigest()
    if sheet.identity.content_sha256 != digest and not older_too:
        raise DecisionError(
            "这份 xlsx 不是由这份 worksheet.json 的最新内容写出的（其后又有更正或重新评审）："
            "请在最新的 worksheet.xlsx 里修改；确要导入较早的一份，请加 --older"
        )


def corrections_of(sheet: ReadSheet, worksheet: Worksheet) -> Imported:
    """The corrections a reviewer made in a workbook, in the order of its sheets.

    Args:
        worksheet: the one the workbook was made from; it tells which list a new row belongs to.

    Raises:
        DecisionError: 处理 holds something that is none of the choices.
    """
    columns = {
        fact.id: column
        for rows in worksheet.rows
        for row in rows.rows
        for column, fact in row.cells.items()
    }
    found: list[Correction] = []
    notes: list[str] = []
    faults: list[str] = []
    for change in sheet.corrections:
        try:
            if change.kind == "added_row":
                made = _added_row(change, columns)
            else:
                made = _BY_KIND[change.kind](change)
        except DecisionError as error:
            faults.append(f"{change.place}：{error}")
            continue
        if isinstance(made, str):
            notes.append(f"{change.place}：{made}")
        else:
            found.append(made.model_copy(update={"source": change.place}))
    if faults:
        raise DecisionError("；\n".join(faults) + "。没有写入任何更正")
    return Imported(tuple(found), tuple(notes))


def _fact(change: SheetCorrection) -> Correction | str:
    if change.shown_before == change.shown_after:
        return Correction(action=Action.COMMENT, on=change.on, reason=change.comment)
    if not change.shown_after:
        return Correction(action=Action.REJECT, on=change.on, reason=change.comment)
    return Correction(
        action=Action.CORRECT, on=change.on, value=change.shown_after, reason=change.comment
    )


def _cell(change: SheetCorrection) -> Correction | str:
    on, _, column = change.on.partition("|")
    text = change.shown_after.strip(" —")
    if not text:
        return "这一格没有读到内容，清空它不改变什么"
    return Correction(
        action=Action.CHANGE_ROW, on=on, cells={column: text}, reason=change.comment
    )  # fmt: skip


def _whole(change: SheetCorrection) -> Correction | str:
    return Correction(action=Action.COMMENT, on=WORKSHEET, reason=change.comment)


def _finding(change: SheetCorrection) -> Correction | str:
    return _chosen(change, accept=Action.CONFIRM, reject=Action.DISMISS)


def _row(change: SheetCorrection) -> Correction | str:
    return _chosen(change, accept=Action.ACCEPT, reject=Action.REMOVE_ROW)


def _criterion(change: SheetCorrection) -> Correction | str:
    return _chosen(change, accept=Action.VERDICT, reject=Action.VERDICT)


def _material(change: SheetCorrection) -> Correction | str:
    return _chosen(change, accept=Action.MATERIAL, reject=Action.MATERIAL)


_OPINIONS = {"accept": Opinion.AGREE.value, "reject": Opinion.DISAGREE.value}


def _chosen(change: SheetCorrection, accept: Action, reject: Action) -> Correction:
    """What a choice of 处理 with its 意见 means for the thing it stands beside."""
    chosen = change.shown_after
    if not chosen:
        return Correction(action=Action.COMMENT, on=change.on, reason=change.comment)
    if chosen not in ACTIONS:
        raise DecisionError(f"处理“{chosen}”不是可选项（采纳、请申请单位说明、不采纳）")
    actions = {"accept": accept, "reject": reject, "ask": Action.ASK}
    judged = change.kind in ("criterion", "material")
    return Correction(
        action=actions[chosen],
        on=change.on,
        value=_OPINIONS.get(chosen) if judged else None,
        reason=change.comment,
    )


def _deleted_row(change: SheetCorrection) -> Correction | str:
    if not change.on.startswith("f_"):
        return "这一行被删去；问题、条件和材料不能删除，请在“处理”栏选“不采纳”"
    return Correction(
        action=Action.REMOVE_ROW, on=change.on, reason=change.comment or "在表中删去"
    )  # fmt: skip


def _added_row(change: SheetCorrection, columns: Mapping[str, str]) -> Correction | str:
    cells = {columns[fact]: text for fact, text in change.cells if fact in columns}
    lists = {column.partition(".")[0] for column in cells}
    if len(lists) != 1:
        return f"新增的一行（{change.shown_after[:60]}）不在列表中，没有导入"
    return Correction(action=Action.ADD_ROW, on=lists.pop(), cells=cells, reason=change.comment)


_BY_KIND: Mapping[str, Callable[[SheetCorrection], Correction | str]] = {
    "fact": _fact,
    "cell": _cell,
    "worksheet": _whole,
    "finding": _finding,
    "row": _row,
    "criterion": _criterion,
    "material": _material,
    "deleted_row": _deleted_row,
}
