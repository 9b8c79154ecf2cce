"""推荐表 of the national draft (2025), Jiangxi (2023) and Taiyuan (2023), as their annexes print it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractor.core.worksheet import Row, Worksheet
from extractor.worksheet.naming import Naming
from extractor.worksheet.official.fill import Filler, is_usable
from extractor.worksheet.official.layout import Form, FormCell, Grid, Line, NewPage, label
from extractor.worksheet.official.platforms import platform_name

_SURVEY, _PANEL = "sample_survey", "expert_panel"
_METHODS = ("上门拜访", "电话询问", "网络互动", "书面征求", "其他")
_RATINGS = ("very_satisfied", "basically_satisfied", "unsatisfied")


@dataclass(frozen=True, slots=True)
class Layout:
    """What one scheme's form prints.

    Attributes:
        cover: labels of the cover's lines: the platform, the recommender.
        survey_heads: heading of the survey's columns; ``columns`` the list columns under them.
        least: rows of the survey that the form asks for.
        numbered: methods are given by number in each row; else ticked once.
        rated: three columns to tick instead of one for the rating.
        panel: rows for experts; 0: the form has no panel page.
        blocks: headings of the blocks for text.
        opinion: heading of the recommendation.
    """

    title: tuple[str, ...]
    maker: str
    cover: tuple[str, str]
    dated: bool
    survey_title: str
    survey_heads: tuple[str, ...]
    columns: tuple[str, ...]
    widths_cm: tuple[float, ...]
    least: int
    numbered: bool
    rated: bool
    panel: int
    panel_note: str
    blocks: tuple[tuple[str, str], ...]
    opinion: str


_EFFECT = ("对区域中小企业发展的影响和作用", "rec_regional_effect")
LAYOUTS = {
    "national_2025_draft": Layout(
        ("国家中小企业公共服务示范平台", "推荐表"),
        "工 业 和 信 息 化 部 制",
        ("示范平台承担单位名称", "推荐单位"),
        False,
        "推荐单位组织测评情况（随机抽取，不少于10家）",
        ("抽样企业名称", "被访人员\n姓名", "职务", "联系电话", "接受服务内容", "对所受服务的总体评价"),
        ("enterprise", "respondent", "post", "phone", "service", "rating"),
        (4.6, 2.0, 1.9, 2.7, 3.4, 2.8),
        10, False, False, 0, "",
        (_EFFECT,),
        "推荐单位推荐意见：",
    ),
    "jiangxi_2023": Layout(
        ("江西省中小企业公共服务示范平台", "推荐表"),
        "江西省工业和信息化厅 制",
        ("申报单位(盖章)", "推荐部门(盖章)"),
        True,
        "推荐部门组织测评情况(随机抽取服务企业名单12家以上)",
        ("抽样企业\n名称", "测评方法\n(填编号)", "被访人\n姓名", "职务", "手机", "服务内容", "对所受服\n务满意与否"),
        ("enterprise", "method", "respondent", "post", "phone", "service", "rating"),
        (4.2, 1.9, 1.9, 1.9, 2.7, 2.9, 1.9),
        12, True, False, 5, "注：专家不少于3人",
        (_EFFECT, ("示范性", "rec_demonstration")),
        "设区市、赣江新区中小企业主管部门推荐意见",
    ),
    "taiyuan_2023": Layout(
        ("太原市中小企业公共服务示范平台", "推荐表"),
        "太原市工业和信息化局制",
        ("示范平台承担单位名称", "推荐单位"),
        True,
        "推荐单位组织测评情况（随机抽取，不少于10家）",
        ("抽样企业名称", "被访人\n员姓名", "职务", "联系电话", "接受服务内容", "很满意", "基本\n满意", "不满意"),
        ("enterprise", "respondent", "post", "phone", "service", "rating"),
        (4.4, 1.9, 1.9, 2.7, 3.0, 1.2, 1.2, 1.1),
        10, False, True, 5, "",
        (_EFFECT,),
        "县（市、区）、开发区中小企业主管部门推荐意见：",
    ),
}  # fmt: skip
"""By scheme id. The forms of the other schemes are not among the texts we have."""


def recommendation_form(
    worksheet: Worksheet, layout: Layout, naming: Naming, *, with_doubtful: bool = False
) -> Form:
    """The 推荐表 of one packet. The recommender's own opinions stay empty unless they were read."""
    filler = Filler(worksheet, naming, with_doubtful)
    filler.platform = platform_name(worksheet)
    blocks: list[Line | Grid | NewPage] = [*_cover(filler, layout), NewPage()]
    if layout.panel:
        blocks += [_panel(filler, layout)]
        blocks += [Line(layout.panel_note)] if layout.panel_note else []
        blocks.append(NewPage())
    blocks += [_survey(filler, layout)]
    name = "".join(layout.title) if len(filler.platform) > 40 else f"推荐表-{filler.platform}"
    return Form(
        name, False, tuple(blocks), tuple(filler.open_items), worksheet.packet.received_at
    )  # fmt: skip


def _cover(filler: Filler, layout: Layout) -> Iterator[Line]:
    for number, text in enumerate(layout.title):
        yield Line(text, "center", 22, bold=True, above_cm=3.0 if not number else 0.6)
    values = (filler.facts("app_org_name"), filler.facts("rec_recommender"))
    for number, (head, facts) in enumerate(zip(layout.cover, values, strict=True)):
        shown = filler.cell(head, facts)
        text = f"　　　　{head}：{shown.text or '________________________'}"
        yield Line(text, size=14, above_cm=5.0 if not number else 0.8, doubt=shown.doubt)
    if layout.dated:
        shown = filler.cell("填报日期", filler.facts("rec_form_date"))
        day = shown.text or "      年    月    日"
        yield Line(f"　　　　填报日期：{day}", size=14, above_cm=0.8, doubt=shown.doubt)
    yield Line(layout.maker, "center", 14, above_cm=6.0)


def _panel(filler: Filler, layout: Layout) -> Grid:
    """The experts' page: their opinion and names are written by them."""
    opinion = filler.cell("专家组评审意见", filler.facts("expert_panel_opinion"), align="left")
    widths, columns = (3.2, 4.2, 6.2, 3.8), ("name", "title", "employer")
    lines = [r for rows in filler.worksheet.rows if rows.field == _PANEL for r in rows.rows]
    people = []
    for number in range(max(layout.panel, len(lines))):
        if number < len(lines):
            row = lines[number]
            cells = [filler.column(f"专家{number + 1} {c}", row, f"{_PANEL}.{c}") for c in columns]
            people.append((*cells, FormCell()))
        else:
            people.append((FormCell(),) * 4)
    heads = tuple(label(t) for t in ("专家姓名", "职务/职称", "工作单位", "签字"))
    rows = (
        (label("专家组评审意见", 4, size=14),),
        (FormCell(opinion.text, 4, align="left", doubt=opinion.doubt),),
        heads,
        *people,
    )
    heights = (1.2, 12.0, 1.0, *([1.0] * len(people)))
    return Grid(widths, rows, heights)


def _survey(filler: Filler, layout: Layout) -> Grid:
    columns = len(layout.widths_cm)
    rows: list[tuple[FormCell, ...]] = [(label(layout.survey_title, columns, size=12),)]
    rows.append((label("测评方法"), FormCell(_methods(filler, layout), columns - 1)))
    heights = [1.0, 0.9]
    heads = layout.survey_heads
    if layout.rated:
        rows.append(
            (
                *(label(h, rows=2) for h in heads[:-3]),
                label("对所受服务的总体评价", 3, size=9),
            )
        )
        rows.append(tuple(label(h, size=9) for h in heads[-3:]))
        heights += [0.8, 0.9]
    else:
        rows.append(tuple(label(h) for h in heads))
        heights.append(1.3)
    lines = [r for listed in filler.worksheet.rows if listed.field == _SURVEY for r in listed.rows]
    lines = [r for r in lines if any(is_usable(f) for f in r.cells.values())]
    if len(lines) < layout.least:
        filler.leave(
            "抽样企业", f"测评记录只有 {len(lines)} 家，表上要求不少于 {layout.least} 家"
        )  # fmt: skip
    for number in range(max(layout.least, len(lines))):
        if number < len(lines):
            rows.append(_surveyed(filler, layout, lines[number], number + 1))
        else:
            rows.append((FormCell(),) * columns)
        heights.append(0.75)
    for head, field in layout.blocks:
        text = filler.cell(head, filler.facts(field), cols=columns - 1, align="left")
        rows.append((label(head), text))
        heights.append(2.6)
    filler.leave("推荐意见、盖章、日期", "由推荐单位填写")
    stamp = f"{layout.opinion}\n\n\n\n　　　　　　　　　　　　　　　　　　　　（ 盖 章 ）\n　　　　　　　　　　　　　　　　　　年　　月　　日"
    rows.append((FormCell(stamp, columns, align="left", label=True),))
    heights.append(4.5)
    return Grid(layout.widths_cm, tuple(rows), tuple(heights))


def _methods(filler: Filler, layout: Layout) -> str:
    if layout.numbered:
        return "　".join(f"{n}、{m}" for n, m in enumerate(_METHODS, 1))
    shown = filler.cell("测评方法", filler.facts("rec_survey_methods"))
    ticked = shown.text.replace("（存疑）", "").split("、") if shown.text else []
    return "　".join(("☑" if m in ticked else "□") + m for m in _METHODS)


def _surveyed(filler: Filler, layout: Layout, row: Row, number: int) -> tuple[FormCell, ...]:
    """One firm of the survey; a rating that the form's scale lacks stays open."""
    cells = []
    for head, column in zip(layout.survey_heads, layout.columns, strict=False):
        if column == "rating" and layout.rated:
            break
        what = f"第{number}家 {head}".replace("\n", "")
        cell = filler.column(what, row, f"{_SURVEY}.{column}")
        if column == "method" and cell.text:
            # The form asks for the number of the method, which is what the vocabulary calls it.
            cell = replace(cell, text=str(row.cells[f"{_SURVEY}.{column}"].value))
        cells.append(cell)
    if layout.rated:
        what = f"第{number}家 总体评价"
        shown = filler.column(what, row, f"{_SURVEY}.rating")
        fact = row.cells.get(f"{_SURVEY}.rating")
        value = fact.value if fact is not None and shown.text else None
        if value is not None and value not in _RATINGS:
            filler.leave(what, "所读评价不在本表三档之内", shown.text)
        cells += [FormCell("√" if value == r else "", doubt=shown.doubt) for r in _RATINGS]
    return tuple(cells)
