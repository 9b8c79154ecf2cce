"""The scheme of a packet nobody named one for: by date, place and title, or a question to the user."""

from __future__ import annotations

from functools import cache

import pytest
from books import CONFIG, book, catalogue, document, fact

from extractor.core.canonical import PartialDate
from extractor.core.worksheet import CaseEntry
from extractor.rules.choosing import Choice, Known, SchemeUndecided, choose_scheme, known_of
from extractor.setup.scheme_head import SchemeHead
from extractor.setup.scheme_loading import load_schemes


@cache
def heads() -> tuple[SchemeHead, ...]:
    return tuple(scheme.head for scheme in load_schemes(CONFIG, catalogue()).values())


def choice(day: str | None, region: str | None, *titles: str) -> Choice:
    filed = None if day is None else PartialDate.parse(day)
    return choose_scheme(heads(), Known(filed, "read", region, titles))


@pytest.mark.parametrize(
    ("day", "region", "titles", "scheme"),
    [
        ("2024-04-18", "360113", (), "jiangxi_2023"),
        ("2023-08-15", "360113", (), "jiangxi_2023"),
        ("2019-06-12", "650104", (), "xinjiang_2012"),
        ("2012-08-15", "653101", (), "xinjiang_2012"),
        ("2023-03-16", "140105", (), "taiyuan_2023"),
        ("2023-12-31", "140105", (), "taiyuan_2023"),
        ("2024-01-01", "140105", (), "shanxi_2018"),
        ("2023-03-16", "140200", (), "shanxi_2018"),
        ("2023-03-16", "140105", ("山西省中小企业公共服务示范平台推荐表",), "taiyuan_2023"),
        ("2021-06-01", "320602", (), "jiangsu_2020_2023_recognition"),
        ("2019-05-08", "320602", ("江苏中小企业公共服务星级平台复评表",), "jiangsu_2019_reevaluation"),
        ("2020-06-01", "110000", (), "national_2017"),
        ("2025-10-20", "110000", (), "national_2017"),
        ("2024-04-18", "360113", ("国家中小企业公共服务示范平台申请报告",), "national_2017"),
        ("2015-05-01", "110000", (), "national_2012"),
    ],
)  # fmt: skip
def test_date_place_and_title_choose_one_scheme(
    day: str, region: str, titles: tuple[str, ...], scheme: str
) -> None:
    found = choice(day, region, *titles)
    assert found.scheme == scheme
    assert day in found.why
    assert region in found.why
    assert ("表上所印名称" in found.why) is bool(titles)


@pytest.mark.parametrize(
    ("day", "region", "named"),
    [
        ("2019-05-08", "320602", ("jiangsu_2010_star", "jiangsu_2019_reevaluation")),
        ("2025-11-01", "110000", ("national_2017", "national_2025_creation")),
        ("2023-08-15", None, ("jiangxi_2023", "national_2017", "xinjiang_2012")),
        (None, "320602", ("jiangsu_2010_star", "jiangsu_2020_2023_recognition")),
    ],
)
def test_where_several_fit_the_user_is_asked(
    day: str | None, region: str | None, named: tuple[str, ...]
) -> None:
    with pytest.raises(SchemeUndecided) as caught:
        choice(day, region)
    assert "--scheme" in str(caught.value)
    for ident in named:
        assert ident in str(caught.value)


def test_a_day_before_every_scheme_names_all_of_them() -> None:
    with pytest.raises(SchemeUndecided, match="没有与申报日期") as caught:
        choose_scheme(heads(), Known(PartialDate.parse("2009-01-01"), "option", "360113"))
    assert all(head.id in str(caught.value) for head in heads())


def test_a_draft_is_never_chosen_by_itself() -> None:
    draft = next(head for head in heads() if head.id == "national_2025_draft")
    assert draft.applies is None
    with pytest.raises(SchemeUndecided):
        choose_scheme([draft], Known(PartialDate.parse("2025-06-01"), "read", "110000"))


def test_what_is_known_comes_from_case_code_and_own_titles() -> None:
    form = document("f", "application_report", 1).model_copy(update={"title": "江西省某申请报告"})
    other = document("r", "recognition_document", 2).model_copy(update={"title": "国家某名单"})
    b = book(
        fact("lic_uscc", "91360113MA35ABCD1A", document="l"),
        documents=[form, other, document("l", "business_license", 3)],
    )
    known = known_of(b)
    assert known.region == "360113"
    assert known.titles == ("江西省某申请报告",)
    told = b.told.model_copy(update={"region": CaseEntry(value="650104", source="option")})
    assert known_of(type(b)(b.reading, told, b.catalogue)).region == "650104"
