"""Ids that only programs know are told as people know them; the head names what a code is."""

from __future__ import annotations

import pytest
from docx import Document
from support.config import the_tools
from worksheet_factory import NAMING, fact, make_worksheet

from extractor.core.worksheet import CaseEntry, Problem
from extractor.pipeline.naming import naming_of
from extractor.worksheet.docx.sections import add_criteria
from extractor.worksheet.english import English
from extractor.worksheet.head import case_value, head_lines, problem_groups
from extractor.worksheet.naming import Naming
from extractor.worksheet.prepared import for_people
from extractor.worksheet.readable import with_clauses, without_ids
from extractor.worksheet.regions import region_text
from extractor.worksheet.telling import Telling, criterion_value, threshold_text
from extractor.worksheet.wording import Words, words_of

ZH, EN = words_of("zh"), words_of("en")


def test_an_id_behind_its_label_is_left_out_and_an_unknown_one_stays() -> None:
    made = make_worksheet()
    finding = made.findings[0].model_copy(
        update={"message": "未核对：缺少 传真（app_fax）、机器（not_known）"}
    )
    shown = without_ids(made.model_copy(update={"findings": (finding,)}), NAMING)
    assert shown.findings[0].message == "未核对：缺少 传真、机器（not_known）"


def test_a_condition_is_named_by_article_and_first_words() -> None:
    made = make_worksheet()
    one, two = made.criteria[:2]
    noted = two.model_copy(update={"note": f"{one.id}：达到；X{one.id}：未见"})
    shown = with_clauses(made.model_copy(update={"criteria": (one, noted)}), ZH)
    note = shown.criteria[1].note or ""
    assert note.startswith(f"{one.article}“{one.text[:10]}")
    assert f"X{one.id}" in note, "another id that only ends alike is not touched"


def test_the_contract_keeps_its_ids() -> None:
    made = make_worksheet()
    before = made.model_dump_json()
    for_people(made, NAMING, "zh")
    assert made.model_dump_json() == before


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("360703", "江西省（行政区划代码 360703）", "Jiangxi (division code 360703)"),
        ("650104", "新疆维吾尔自治区（行政区划代码 650104）", "Xinjiang (division code 650104)"),
        ("990000", "行政区划代码 990000", "division code 990000"),
        ("章贡区", "章贡区", "章贡区"),
    ],
)
def test_a_region_code_says_what_it_is(code: str, zh: str, en: str) -> None:
    assert (region_text(code, ZH), region_text(code, EN)) == (zh, en)


def test_the_head_shows_the_region_with_its_province() -> None:
    made = make_worksheet()
    case = made.case.model_copy(update={"region": CaseEntry(value="360703", source="option")})
    telling = Telling(made.model_copy(update={"case": case}), ZH, NAMING)
    assert case_value(telling, "region", "360703") == "江西省（行政区划代码 360703）"
    assert "江西省（行政区划代码 360703）" in {line.value for line in head_lines(telling)}


def test_a_threshold_that_is_a_field_is_named_by_its_label() -> None:
    made = make_worksheet()
    asked = made.criteria[0].model_copy(
        update={"comparator": "equals_field", "threshold": "app_fax", "threshold_printed": None}
    )
    assert threshold_text(Telling(made, ZH, NAMING), asked) == "= 传真"


def test_fields_that_show_a_clause_are_named_by_their_labels() -> None:
    made = make_worksheet()
    asked = made.criteria[0].model_copy(update={"unit": None, "threshold_printed": None})
    shown = criterion_value(Telling(made, ZH, NAMING), asked, ("report_narrative", "app_fax"))
    assert shown == "情况说明、传真"


def test_a_share_without_a_per_cent_sign_in_its_clause_is_still_one() -> None:
    made = make_worksheet()
    share = "0.9761904761904761904761904761"
    quantity = made.quantities[0].model_copy(update={"id": "satisfaction_ratio", "value": share})
    telling = Telling(
        made.model_copy(update={"quantities": (quantity,)}),
        ZH,
        Naming(kinds={"satisfaction_ratio": "ratio"}),
    )
    asked = made.criteria[0].model_copy(
        update={"unit": None, "text": "企业满意度 满意 不满意", "threshold_printed": None}
    )
    assert criterion_value(telling, asked, share) == "97.62%"


_ENGLISH = English(
    {"附表": "annexed table", "注": "note", "复评范围": "scope", "盖章": "seal", "第{n}页坏了": "page {n} is broken"}
)  # fmt: skip


@pytest.mark.parametrize(
    ("article", "english"),
    [
        ("第五条", "Art. 5"),
        ("第十一条（一）", "Art. 11(1)"),
        ("第八条（三） 附件1", "Art. 8(3), Annex 1"),
        ("附件5 注", "Annex 5, note"),
        ("三、4", "3.4"),
        ("一、复评范围", "1. scope"),
        ("附件2 申请表 一", "Annex 2, 申请表, part 1"),
    ],
)
def test_articles_are_cited_in_english(article: str, english: str) -> None:
    assert _ENGLISH.article(article) == english


def test_articles_needs_and_problems_are_english_in_an_english_worksheet() -> None:
    made = make_worksheet()
    criterion = made.criteria[0].model_copy(update={"article": "第五条"})
    material = made.materials[0].model_copy(update={"article": "附件5", "needs": ("盖章",)})
    finding = made.findings[0].model_copy(update={"articles": ("JX.5: 第五条（一）",)})
    problem = Problem(stage="pages", kind="repeated", page=3, message="第3页坏了")
    shown = for_people(
        made.model_copy(
            update={
                "criteria": (criterion,),
                "materials": (material,),
                "findings": (finding,),
                "problems": (problem,),
            }
        ),
        Naming(english=_ENGLISH),
        "en",
    )
    assert shown.criteria[0].article == "Art. 5"
    assert (shown.materials[0].article, shown.materials[0].needs) == ("Annex 5", ("seal",))
    assert shown.findings[0].articles == ("JX.5: Art. 5(1)",)
    assert shown.problems[0].message == "page 3 is broken"


def test_a_day_that_a_clause_names_is_told_like_any_day() -> None:
    made = make_worksheet()
    asked = made.criteria[0].model_copy(
        update={
            "unit": None, "text": "于3月23日前报送", "threshold_printed": None,
            "comparator": "<=", "threshold": "2023-03-23",
        }
    )  # fmt: skip
    telling = Telling(made, ZH, NAMING)
    assert criterion_value(telling, asked, "2021-11-22") == "2021年11月22日"
    assert threshold_text(telling, asked) == "≤ 2023年3月23日"
    window = criterion_value(telling, asked, ("2019-04-20", "2019-05-10"))
    assert window == "2019年4月20日、2019年5月10日"


def test_a_figure_that_is_a_cited_value_is_shown_as_that_value() -> None:
    made = make_worksheet()
    cited = fact("f_share", "app_staff_qualified_ratio", "0.725", "72.5%", unit="%")
    asked = made.criteria[0].model_copy(
        update={"unit": None, "text": "主要", "threshold_printed": None, "facts": ("f_share",)}
    )
    telling = Telling(made.model_copy(update={"facts": (*made.facts, cited)}), ZH, NAMING)
    assert criterion_value(telling, asked, "0.725") == "72.5%"


def test_a_problem_of_many_pages_is_told_once_with_its_pages() -> None:
    made = make_worksheet()
    failed = tuple(
        Problem(stage="pages", kind="lost", page=n, message=f"packet.pdf 第{n}页：没有读")
        for n in (1, 2, 3)
    )
    other = Problem(stage="pages", kind="twice", page=3, message="第3页与第2页相同")
    groups = problem_groups(made.model_copy(update={"problems": (*failed, other)}))
    assert [(p.message, pages) for p, pages in groups] == [
        ("packet.pdf：没有读", (1, 2, 3)),
        ("第3页与第2页相同", (3,)),
    ]


def test_a_long_value_of_a_condition_stands_whole_under_its_row_in_the_report() -> None:
    made = make_worksheet()
    prose = "2020年利润总额95.1万元（盈利）、2021年利润总额52.7万元（盈利）、资产负债率13.23%、审计意见：保留意见"
    asked = made.criteria[0].model_copy(update={"evidence": prose, "unit": None})
    telling = Telling(made.model_copy(update={"criteria": (asked,)}), ZH, NAMING)
    document = Document()
    add_criteria(document, telling, {}, 1)
    rows = [[c.text for c in row.cells] for row in document.tables[0].rows]
    assert any(cell.endswith("…") and prose.startswith(cell[:-1]) for cell in rows[1])
    assert f"佐证数：{prose}" in rows[2][1]
    first, second = document.tables[0].rows[1]._tr, document.tables[0].rows[2]._tr
    assert first.xpath(".//w:keepNext") and not second.xpath(".//w:keepNext")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_two_columns_of_a_list_have_one_head(lang: str) -> None:
    naming = naming_of(the_tools().catalogue, lang)
    for field, columns in naming.columns.items():
        heads = [naming.head(column) for column in columns]
        assert len(heads) == len(set(heads)), field


def test_brackets_in_a_label_are_only_taken_off_where_they_close_at_its_end() -> None:
    labels = naming_of(the_tools().catalogue).labels.values()
    assert not [label for label in labels if label.count("（") != label.count("）")]
    assert "（一）…（八）" in labels


@pytest.mark.parametrize("words", [ZH, EN])
def test_the_legend_says_what_the_numbers_of_ambiguities_and_checks_are(words: Words) -> None:
    assert "AMB-" in words("how.9.text")
    assert "extractor schemes show" in words("how.9.text")
