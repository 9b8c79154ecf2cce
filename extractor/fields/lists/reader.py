"""What lists say beyond their cells: levels of titles, of-which rows, partners' kind, stated totals."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.core.baselines import baseline_rows
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, FactStatus, Row, RowSet, Value, fact_id
from extractor.fields.lists.event_kinds import event_kind
from extractor.fields.prose import find_fact
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView
from extractor.values.parse import parse_value

_ORG_END = re.compile(
    r"(公司|大学|学院|学校|研究院|研究所|研究会|所|院|中心|协会|商会|学会|联合会|促进会|基金会|局|厂|社|银行|支行|分行|机构|联盟|园|基地)"
    r"(\s*[（(][^（()）]*[）)])?$"
)
_SPLIT = re.compile(r"[、；;\n]|(?<=公司)(?=[\u4e00-\u9fa5])")
_OF_WHICH = re.compile(r"\s*其\s*中\s*[:：，,、]?\s*")
#: Whether an agreement was signed, where a column says so beside the partner's name.
_SIGNED = re.compile(
    r"(?:已|均已)?(?:经)?签[订约署]?(?:协议|合同|合作协议)?|是|√|有(?:协议)?|已签.*"
)
_UNSIGNED = re.compile(
    r"(?:合作)?意向.*|未签.*|尚?未.*|没有.*|否|×|拟签?.*|洽谈.*|口头.*|待签.*|长期合作|无协议"
)
_ONLINE = re.compile(r"线上|网络|网上|在线|直播|远程|云课堂|视频|腾讯会议|钉钉")
_ON_SITE = re.compile(r"线下|集中|现场|面授|到场|课堂授课")
_DASHES = frozenset({"一", "二", "一一"})
_TOTALS = (
    r"实际服务\s*[（(]?\s*(\d[\d,，\s]{0,6})\s*[)）]?\s*家",
    r"共?服务(?:中小)?企业\s*[（(]?\s*(\d[\d,，\s]{0,6})\s*[)）]?\s*家",
)


def derive(fact: Fact, field: str, value: Value, factor: float = 1.0) -> Fact:
    """A fact for ``field`` that follows from ``fact``: same place, never surer."""
    confidence = round(fact.confidence * factor, 4)
    return fact.model_copy(
        update={
            "id": fact_id(fact.id, fact.page, field, None, fact.box),
            "field": field,
            "value": value,
            "confidence": confidence,
            "unit": None,
            "status": fact.status if factor >= 1.0 else FactStatus.DOUBTFUL,
        }
    )


def finish_rows(view: DocumentView, rows: RowSet, specs: FieldSpecs) -> RowSet:
    """The list with its derived columns and, where printed, its stated total."""
    if rows.field == "staff_roster":
        return rows.model_copy(update={"rows": tuple(_staff(r, specs) for r in rows.rows)})
    if rows.field == "app_service_content":
        return rows.model_copy(update={"rows": tuple(_content(r) for r in rows.rows)})
    if rows.field == "app_events":
        return rows.model_copy(update={"rows": tuple(_event(r) for r in rows.rows)})
    if rows.field == "training_records":
        return rows.model_copy(update={"rows": tuple(_training(r) for r in rows.rows)})
    if rows.field == "app_partners":
        return rows.model_copy(update={"rows": tuple(_partners(rows.rows))})
    return rows


def stated_total(view: DocumentView, specs: FieldSpecs) -> Fact | None:
    """``实际服务(135)家企业`` under the served list; ``None`` where nothing is stated."""
    for page in reversed(view.pages):
        runs = [TextRun(page, tuple(row)) for row in baseline_rows(page.read.lines)]
        for pattern in _TOTALS:
            fact = find_fact(
                view, specs.catalogue, "served_list_stated_total", runs, pattern, kind="count"
            )
            if fact is not None:
                return fact
    return None


def _staff(row: Row, specs: FieldSpecs) -> Row:
    title = row.cells.get("staff_roster.title")
    if title is None or not isinstance(title.value, str):
        return row
    if fold_text(title.raw) in _DASHES:
        # A dash over an empty cell is read as the numeral; no title is called one or two.
        title = title.model_copy(
            update={"value": "—", "confidence": min(title.confidence, 0.8),
                    "status": FactStatus.DOUBTFUL, "alternatives": (title.raw,)}
        )  # fmt: skip
    if title.value == "—":
        level = derive(title, "staff_roster.title_level", "none")
        return row.model_copy(
            update={"cells": {**row.cells, title.field: title, level.field: level}}
        )
    enum = specs.catalogue.enums["title_level"]
    parsed = parse_value("enum", title.raw, enum=enum.labels)
    if parsed is None or isinstance(parsed.value, tuple):
        return row
    level = derive(title, "staff_roster.title_level", parsed.value, parsed.factor)
    return row.model_copy(update={"cells": {**row.cells, level.field: level}})


def _content(row: Row) -> Row:
    function = row.cells.get("app_service_content.function")
    if function is None:
        return row
    head = _OF_WHICH.match(function.raw)
    detail = derive(function, "app_service_content.is_detail", head is not None)
    if head is not None and isinstance(function.value, str) and function.raw[head.end() :]:
        value = _OF_WHICH.sub("", function.value, count=1)
        function = function.model_copy(update={"value": value})
    cells = {**row.cells, function.field: function, detail.field: detail}
    return row.model_copy(update={"cells": cells})


def _event(row: Row) -> Row:
    """The kind of an event follows from its title, where no column says it."""
    title = row.cells.get("app_events.title")
    kind = event_kind(str(title.value)) if title is not None and title.value is not None else None
    told = row.cells.get("app_events.kind")
    if title is None or kind is None or (told is not None and told.value is not None):
        return row
    fact = derive(title, "app_events.kind", kind)
    return row.model_copy(update={"cells": {**row.cells, fact.field: fact}})


def _training(row: Row) -> Row:
    """Whether a session was held online, as the column for how it was held says; both is neither."""
    told = row.cells.get("training_records.online")
    if told is None:
        return row
    online, here = _ONLINE.search(told.raw), _ON_SITE.search(told.raw)
    if (online is None) == (here is None):
        cells = {k: v for k, v in row.cells.items() if k != told.field}
        return row.model_copy(update={"cells": cells})
    fact = told.model_copy(update={"value": online is not None})
    return row.model_copy(update={"cells": {**row.cells, told.field: fact}})


def _partners(rows: Sequence[Row]) -> list[Row]:
    """One row a partner: several names in one cell are split, other partners get rows of their own."""
    result: list[Row] = []
    for row in rows:
        rest = {
            k: v for k, v in row.cells.items()
            if k not in ("app_partners.name", "app_partners.signed")
        }  # fmt: skip
        status = row.cells.get("app_partners.signed")
        said = None if status is None else _says_signed(status.raw)
        for field, signed in (("app_partners.name", True), ("app_partners.signed", False)):
            fact = row.cells.get(field)
            if fact is None or (fact is status and said is not None):
                continue
            for name in _names(fact.raw):
                partner = _partner(len(result) + 1, fact, name, signed, rest if signed else {})
                if signed and status is not None and said is not None:
                    own = status.model_copy(update={"value": said})
                    partner = partner.model_copy(
                        update={"cells": {**partner.cells, own.field: own}}
                    )
                result.append(partner)
    return result


def _says_signed(text: str) -> bool | None:
    """What a column about the agreement says; ``None`` where it holds the names of other partners."""
    folded = fold_text(text)
    if _UNSIGNED.fullmatch(folded):
        return False
    return True if _SIGNED.fullmatch(folded) else None


def _names(text: str) -> list[str]:
    names = [n.strip(" ，,。.") for n in _SPLIT.split(text)]
    return [re.sub(r"^\d+\s*[、.．]?\s*", "", n) for n in names if len(fold_text(n)) >= 2]


def _partner(no: int, fact: Fact, name: str, signed: bool, rest: dict[str, Fact]) -> Row:
    kind = "institution" if _ORG_END.search(name) or len(fold_text(name)) > 4 else "expert"
    base = fact.model_copy(
        update={
            "id": fact_id(fact.id, fact.page, "app_partners.name", no, fact.box),
            "field": "app_partners.name", "value": name, "raw": name,
        }
    )  # fmt: skip
    cells = {
        "app_partners.name": base,
        "app_partners.kind": derive(base, "app_partners.kind", kind),
        "app_partners.signed": derive(base, "app_partners.signed", signed),
        **rest,
    }
    return Row(no=no, cells=cells)
