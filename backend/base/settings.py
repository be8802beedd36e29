"""Settings of an installation, read from MEGURI_* environment variables (documented in docs/operator.md)."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where an installation lives and what it calls itself."""

    home: Path
    origin: str = "http://localhost:8000"
    rp_id: str = "localhost"
    database_url: str = ""
    demo: bool = False
    upload_limit_mb: int = 4096
    lease_seconds: int = 30
    trusted_proxies: int = 0
    journal: Path | None = None

    @property
    def database(self) -> str:
        """The database URL: the given one, or the embedded SQLite file under `home`."""
        return self.database_url or f"sqlite:///{self.home / 'meguri.db'}"

    @property
    def port(self) -> int:
        """The port that `origin` names, else 8000."""
        return urlsplit(self.origin).port or 8000


def settings_from_env(env: dict[str, str] | None = None) -> Settings:
    """Settings out of MEGURI_HOME, _ORIGIN, _RP_ID, _DATABASE_URL, _DEMO, _UPLOAD_LIMIT_MB, _LEASE_SECONDS,
    _TRUSTED_PROXIES and _JOURNAL.
    """
    get = (os.environ if env is None else env).get
    origin = get("MEGURI_ORIGIN", "http://localhost:8000").rstrip("/")
    return Settings(
        home=Path(get("MEGURI_HOME", ".home")).resolve(),
        origin=origin,
        rp_id=get("MEGURI_RP_ID") or (urlsplit(origin).hostname or "localhost"),
        database_url=get("MEGURI_DATABASE_URL", ""),
        demo=get("MEGURI_DEMO", "") in {"1", "true", "yes"},
        upload_limit_mb=int(get("MEGURI_UPLOAD_LIMIT_MB", "4096")),
        lease_seconds=int(get("MEGURI_LEASE_SECONDS", "30")),
        trusted_proxies=int(get("MEGURI_TRUSTED_PROXIES", "0")),
        journal=Path(kept).resolve() if (kept := get("MEGURI_JOURNAL", "")) else None,
    )
