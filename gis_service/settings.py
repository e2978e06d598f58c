"""Everything that may differ from one deployment to the next, in one frozen record.

Each field is read from the environment with the prefix `GIS_` (`storage_srid` is
`GIS_STORAGE_SRID`) or from a file `.env` in the checkout. docs/operations.md lists them all; a
test compares the two.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings of one deployment. Build it once, pass it down, never read the environment again."""

    model_config = SettingsConfigDict(env_prefix="GIS_", env_file=CHECKOUT / ".env", frozen=True, extra="forbid")

    home: Path = Field(CHECKOUT / "var", description="Folder for the embedded database, uploads and logs.")
    database_url: SecretStr | None = Field(
        None, description="Any PostGIS to use in place of the embedded one; the owner's login."
    )
    staff_database_url: SecretStr | None = Field(
        None, description="Login that is a member of gis_staff only; without it the owner's is narrowed."
    )
    public_database_url: SecretStr | None = Field(
        None, description="Login that is a member of gis_public only; without it the owner's is narrowed."
    )
    database_name: str = Field(
        "gis", description="Database in the embedded cluster.", pattern=r"^[a-z][a-z0-9_]{0,40}$"
    )

    storage_srid: int = Field(9210, description="EPSG code of the CRS in which geometry is kept; metres.")
    envelope_west_deg: float = Field(105.9, description="Western edge of the plausible area, WGS 84 longitude.")
    envelope_south_deg: float = Field(19.9, description="Southern edge, WGS 84 latitude.")
    envelope_east_deg: float = Field(108.1, description="Eastern edge, WGS 84 longitude.")
    envelope_north_deg: float = Field(21.6, description="Northern edge, WGS 84 latitude.")

    time_zone: str = Field(
        "Asia/Ho_Chi_Minh",
        pattern=r"^[A-Za-z_]+(/[A-Za-z_+-]+)*$",
        description="Whose civil day counts as today; moments are kept in UTC.",
    )

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    web_processes: int = Field(1, ge=1, le=64, description="Processes that answer requests, on one port.")
    public_url: str = Field("", description="Address under which people reach the service; for links and QR codes.")
    secure_cookies: bool = Field(False, description="Send cookies over https only. Set it behind TLS.")
    trusted_proxies: str = Field(
        "", description="Addresses of proxies whose X-Forwarded-For and -Proto are believed, separated by commas."
    )
    trusted_hosts: str = Field("*", description="Host names answered, separated by commas; * for any.")

    authority_name_vi: str = Field("Ban Quản lý các khu công nghiệp", description="Shown on every page.")
    authority_name_en: str = Field("Industrial Zones Authority", description="Shown on every page.")
    default_language: str = Field("vi", pattern="^(vi|en)$", description="Language of a first visit.")

    usd_rate_vnd: float | None = Field(
        None, gt=0, description="What one US dollar is in VND; without it nothing is converted."
    )
    usd_rate_on: date | None = Field(None, description="Day of that rate, yyyy-mm-dd; shown beside every conversion.")
    usd_rate_source: str = Field("", max_length=200, description="Who says so; shown beside every conversion.")

    staff_pool_size: int = Field(8, ge=1, le=200, description="Connections for signed-in requests.")
    public_pool_size: int = Field(8, ge=1, le=200, description="Connections for anonymous requests.")
    tile_pool_size: int = Field(6, ge=1, le=200, description="Connections for tiles, per audience.")
    tile_cache_mb: int = Field(64, ge=0, le=16384, description="Memory for finished tiles, per process.")
    tile_store: bool = Field(True, description="Keep tiles drawn ahead in the database; a worker seeds them.")
    tile_timeout_s: float = Field(8.0, gt=0, description="Longest statement of a tile.")
    metrics_token: SecretStr | None = Field(None, description="Bearer token of `/metrics`; without it there is none.")
    pool_wait_s: float = Field(3.0, gt=0, description="How long a request waits for a connection.")
    statement_timeout_s: float = Field(20.0, gt=0, description="Longest statement of a request.")
    upload_limit_mb: int = Field(200, ge=1, description="Largest file accepted for import.")
    body_limit_kb: int = Field(512, ge=1, description="Largest body of any other request.")

    session_idle_minutes: int = Field(15, ge=1, description="A session ends after so long without use.")
    administrator_idle_minutes: int = Field(5, ge=1, description="The same for administrators.")
    session_hours: int = Field(12, ge=1, description="A session ends after so long in any case.")
    login_attempts: int = Field(5, ge=1, description="Wrong passwords before an account is locked.")
    lock_hours: int = Field(12, ge=1, description="How long it stays locked.")
    password_min_length: int = Field(14, ge=8, description="Shortest password, with four kinds of characters.")

    smtp_host: str = Field("", description="Mail server to hand mail to; without it no mail is sent.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls, tls (from the first byte) or none (a server on this machine)."
    )
    smtp_user: str = Field("", description="Login at the mail server, if it wants one.")
    smtp_password: SecretStr | None = Field(None, description="Its password.")
    smtp_password_file: Path | None = Field(None, description="File that holds the password, in place of the above.")
    smtp_timeout_s: float = Field(20.0, gt=0, le=300, description="How long to wait for the mail server.")
    mail_from: str = Field("", description="Sender of mail, such as no-reply@example.gov.vn.")
    mail_notices_to: str = Field("", description="Where the Authority hears of new enquiries; none for nowhere.")
    alert_days: int = Field(
        365, ge=1, le=3650, description="A saved search sends alerts for so long, then it is deleted."
    )

    report_contact_days: int = Field(
        180,
        ge=1,
        le=3650,
        description="Contacts of error reports, and spam, go so many days after the end.",
    )
    embed_origins: str = Field(
        "",
        pattern=r"^(https?://[A-Za-z0-9.*:-]+( +https?://[A-Za-z0-9.*:-]+)*)?$",
        description="Sites that may show the map in a frame, separated by blanks; empty: ours alone.",
    )

    station_ratio_target: float = Field(0.5, ge=0, le=1, description="5G stations wanted per 4G station.")
    cluster_scheduler: str = Field(
        "", description="Address of a dask scheduler for `gis coverage wide --where cluster`; empty starts a local one."
    )
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level that is logged.")
    log_format: str = Field("json", pattern="^(json|console)$", description="One JSON object a line, or for people.")

    @model_validator(mode="after")
    def _a_rate_has_its_day_and_source(self) -> Self:
        given = {self.usd_rate_vnd is not None, self.usd_rate_on is not None, bool(self.usd_rate_source.strip())}
        if len(given) > 1:
            raise ValueError("GIS_USD_RATE_VND, GIS_USD_RATE_ON and GIS_USD_RATE_SOURCE go together")
        return self

    @model_validator(mode="after")
    def _envelope_has_an_inside(self) -> Self:
        if not (-180 <= self.envelope_west_deg < self.envelope_east_deg <= 180):
            raise ValueError("GIS_ENVELOPE_WEST_DEG must be west of GIS_ENVELOPE_EAST_DEG")
        if not (-90 <= self.envelope_south_deg < self.envelope_north_deg <= 90):
            raise ValueError("GIS_ENVELOPE_SOUTH_DEG must be south of GIS_ENVELOPE_NORTH_DEG")
        return self

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        if not self.smtp_host:
            return self
        if not self.mail_from or not self.public_url:
            raise ValueError("GIS_SMTP_HOST needs GIS_MAIL_FROM and GIS_PUBLIC_URL, for senders and links")
        if self.smtp_user and self.smtp_tls == "none":
            raise ValueError("GIS_SMTP_USER needs GIS_SMTP_TLS: a password is never sent in the open")
        if self.smtp_user and self.smtp_password is None and self.smtp_password_file is None:
            raise ValueError("GIS_SMTP_USER needs GIS_SMTP_PASSWORD or GIS_SMTP_PASSWORD_FILE")
        return self

    @property
    def sends_mail(self) -> bool:
        """Whether a mail server is set."""
        return bool(self.smtp_host)

    @property
    def smtp_secret(self) -> str:
        """The password of the mail server, from its file or from the environment; empty when there is none."""
        if self.smtp_password_file is not None:
            return self.smtp_password_file.read_text(encoding="utf-8").strip()
        return self.smtp_password.get_secret_value() if self.smtp_password else ""

    @property
    def envelope_deg(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the plausible area in WGS 84 degrees."""
        return (
            self.envelope_west_deg,
            self.envelope_south_deg,
            self.envelope_east_deg,
            self.envelope_north_deg,
        )
