"""Models are laid out atomically, proven, and a bad one is one clear line with its remedy."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from extractor.core.errors import ModelError
from extractor.setup import assets
from extractor.setup.assets import (
    Manifest,
    install_models,
    load_manifest,
    model_folder,
    require_models,
    verify_models,
)

ONNX = b"weights, or so it says"
CONFIG = {"Global": {"model_name": "toy"}, "PostProcess": {"name": "DBPostProcess"}}
MEMBER = "toybox/models/toy.onnx"


def sha(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Manifest:
    """A manifest of one small model, in place of the real one."""
    yml = (json.dumps(CONFIG, ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode()
    manifest = Manifest.model_validate(
        {
            "version": 1,
            "set": "toy",
            "assets": [
                {
                    "id": "toy_det",
                    "task": "text_detection",
                    "source": {"package": "toybox", "version": "1.0", "member": MEMBER},
                    "files": [
                        {"name": "inference.onnx", "bytes": len(ONNX), "sha256": sha(ONNX)},
                        {"name": "inference.yml", "bytes": len(yml), "sha256": sha(yml)},
                    ],
                    "licence": "Apache-2.0",
                    "copyright": "nobody",
                    "languages": ["zh-Hans"],
                    "input_shape": ["batch", 3, "height", "width"],
                    "accuracy": [],
                    "config": CONFIG,
                }
            ],
        }
    )
    monkeypatch.setattr(assets, "load_manifest", lambda path=None: manifest)
    return manifest


def wheel(folder: Path, data: bytes = ONNX, member: str = MEMBER) -> Path:
    path = folder / "toybox-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, data)
    return path


def test_a_folder_with_the_wheel_is_laid_out_and_verified(toy: Manifest, tmp_path: Path) -> None:
    wheel(tmp_path)
    (folder,) = install_models(tmp_path, tmp_path / "m")
    assert (folder / "inference.onnx").read_bytes() == ONNX
    assert [s.state for s in verify_models(tmp_path / "m")] == ["ok", "ok"]
    assert model_folder("text_detection", tmp_path / "m") == folder


@pytest.mark.parametrize("name", ["toy.onnx", "toy_det/inference.onnx"])
def test_a_folder_with_the_bare_onnx_file_is_enough(
    toy: Manifest, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(ONNX)
    (folder,) = install_models(tmp_path, tmp_path / "m")
    assert (folder / "inference.onnx").read_bytes() == ONNX


def test_other_bytes_are_refused_and_what_was_good_stays(toy: Manifest, tmp_path: Path) -> None:
    wheel(tmp_path)
    install_models(tmp_path, tmp_path / "m")
    bad = tmp_path / "bad"
    bad.mkdir()
    wheel(bad, b"another model of any size")
    with pytest.raises(ModelError, match="not the pinned"):
        install_models(bad, tmp_path / "m")
    require_models(tmp_path / "m")


def test_a_wheel_without_the_member_says_so(toy: Manifest, tmp_path: Path) -> None:
    wheel(tmp_path, member="toybox/models/other.onnx")
    with pytest.raises(ModelError, match=r"does not hold toybox/models/toy\.onnx"):
        install_models(tmp_path, tmp_path / "m")


def test_an_empty_folder_says_what_it_lacks(toy: Manifest, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"toybox-1\.0-….whl nor toy\.onnx"):
        install_models(tmp_path, tmp_path / "m")


def test_nothing_installed_is_one_line_with_the_mending_command(
    toy: Manifest, tmp_path: Path
) -> None:
    with pytest.raises(ModelError) as caught:
        model_folder("text_detection", tmp_path / "m")
    message = str(caught.value)
    assert "missing" in message and "extractor models install" in message
    assert "\n" not in message


@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
def test_a_damaged_file_is_found_at_load_and_by_verify(
    toy: Manifest, tmp_path: Path, damage: str
) -> None:
    wheel(tmp_path)
    (folder,) = install_models(tmp_path, tmp_path / "m")
    target = folder / "inference.onnx"
    if damage == "changed":
        target.write_bytes(ONNX[:-1] + b"!")
    elif damage == "cut":
        target.write_bytes(ONNX[:5])
    else:
        target.unlink()
    wanted = "missing" if damage == "gone" else "altered"
    with pytest.raises(ModelError, match=wanted):
        model_folder("text_detection", tmp_path / "m")
    assert verify_models(tmp_path / "m")[0].state == wanted


def test_same_size_and_time_but_other_bytes_is_caught_by_verify(
    toy: Manifest, tmp_path: Path
) -> None:
    wheel(tmp_path)
    (folder,) = install_models(tmp_path, tmp_path / "m")
    target = folder / "inference.onnx"
    before = target.stat()
    target.write_bytes(ONNX[:-1] + b"!")
    os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(ModelError, match="altered"):
        require_models(tmp_path / "m")


def test_a_copied_models_folder_with_other_times_is_accepted(toy: Manifest, tmp_path: Path) -> None:
    wheel(tmp_path)
    (folder,) = install_models(tmp_path, tmp_path / "m")
    os.utime(folder / "inference.onnx", (1, 1))
    assert model_folder("text_detection", tmp_path / "m") == folder


def test_without_a_stamp_the_files_are_hashed(toy: Manifest, tmp_path: Path) -> None:
    wheel(tmp_path)
    (folder,) = install_models(tmp_path, tmp_path / "m")
    (tmp_path / "m" / "installed.json").write_text("not json")
    assert model_folder("text_detection", tmp_path / "m") == folder


def test_installing_twice_leaves_no_half_files(toy: Manifest, tmp_path: Path) -> None:
    wheel(tmp_path)
    install_models(tmp_path, tmp_path / "m")
    install_models(tmp_path, tmp_path / "m")
    names = sorted(p.name for p in (tmp_path / "m").rglob("*") if p.is_file())
    assert names == ["inference.onnx", "inference.yml", "installed.json"]


def test_pip_failing_is_one_line_that_names_the_offline_way(
    toy: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An index that is no folder and no host: pip fails at once without any network.
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ModelError) as caught:
        install_models(None, tmp_path / "m")
    assert "--from FOLDER" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_pip_takes_the_pinned_wheel_by_name(
    toy: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wheel(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "toybox-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: toybox\nVersion: 1.0\n"
        )
        archive.writestr(
            "toybox-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("toybox-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    install_models(None, tmp_path / "m")
    require_models(tmp_path / "m")


def test_the_shipped_manifest_pins_a_detector_and_a_recogniser() -> None:
    manifest = load_manifest()
    assert {a.task for a in manifest.assets} == {"text_detection", "text_recognition"}
    for asset in manifest.assets:
        assert asset.licence and asset.accuracy, asset.id
        assert {f.name for f in asset.files} == {"inference.onnx", "inference.yml"}
        assert all(set(f.sha256) != {"0"} for f in asset.files)


def test_a_manifest_with_an_unknown_key_names_the_file(tmp_path: Path) -> None:
    bad = tmp_path / "manifest.yaml"
    bad.write_text("version: 1\nset: x\nassets: []\nextra: 1\n")
    with pytest.raises(ModelError, match=r"manifest\.yaml.*\n?.*extra"):
        load_manifest(bad)
