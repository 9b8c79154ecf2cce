"""Photo pages whose captions are a few labelled lines beside each picture, and events told in a cell."""

from __future__ import annotations

from support.pages import grid, line, page
from support.reading import column, rows_of

from extractor.core.worksheet import FactStatus

EVIDENCE = "service_activity_evidence"


def test_labelled_captions_in_two_columns_are_events_of_their_own() -> None:
    lines = [
        line("活动剪影", x=260, y=40, em=16),
        line("主题：专精特新申报辅", x=60, y=200),
        line("导培训班", x=60, y=217),
        line("日期：2022-04-12", x=60, y=236),
        line("地址：高新区创业大厦", x=60, y=255),
        line("主题：银企对接会", x=330, y=200),
        line("日期：2022-06-30", x=330, y=219),
        line("地址：市民中心二楼会", x=330, y=238),
        line("议室", x=330, y=255),
        line("主题：数字化转型沙龙", x=60, y=480),
        line("日期：2022-09-18", x=60, y=499),
    ]
    rows = rows_of(EVIDENCE, "app_events", page(lines))
    assert sorted(map(str, column(rows, "title"))) == sorted(
        ["专精特新申报辅导培训班", "银企对接会", "数字化转型沙龙"]
    )
    assert set(column(rows, "date")) == {"2022-04-12", "2022-06-30", "2022-09-18"}
    assert set(column(rows, "place")) == {"高新区创业大厦", "市民中心二楼会议室"}


def test_a_value_that_ends_in_the_middle_of_a_word_is_doubtful() -> None:
    lines = [
        line("活动：企业家研修班", x=330, y=100),
        line("时间：2023.5.6", x=330, y=120),
        line("地点：章贡区政务大厦三楼会", x=330, y=140),
        line("活动：政策宣讲会", x=330, y=420),
        line("时间：2023.7.8", x=330, y=440),
        line("地点：产业园会议室", x=330, y=460),
    ]
    rows = rows_of(EVIDENCE, "app_events", page(lines))
    assert rows is not None
    status = {str(r.cells["app_events.title"].value): r.cells["app_events.place"].status for r in rows.rows}  # fmt: skip
    assert status == {
        "企业家研修班": FactStatus.DOUBTFUL,
        "政策宣讲会": FactStatus.CERTAIN,
    }


def test_one_labelled_block_is_no_page_of_photos() -> None:
    lines = [
        line("培训签到表", x=240, y=60, em=16),
        line("培训主题：劳动用工合规讲座", x=60, y=110),
        line("培训时间：2023年3月3日", x=60, y=130),
        line("培训地点：三楼会议室", x=60, y=150),
    ]
    rows = rows_of(EVIDENCE, "app_events", page(lines))
    assert column(rows, "title") == ["劳动用工合规讲座"]
    assert column(rows, "place") == ["三楼会议室"]


def test_who_signed_over_a_day_is_no_event() -> None:
    lines = [
        line("创业服务沙龙活动记录", x=220, y=60, em=16),
        line("活动时间：2021年4月6日", x=60, y=120),
        line("活动地点：三楼会议室", x=60, y=145),
        line("丰赣业心", x=330, y=688, confidence=0.2),
        line("赣州市丰业创业服务中心", x=300, y=700),
        line("2021年4月8日", x=320, y=718),
    ]
    rows = rows_of(EVIDENCE, "app_events", page(lines))
    assert column(rows, "date") == ["2021-04-06"]
    assert "赣州市丰业创业服务中心" not in column(rows, "title")


def test_a_meeting_is_no_organisation_over_its_day() -> None:
    lines = [
        line("活动掠影", x=260, y=60, em=16),
        line("照片1 新材料供需洽谈会", x=90, y=330),
        line("2023年4月11日", x=110, y=346),
        line("照片2 省内商会负责人座谈会", x=360, y=330),
        line("2023年6月2日", x=390, y=346),
    ]
    rows = rows_of(EVIDENCE, "app_events", page(lines))
    assert column(rows, "title") == ["新材料供需洽谈会", "省内商会负责人座谈会"]


def test_events_told_between_commas_have_their_names() -> None:
    table = grid(
        [
            [
                "大型服务活动开展情况",
                "全年共3场：（1）2023年5月9日，青年创客训练营，高新区孵化大楼，31家企业64人；"
                "（2）2023年8月2日，在市民中心举办银企对接会，52家；"
                "（3）2023年11月11日，市会议中心，80人。",
            ]
        ]
    )
    rows = rows_of("application_form", "app_events", page(table))
    assert column(rows, "date") == ["2023-05-09", "2023-08-02", "2023-11-11"]
    assert column(rows, "title") == ["青年创客训练营", "银企对接会"]
