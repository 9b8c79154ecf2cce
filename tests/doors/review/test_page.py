"""What the page shows and does, without a browser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from urllib.parse import quote

import pytest
from PIL import Image
from starlette.testclient import TestClient
from support.decided import CONTACT, ID_NUMBER, fact_of, filled_reading
from support.review_site import (
    LEAD,
    Site,
    doubted_worksheet,
    form_of,
    judged,
    packet_of,
    send,
    write_result,
)

from extractor.core.worksheet import Worksheet
from extractor.doors.review import words
from extractor.doors.review.lists import ROWS_AT_ONCE
from extractor.doors.review.parts import PARTS
from extractor.worksheet.json_out import read_json

ASSETS = "app_total_assets_prev_year_end"


def ident(field: str) -> str:
    return fact_of(doubted_worksheet(), field).id


def everything(client: TestClient, packet: str) -> dict[str, str]:
    """Every piece of HTML about a packet, by its address."""
    paths = ["/", f"{packet}/", f"{packet}/sign", f"{packet}/next"]
    paths += [f"{packet}/part/{part}" for part in PARTS]
    lists = re.findall(r'hx-get="([^"]+/rows/[^"]+)"', client.get(f"{packet}/part/lists").text)
    paths += lists
    paths += [f"{packet}/boxes/{no}" for no in (1, 2, 3)]
    found = {path: client.get(path).text for path in paths}
    items = {on for text in found.values() for on in re.findall(r'data-on="([^"]+)"', text)}
    for on in sorted(items):
        found[on] = client.get(f"{packet}/item", params={"on": on.replace("&#39;", "'")}).text
    return found


class Tags(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_every_answer_forbids_inline_code_frames_and_other_hosts(site: Site) -> None:
    client = site.client()
    packet = packet_of(client)
    for path in ("/", f"{packet}/", "/login", "/static/review.js", f"{packet}/image/1", "/nothing"):
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert (
            "private" in answer.headers["cache-control"]
            or "no-store" in answer.headers["cache-control"]
        )


def test_nothing_on_any_page_is_inline_or_comes_from_elsewhere(site: Site) -> None:
    client = site.client()
    for path, text in everything(client, packet_of(client)).items():
        for tag, attributes in Tags(text).tags:
            assert tag != "style", path
            if tag == "script":
                assert attributes.get("type") == "application/json" or attributes.get("src"), path
            for name, value in attributes.items():
                assert not name.startswith(("on", "hx-on")) and name != "style", (path, name)
                if name in ("src", "href", "action", "hx-get", "hx-post"):
                    assert (value or "").startswith(("/", "?", "#")), (path, value)
                    assert not (value or "").startswith("//")


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}{% raw %}",
    "</svg><script>1</script>",
    "javascript:alert(1)",
    "反\u202e向",
    "<svg onload=alert(1)>",
)


def hostile_worksheet() -> Worksheet:
    """The filled packet with hostile words wherever a packet can put words."""
    reading = filled_reading()
    facts = [
        f.model_copy(update={"value": HOSTILE[n % len(HOSTILE)], "raw": HOSTILE[-n % len(HOSTILE)]})
        if f.field in ("app_org_name", "app_legal_rep")
        else f
        for n, f in enumerate(reading.facts)
    ]
    rows = []
    for row_set in reading.rows:
        made = [
            row.model_copy(
                update={
                    "cells": {
                        c: f.model_copy(update={"value": HOSTILE[n % 8], "raw": HOSTILE[n % 8]})
                        if isinstance(f.value, str) and not c.endswith(("education", "satisfied"))
                        else f
                        for c, f in row.cells.items()
                    }
                }
            )
            for n, row in enumerate(row_set.rows)
        ]
        rows.append(row_set.model_copy(update={"rows": tuple(made)}))
    file = reading.packet.files[0].model_copy(update={"name": HOSTILE[1]})
    return judged(
        reading.model_copy(
            update={
                "facts": tuple(facts),
                "rows": tuple(rows),
                "packet": reading.packet.model_copy(
                    update={"name": HOSTILE[0], "files": (file,), "id": "p_hostile"}
                ),
                "documents": tuple(
                    d.model_copy(update={"title": HOSTILE[n]})
                    for n, d in enumerate(reading.documents)
                ),
            }
        )
    )


def test_words_of_a_hostile_packet_stay_words(tmp_path: Path) -> None:
    write_result(tmp_path / "out" / "甲", hostile_worksheet())
    client = Site(tmp_path / "out", tmp_path / "home").client()
    packet = packet_of(client)
    said = send(client, packet, action="comment", on="worksheet", reason=HOSTILE[1])
    assert said.status_code == 200
    pages = everything(client, packet)
    assert any("&lt;script&gt;" in text for text in pages.values())  # it is there, as text
    for path, text in pages.items():
        for tag, attributes in Tags(text).tags:
            assert not any(name.startswith("on") for name in attributes), path
            if tag == "script":
                assert attributes.get("type") == "application/json" or attributes.get("src")
            assert not (tag == "img" and attributes.get("src") == "x"), path
        assert "\u202e" not in text
    for name in (HOSTILE[0], "../../etc/passwd", "p\x00"):
        assert client.get(f"{packet}/part/{quote(name, safe='')}").status_code == 404
        assert client.get(f"{packet}/item", params={"on": f"fact:{name}"}).status_code == 404


def test_personal_numbers_are_masked_in_every_piece_and_painted_over_in_pictures(
    site: Site,
) -> None:
    client = site.client()
    packet = packet_of(client)
    assert ID_NUMBER in (site.root / "某平台" / "worksheet.json").read_text("utf-8")
    for path, text in everything(client, packet).items():
        assert ID_NUMBER not in text and CONTACT not in text, path
    picture = client.get(f"{packet}/image/1")
    (site.root / "shown.jpg").write_bytes(picture.content)
    fact = fact_of(doubted_worksheet(), "app_legal_rep_id_no")
    assert fact.box is not None
    with Image.open(site.root / "shown.jpg") as shown:
        middle = shown.getpixel((int((fact.box[0] + fact.box[2]) / 2), int(fact.box[1] + 7)))
    assert isinstance(middle, tuple) and all(170 < part < 210 for part in middle)
    assert ID_NUMBER not in client.get(f"{packet}/export/json").text


def test_a_correction_runs_the_rules_and_says_what_changed(site: Site) -> None:
    client = site.client()
    packet = packet_of(client)
    fact = f"fact:{ident(ASSETS)}"
    answer = send(client, packet, action="correct", on=fact, value="50万元", reason="原件为50万元")
    assert answer.status_code == 200
    assert "资产总额200万元以上" in answer.text and "→" in answer.text
    assert "50万元" in answer.text and "315万元" in answer.text  # both values
    trigger = json.loads(answer.headers["hx-trigger-after-settle"])["decided"]
    assert trigger["cells"][ident(ASSETS)][1] == "fixed"
    stored = read_json(site.root / "某平台" / "worksheet.json")
    assert fact_of(stored, ASSETS).value == "500000"
    assert ID_NUMBER in (site.root / "某平台" / "worksheet.json").read_text("utf-8")
    restored = send(client, packet, action="restore", on=fact)
    assert "→" in restored.text
    assert fact_of(read_json(site.root / "某平台" / "worksheet.json"), ASSETS).value == "3150000"


def test_accepting_a_value_shows_the_next_one_in_doubt_until_none_is_left(site: Site) -> None:
    client = site.client()
    packet = packet_of(client)
    shown = client.get(f"{packet}/next").text
    seen = []
    while "data-item" in shown and "act" in shown and len(seen) < 9:
        on = re.search(r'data-item="([^"]+)"', shown)
        assert on is not None
        if on[1] in seen:
            break
        seen.append(on[1])
        shown = send(client, packet, action="accept", on=on[1]).text
    assert sorted(seen) == sorted(f"fact:{ident(f)}" for f in doubted_fields())
    assert "没有存疑" in client.get(f"{packet}/").text
    assert "没有存疑的数据了" in client.get(f"{packet}/next").text


def doubted_fields() -> list[str]:
    return [f.field for f in doubted_worksheet().facts if f.status == "doubtful"]


def test_walking_the_doubtful_values_comes_round_in_both_directions(site: Site) -> None:
    client = site.client()
    packet = packet_of(client)

    def walk(by: str) -> list[str]:
        found, at = [], ""
        for _ in range(4):
            text = client.get(f"{packet}/next", params={"after": at, "by": by}).text
            match = re.search(r'data-item="([^"]+)"', text)
            assert match is not None
            at = match[1]
            found.append(at)
        return found

    there, back = walk("1"), walk("-1")
    assert len(set(there)) == 3 and there[0] == there[3]
    assert back[0] == there[2] and back[:3] == there[2::-1]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "correct", "on": "fact:{id}", "value": "很多"}, 422),
        ({"action": "correct", "on": "fact:{id}", "value": ""}, 422),
        ({"action": "correct", "on": "fact:f_none", "value": "1"}, 422),
        ({"action": "nonsense", "on": "fact:{id}"}, 422),
        ({"action": "comment", "on": ""}, 422),
        ({"action": "verdict", "on": "criterion:none", "value": "met"}, 422),
        ({"action": "reopen", "on": "worksheet", "reason": "x"}, 422),
        ({"action": "comment", "on": "worksheet", "reason": "x", "head": "old"}, 409),
    ],
)
def test_what_cannot_be_carried_out_is_said_and_changes_nothing(
    site: Site, fields: dict[str, str], status: int
) -> None:
    client = site.client()
    packet = packet_of(client)
    before = (site.root / "某平台" / "worksheet.json").read_bytes()
    given = {k: v.replace("{id}", ident(ASSETS)) for k, v in fields.items()}
    answer = client.post(
        f"{packet}/decide",
        data={**form_of(client, packet), **given},
        headers={"hx-request": "true"},
    )
    assert answer.status_code == status
    assert answer.headers["hx-retarget"] == "#notice"
    assert len(answer.text) > 20
    assert (site.root / "某平台" / "worksheet.json").read_bytes() == before


def test_findings_criteria_and_materials_take_the_reviewers_word(site: Site) -> None:
    client = site.client()
    packet = packet_of(client)
    finding = re.findall(r'data-on="(finding:[^"]+)"', client.get(f"{packet}/part/findings").text)
    criterion = re.findall(
        r'data-on="(criterion:[^"]+)"', client.get(f"{packet}/part/judgement").text
    )
    material = re.findall(
        r'data-on="(material:[^"]+)"', client.get(f"{packet}/part/materials").text
    )
    assert "属实（王审核）" in send(client, packet, action="confirm", on=finding[0]).text
    assert "属实" in client.get(f"{packet}/part/findings").text
    asked = send(client, packet, action="ask", on=finding[1], reason="请补电话")
    assert "请补电话" in asked.text and "已请说明" in asked.text
    said = send(client, packet, action="verdict", on=criterion[0], value="met", reason="见第1页")
    assert "审核意见：符合（王审核）：见第1页" in said.text
    assert (
        "审核意见" in send(client, packet, action="material", on=material[0], value="disagree").text
    )
    record = client.get(f"{packet}/part/log").text
    assert record.count("王审核") == 4 and "请补电话" in record


def test_a_row_is_removed_added_and_struck_out(site: Site) -> None:
    client = site.client()
    packet = packet_of(client)
    rows = f"{packet}/rows/served_list"
    cell = re.findall(r'data-on="fact:([^"]+)"', client.get(rows).text)[0]
    gone = send(client, packet, action="remove_row", on=f"fact:{cell}", target=f"row:{cell}")
    assert gone.status_code == 200 and "已排除" in gone.text
    assert client.get(rows).text.count('class="gone"') >= 4
    added = send(
        client, packet, action="add_row", on="newrow:served_list", page="3",
        **{"cell.served_list.enterprise": "南昌己公司", "cell.served_list.contact": ""},
    )  # fmt: skip
    assert added.status_code == 200 and "南昌己公司" in added.text
    assert "南昌己公司" in client.get(rows).text
    new = send(
        client, packet, action="add", on="new:", field="app_website", value="www.a.cn", page="1"
    )
    assert "www.a.cn" in new.text


def test_signing_freezes_the_page_and_a_lead_opens_it_again(site: Site) -> None:
    client = site.client()
    packet = packet_of(client)
    assert "3 个存疑" in client.get(f"{packet}/sign").text
    assert "王审核 已签字" in send(client, packet, action="sign_off", reason="同意上报").text
    item = client.get(f"{packet}/item", params={"on": f"fact:{ident(ASSETS)}"}).text
    assert "hx-post" not in item
    refused = send(client, packet, action="correct", on=f"fact:{ident(ASSETS)}", value="1万元")
    assert refused.status_code == 409
    lead = site.client(LEAD)
    assert "重新打开" in lead.get(f"{packet}/sign").text
    assert send(lead, packet, action="reopen", reason="").status_code == 422
    assert send(lead, packet, action="reopen", reason="补正").status_code == 200
    assert send(client, packet, action="comment", on="worksheet", reason="继续").status_code == 200


def test_every_export_holds_the_last_decision(site: Site) -> None:
    client = site.client()
    packet = packet_of(client)
    send(client, packet, action="correct", on=f"fact:{ident(ASSETS)}", value="50万元")
    for fmt in ("json", "xlsx", "docx", "html", "csv"):
        answer = client.get(f"{packet}/export/{fmt}")
        assert answer.status_code == 200 and len(answer.content) > 1000
        assert "attachment" in answer.headers["content-disposition"]
    assert "500000" in client.get(f"{packet}/export/json").text
    assert client.get(f"{packet}/export/exe").status_code == 404


def long_worksheet(rows: int = 300, pages: int = 300) -> Worksheet:
    """Three hundred pages with two lists of three hundred rows."""
    reading = filled_reading()
    lists = []
    for row_set in reading.rows:
        model = row_set.rows[0]
        made = tuple(
            model.model_copy(
                update={
                    "no": n,
                    "cells": {
                        c: f.model_copy(
                            update={"id": f"{f.id}{n:03d}", "page": 4 + n % (pages - 4)}
                        )
                        for c, f in model.cells.items()
                    },
                }
            )
            for n in range(1, rows + 1)
        )
        lists.append(row_set.model_copy(update={"rows": made}))
    infos = tuple(
        reading.pages[0].model_copy(update={"no": n, "page_in_file": n, "document": None})
        for n in range(1, pages + 1)
    )
    return judged(reading.model_copy(update={"rows": tuple(lists), "pages": infos}))


def test_a_long_packet_comes_in_pieces(tmp_path: Path) -> None:
    write_result(tmp_path / "out" / "长", long_worksheet(), pages=1)
    client = Site(tmp_path / "out", tmp_path / "home").client()
    packet = packet_of(client)
    assert len(client.get(f"{packet}/").content) < 40_000
    assert len(client.get(f"{packet}/part/lists").content) < 20_000
    seen, address = 0, f"{packet}/rows/staff_roster"
    while address:
        text = client.get(address).text
        seen += text.count('<td class="n muted">')
        assert text.count('<td class="n muted">') <= ROWS_AT_ONCE
        following = re.search(r'hx-get="([^"]+from=\d+)"', text)
        address = following[1] if following else ""
    assert seen == 300


def test_mounted_under_a_path_every_address_and_cookie_keeps_to_it(site: Site) -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    inner = site.client(enter=False).app
    outer = Starlette(routes=[Mount("/审/review", inner)])
    client = TestClient(outer, follow_redirects=False)
    entered = client.get("/审/review/enter?token=a-token-for-tests-only")
    assert entered.status_code == 303
    base = entered.headers["location"].removesuffix("/")
    page = client.get(f"{base}/").text
    for address in re.findall(r'(?:href|src|action)="([^"]+)"', page):
        assert address.startswith((base, "?", "#")), address


def test_the_page_never_says_whether_somebody_is_recognised() -> None:
    for zh, en in words._OWN.values():
        assert not re.search("予以认定|不予认定|通过认定|认定为", zh)
        assert "recogni" not in en.lower()


def test_both_languages_have_every_word_with_the_same_gaps() -> None:
    for key, (zh, en) in words._OWN.items():
        assert zh and en, key
        gaps = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (zh, en)]
        assert gaps[0] == gaps[1], key


def test_english_is_kept_once_chosen(site: Site) -> None:
    client = site.client()
    packet = packet_of(client)
    assert "Findings" in client.get(f"{packet}/?lang=en").text
    assert "Findings" in client.get(f"{packet}/").text
    assert "问题" in client.get(f"{packet}/?lang=zh").text
