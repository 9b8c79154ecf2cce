"""Every setting that comes from the environment, in one model: ``EXTRACTOR_…`` (and nothing else).

``settings()`` reads the environment anew each time: tests and embedders change it. The table of
``docs/operating.md`` is made from this model (``settings_table``); a test holds the two together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from extractor.core.errors import UsageError

PREFIX = "EXTRACTOR_"


class Settings(BaseSettings):
    """Settings of this machine. Descriptions are Chinese | English: both documents are made of them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    state: Path | None = Field(
        None, description="台账、收下的材料和签名密钥所在的本机文件夹；默认 ~/.local/state/extractor"
        " | Local folder of the ledger, the packets taken in and the signing key; by default ~/.local/state/extractor",
    )  # fmt: skip
    home: Path | None = Field(
        None,
        description="签名密钥所在文件夹；默认与 STATE 相同 | Folder of the signing key; by default that of STATE",
    )
    ledger: str = Field(
        "",
        description="台账数据库地址；默认 STATE 下的 SQLite | Address of the ledger's database; by default SQLite in STATE",
    )
    cache: Path | None = Field(
        None,
        description="页面缓存文件夹；默认 ~/.cache/extractor | Folder of the page cache; by default ~/.cache/extractor",
    )
    models: Path | None = Field(
        None,
        description="文字识别模型文件夹；默认 CACHE/models | Folder of the OCR models; by default CACHE/models",
    )
    config: Path | None = Field(
        None, description="覆盖自带规则的文件夹 | Folder that overlays the packaged rules"
    )
    reviewer: str | None = Field(
        None,
        description="审核人姓名，extractor import 的默认值 | Reviewer's name, default of extractor import",
    )
    libreoffice: str = Field(
        "", description="LibreOffice 程序；off 表示不读 Office 文件；默认自动查找"
        " | The LibreOffice program; off: office files are not read; by default looked for",
    )  # fmt: skip
    log_format: Literal["text", "json"] = Field(
        "text", description="日志格式：text 或 json | Format of the log: text or json"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="日志级别 | Level of the log"
    )
    metrics_port: int | None = Field(
        None, ge=1, le=65535,
        description="watch、worker 提供指标的端口；默认不提供 | Port at which watch and worker offer metrics; by default none",
    )  # fmt: skip
    metrics_host: str = Field(
        "127.0.0.1", description="提供指标的地址 | Address at which metrics are offered"
    )


def settings() -> Settings:
    """What the environment says now.

    Raises:
        UsageError: a setting has a value it cannot have; names the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        names = "、".join(f"{PREFIX}{str(e['loc'][0]).upper()}" for e in error.errors())
        raise UsageError(
            f"环境变量 {names} 的值不对；可用的值见 docs/operating.zh-CN.md"
        ) from error


def settings_table(lang: Literal["zh", "en"]) -> str:
    """The settings as a Markdown table."""
    head = ("变量", "默认", "说明") if lang == "zh" else ("variable", "default", "meaning")
    lines = [f"| {' | '.join(head)} |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        chinese, _, english = (field.description or "").partition(" | ")
        default = "" if field.default is None else str(field.default)
        shown = f"`{default}`" if default else ""
        lines.append(
            f"| `{PREFIX}{name.upper()}` | {shown} | {chinese if lang == 'zh' else english} |"
        )
    return "\n".join(lines) + "\n"
