"""Good files broken at random, dropped into a watched inbox: each is answered, none does harm."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from PIL import Image
from support.opening import OpeningWork
from support.watching import Desk

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "files"))
from hostile import drawn_pdf, locked_pdf, plain_pdf, zip_bytes

_MOST_SECONDS = 30
_MOST_BYTES = 1 << 30
_FULL, _SMALL = 200, 14


def good_files(folder: Path) -> list[Path]:
    """One of each kind that applicants send."""
    folder.mkdir()
    noise = Image.effect_noise((500, 700), 60).convert("RGB")
    made = [plain_pdf(folder / "文字.pdf", 3), locked_pdf(folder / "加密.pdf")]
    for name in ("照片.jpg", "扫描.png", "位图.bmp"):
        noise.save(folder / name)
        made.append(folder / name)
    noise.save(folder / "传真.tif", save_all=True, append_images=[noise], compression="tiff_lzw")
    noise.save(folder / "扫描件.pdf")
    from reportlab.lib.utils import ImageReader

    drawn_pdf(folder / "混合.pdf", lambda c: c.drawImage(ImageReader(noise), 50, 50, 300, 400))
    made += [folder / "传真.tif", folder / "扫描件.pdf", folder / "混合.pdf"]
    inner = zip_bytes({"内.pdf": (folder / "文字.pdf").read_bytes()})
    outer = {"里面.zip": inner, "外.png": (folder / "扫描.png").read_bytes()}
    (folder / "打包.zip").write_bytes(zip_bytes(outer))
    document, book = Document(), Workbook()
    document.add_paragraph("资产总额 315 万元")
    document.save(str(folder / "申报书.docx"))
    book.active.append(["服务企业", 12])
    book.save(folder / "名单.xlsx")
    return [*made, folder / "打包.zip", folder / "申报书.docx", folder / "名单.xlsx"]


def flipped(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 3, 20, 200))):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def cut(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(1, len(data))
    return data[:at] if chance.random() < 0.7 else data[at:]


def swapped(data: bytes, chance: random.Random) -> bytes:
    size = max(1, len(data) // chance.choice((4, 16, 64)))
    blocks = [data[i : i + size] for i in range(0, len(data), size)]
    first, second = chance.randrange(len(blocks)), chance.randrange(len(blocks))
    blocks[first], blocks[second] = blocks[second], blocks[first]
    return b"".join(blocks)


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (flipped, cut, swapped)


def mutants(folder: Path, count: int, seed: int = 20261121) -> dict[str, bytes]:
    """Broken files by name; the same for the same seed."""
    chance, good = random.Random(seed), good_files(folder)
    made = {}
    for no in range(count):
        source = good[no % len(good)]
        way = _WAYS[(no // len(good)) % len(_WAYS)] if no >= len(good) else chance.choice(_WAYS)
        made[f"{no:03d}-{way.__name__}-{source.name}"] = way(source.read_bytes(), chance)
    return made


def test_mutated_files_are_each_answered_and_harm_nothing(tmp_path: Path, is_full: bool) -> None:
    count = _FULL if is_full else _SMALL
    notes = tmp_path / "notes"
    notes.mkdir()
    desk = Desk(tmp_path, inline=False, work=OpeningWork(notes), backlog=400)  # type: ignore[arg-type]
    pid = None
    for name, data in mutants(tmp_path / "good", count).items():
        (desk.inbox / name).write_bytes(data)
    (desk.inbox / "完好.pdf").write_bytes(plain_pdf(tmp_path / "a.pdf").read_bytes())
    for _ in range(count * 400 + 1000):
        desk.turn()
        pid = pid or desk.supervisor.pid
        if len([k for k in desk.kinds() if k in ("done", "failed", "same")]) > count:
            break
    answered = [(kind, words) for kind, words in desk.said if kind in ("done", "failed", "same")]
    found = [json.loads(path.read_text()) for path in notes.glob("*.json")]
    print(f"\n{count} mutants: {sum(k == 'failed' for k, _ in answered)} failed with a reason, "
          f"slowest {max(n['slowest'] for n in found):.1f} s, "
          f"most memory {max(n['peak'] for n in found) >> 20} MiB")  # fmt: skip
    assert len(answered) == count + 1
    assert all(words for _, words in answered)
    assert desk.supervisor.pid == pid, "the runner died"
    assert all(job.crashes == 0 for job in desk.ledger.jobs.listed())
    assert all(n["slowest"] < _MOST_SECONDS and n["peak"] < _MOST_BYTES for n in found)
    assert all(n["pages"] or n["said"] for n in found), "a file without pages and without a reason"
    assert any("完好" in words and kind == "done" for kind, words in answered)
    desk.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_breaks_files_the_same_way(tmp_path: Path, seed: int) -> None:
    chances = [random.Random(seed), random.Random(seed)]
    data = bytes(range(256)) * 8
    for way in _WAYS:
        first, second = (way(data, chance) for chance in chances)
        assert first == second != data or way is swapped
