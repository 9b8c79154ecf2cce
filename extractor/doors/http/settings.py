"""Settings of the service: environment variables ``EXTRACTOR_SERVICE_…``, or given by a portal's code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from extractor.jobs.ledger import LedgerPlace, default_place

_GIB = 1 << 30
Listed = Annotated[tuple[str, ...], NoDecode]
"""Several words in one variable, commas between."""


class ServiceSettings(BaseSettings):
    """How the service behaves.

    Attributes:
        state: folder of the ledger; ``None``: ``EXTRACTOR_STATE`` or its default.
        ledger: address of the ledger's database; empty: ``EXTRACTOR_LEDGER`` or the state folder.
        config: an overlay of the packaged rules.
        keys: file of the API keys; ``None``: ``keys.json`` in the state folder.
        max_upload_bytes: largest packet; more is refused with 413 before it is stored.
        max_files: most files of one multipart upload.
        upload_idle_seconds: an upload that sends nothing for so long is ended.
        upload_min_bytes_per_second: slower uploads are ended, after a grace of ``upload_idle_seconds``.
        requests_per_minute: of one key (or person); 0 does not limit.
        run_jobs: review packets in this process's own workers; without, ``extractor worker`` does it.
        run_prechecks: the same for pre-checks.
        workers, precheck_workers: page workers of each, about 650 MB of memory apiece.
        precheck_warm: start the page workers of pre-checks and load their models with the service, and
            keep them: the first applicant of the day waits no longer than others.
        precheck_pages: most pages of a pre-check.
        precheck_hours: how long a pre-check's traces are kept.
        unmask: show ID numbers and mobile numbers in results.
        trusted_proxies: addresses or networks whose ``user_header`` is believed (a portal's sign-on).
        user_header, role_header, tenant_header: what that proxy tells; values of the headers are
            URL-encoded UTF-8. An unknown role is nobody's.
        webhook_targets: hosts that may be told (``portal.example.cn``, ``*.example.cn``).
        webhook_private: those hosts may lie on private addresses, and may be plain http.
        sender_seconds: how often the outbox is looked at.
    """

    model_config = SettingsConfigDict(env_prefix="EXTRACTOR_SERVICE_", frozen=True)

    state: Path | None = None
    ledger: str = ""
    config: Path | None = None
    keys: Path | None = None
    max_upload_bytes: int = Field(default=2 * _GIB, gt=0)
    max_files: int = Field(default=2000, gt=0)
    upload_idle_seconds: float = Field(default=60.0, gt=0)
    upload_min_bytes_per_second: int = 1024
    requests_per_minute: int = Field(default=6000, ge=0)
    run_jobs: bool = True
    run_prechecks: bool = True
    workers: int = Field(default=2, ge=1, le=64)
    precheck_workers: int = Field(default=2, ge=1, le=64)
    precheck_warm: bool = True
    precheck_pages: int = Field(default=60, ge=1)
    precheck_hours: float = Field(default=24.0, gt=0)
    unmask: bool = False
    trusted_proxies: Listed = ()
    user_header: str = "X-Remote-User"
    role_header: str = "X-Remote-Role"
    tenant_header: str = "X-Remote-Tenant"
    webhook_targets: Listed = ()
    webhook_private: bool = False
    sender_seconds: float = Field(default=2.0, gt=0)

    @field_validator("trusted_proxies", "webhook_targets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @property
    def place(self) -> LedgerPlace:
        """Where the ledger is."""
        base = default_place()
        state = self.state.resolve() if self.state is not None else base.state
        url = self.ledger or (base.url if self.state is None else "")
        return LedgerPlace(state, url)

    @property
    def precheck_place(self) -> LedgerPlace:
        """Where pre-checks are kept: a ledger of their own, so that they never wait behind packets."""
        return LedgerPlace(self.place.state / "precheck")

    @property
    def keys_file(self) -> Path:
        """Where API keys are kept, hashed."""
        return self.keys if self.keys is not None else self.place.state / "keys.json"
