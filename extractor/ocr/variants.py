"""What a reader of mainland papers knows that the recogniser does not: its script and its brackets.

The recogniser reads simplified and traditional Chinese alike, and takes 静 for 靜 where print is
slightly blurred. These papers are printed in simplified characters; so where it wavers between two
shapes of one character, the simplified one is meant. Where it does not waver, what it saw stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WAVERING = 0.02
"""Probability of the simplified shape from which on the recogniser counts as wavering."""

#: Traditional or old shape and simplified shape that differ in a stroke or two.
_PAIRS = (
    "靜静 淨净 爭争 箏筝 睜睁 錚铮 戶户 內内 吳吴 誤误 娛娱 黃黄 橫横 溫温 呂吕 宮宫 營营 產产 産产 "
    "稅税 悅悦 說说 脫脱 銳锐 閱阅 別别 換换 喚唤 強强 彥彦 顏颜 眞真 値值 徳德 淸清 靑青 卽即 旣既 "
    "黒黑 歩步 査查 曽曾 毎每 刪删 姍姗 冊册 衆众 減减 涼凉 沖冲 決决 況况 準准 湊凑 淒凄 "
    "負负 貢贡 財财 責责 貴贵 費费 資资 賀贺 賓宾 質质 員员 圓圆 頁页 順顺 預预 領领 題题 "
    "見见 現现 規规 視视 門门 問问 間间 聞闻 閏闰 車车 軍军 連连 運运 東东 陳陈 馬马 "
    "鳥鸟 島岛 魚鱼 魯鲁 長长 張张 帳帐 單单 彈弹 禪禅 華华 畢毕 來来 萊莱 兩两 倆俩 滿满 "
    "侖仑 倫伦 論论 輪轮 夾夹 俠侠 峽峡 狹狭 亞亚 惡恶 從从 處处 勞劳 榮荣 螢萤 瑩莹 "
    "為为 爲为 偽伪 僞伪 麗丽 囑嘱 屬属 晉晋 進进 絕绝 綠绿 錄录 録录 祿禄"
)


def simplified_shapes(alphabet: Sequence[str]) -> Mapping[int, int]:
    """For the class index of each such traditional shape, that of the simplified one.

    Shapes that the alphabet lacks are left out.
    """
    index = {char: i for i, char in enumerate(alphabet)}
    pairs = [(index.get(pair[0]), index.get(pair[1])) for pair in _PAIRS.split()]
    return {old: new for old, new in pairs if old is not None and new is not None}


def with_paired_brackets(text: str) -> str:
    """``〔2022]`` and ``[2022〕`` as ``〔2022〕``: one of the two was seen right, and document
    numbers are written with these."""
    opened = ""
    chars = list(text)
    at = -1
    for i, char in enumerate(chars):
        if char in "〔[":
            opened, at = char, i
        elif char in "〕]" and opened:
            if {opened, char} == {"〔", "]"} or {opened, char} == {"[", "〕"}:
                chars[at], chars[i] = "〔", "〕"
            opened = ""
    return "".join(chars)
