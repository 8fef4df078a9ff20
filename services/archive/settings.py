"""Every setting of the stack, in one table; each is an environment variable ``JIAOKAN_<NAME>``.

Three URLs make the stack. Unset, they are a folder, SQLite and the filesystem broker under ``data``: the whole
system on one machine. Pointed at an S3 service, PostgreSQL and Redis the same code is a cluster.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .errors import SettingsError

MEBIBYTE: Final = 1 << 20


class Settings(BaseSettings):
    """The settings of one process. Frozen; make another with ``model_copy(update=…)``."""

    model_config = SettingsConfigDict(
        env_prefix="JIAOKAN_", frozen=True, extra="ignore", hide_input_in_errors=True, validate_default=True
    )

    data: Path = Field(Path("jiaokan-data"), description="Folder of everything on one machine.")
    objects: str = Field(
        "", description="Object store: `folder:PATH`, `s3://BUCKET` with the S3 settings below, or `memory:`."
    )
    catalog: str = Field("", description="Catalog: `sqlite:PATH`, `postgresql://USER@HOST/DB`, or `memory:`.")
    broker: str = Field("", description="Broker: `folder:PATH` or `redis://HOST:6379/0`.")
    catalog_password: SecretStr | None = Field(
        None, description="Password for PostgreSQL, kept out of the URL."
    )
    s3_endpoint: str = Field(
        "", description="Address of the S3 service, `http://HOST:PORT` or `https://HOST`."
    )
    s3_public_endpoint: str = Field(
        "", description="Address that presigned URLs are signed for; default: s3_endpoint."
    )
    s3_region: str = Field("us-east-1", description="Region that requests are signed for.")
    s3_access_key: SecretStr | None = Field(None, description="S3 access key.")
    s3_secret_key: SecretStr | None = Field(None, description="S3 secret key.")
    durable: bool = Field(
        True, description="Survive power loss: fsync of files and folders, SQLite synchronous=FULL."
    )
    durable_timeout: float = Field(
        10.0, gt=0, description="Seconds that one call to a store or catalog may take."
    )
    create_schema: bool = Field(True, description="Bring the catalog's schema up to date at start.")

    host: str = Field("127.0.0.1", description="Address that ingest and API listen on.")
    port: int = Field(8321, ge=0, le=65535, description="Port that ingest and API listen on.")
    public_url: str = Field(
        "", description="Address by which clients reach ingest and API; default: host and port."
    )
    max_upload: int = Field(64 * MEBIBYTE, gt=0, description="Bytes of one upload at most.")
    upload_seconds: int = Field(900, gt=0, description="Seconds for which a presigned upload may be used.")
    signing_key: SecretStr | None = Field(
        None, description="Secret that signs upload URLs of the folder store; default: one kept in `data`."
    )

    profile: str = Field("zh-Hans", description="Profile of reports that name none.")
    hold_below: Literal["", "A", "B", "C", "D"] = Field(
        "", description="Editions of a grade worse than this wait until someone releases them."
    )

    worker_name: str = Field("", description="Name of this worker slot; default: host name and role.")
    concurrency: int = Field(
        0, ge=0, description="Processes of one worker; 0: as many as there are cores, twice as many with S3."
    )
    max_attempts: int = Field(5, ge=1, description="Claims without an outcome before an item is parked.")
    soft_limit: float = Field(60.0, gt=0, description="Seconds after which a task is interrupted.")
    hard_limit: float = Field(75.0, gt=0, description="Seconds after which a task's process is killed.")
    lease: float = Field(90.0, gt=0, description="Seconds that a claim lasts; longer than hard_limit.")
    memory_limit: int = Field(
        2048 * MEBIBYTE, ge=0, description="Bytes of memory of one task's process; 0: no limit."
    )
    drain_seconds: float = Field(
        1.0,
        ge=0,
        description="Seconds for which a worker goes on with what waits before it takes the next message.",
    )
    retry_base: float = Field(
        2.0, gt=0, description="Seconds before a second attempt; doubled for each, with jitter."
    )
    retry_most: float = Field(300.0, gt=0, description="Seconds before another attempt at most.")
    outstanding: int = Field(
        4,
        ge=1,
        le=1000,
        description="Messages in one queue of the broker at most; the rest waits in the catalog.",
    )
    polling: float = Field(
        0.03, gt=0, le=1, description="Seconds between two looks at the filesystem broker."
    )
    shutdown_seconds: float = Field(
        3.0, ge=0, description="Seconds that tasks at hand get when a worker is stopped."
    )
    sweep_seconds: float = Field(1.0, gt=0, description="Seconds between two rounds of the sweeper.")
    resend_seconds: float = Field(
        10.0, gt=0, description="Seconds after which an unclaimed message counts as lost."
    )

    inbox_prefix: str = Field(
        "", description="Prefix of the bucket that is scanned for new files; empty: none."
    )
    watch: Path | None = Field(None, description="Folder that is watched for new files.")
    log_format: Literal["auto", "json", "console"] = Field("auto", description="Form of the logs.")
    log_level: str = Field("INFO", description="Least level that is logged.")
    metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of this part's `/metrics`, `/livez` and `/readyz`, never the clients' port; 0: none.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address of that port; it asks for no key.")
    traces: str = Field(
        "",
        description="Address of an OpenTelemetry collector (OTLP over HTTP), `http://HOST:4318`; empty: none.",
    )
    trace_ratio: float = Field(1.0, ge=0, le=1, description="Share of traces that are kept.")
    allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Further `Host` names that are served, comma-separated."
    )

    webhook_networks: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Private networks that webhooks may reach, also by http; comma-separated, `10.1.0.0/16`.",
    )
    rate_limit: int = Field(0, ge=0, description="Requests of one key in a minute at most; 0: no limit.")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins of pages that may use the API from a browser, comma-separated; empty: none."
    )

    @field_validator("allow_hosts", "webhook_networks", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("objects")
    @classmethod
    def _objects(cls, value: str) -> str:
        if value and value != "memory:" and not value.startswith(("folder:", "s3://")):
            raise ValueError("objects is `folder:PATH`, `s3://BUCKET` or `memory:`")
        return value

    @field_validator("traces")
    @classmethod
    def _traces(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("traces is the address of a collector, `http://HOST:4318`")
        return value

    @field_validator("catalog")
    @classmethod
    def _catalog(cls, value: str) -> str:
        if (
            value
            and value != "memory:"
            and not value.startswith(("sqlite:", "postgresql://", "postgresql:///"))
        ):
            raise ValueError("catalog is `sqlite:PATH`, `postgresql://USER@HOST/DB` or `memory:`")
        return value

    @field_validator("broker")
    @classmethod
    def _broker(cls, value: str) -> str:
        if value and not value.startswith(("folder:", "redis://", "rediss://", "redis+socket://")):
            raise ValueError("broker is `folder:PATH` or `redis://HOST:6379/0`")
        return value

    @property
    def objects_url(self) -> str:
        """The object store, with its default."""
        return self.objects or f"folder:{self.data / 'objects'}"

    @property
    def catalog_url(self) -> str:
        """The catalog, with its default and without a password."""
        return self.catalog or f"sqlite:{self.data / 'catalog.sqlite'}"

    @property
    def catalog_url_with_password(self) -> str:
        """The catalog as the driver needs it."""
        url = self.catalog_url
        if self.catalog_password is None or not url.startswith("postgresql://"):
            return url
        parts = urlsplit(url)
        if parts.username is None or parts.password is not None:
            return url
        userinfo, _, rest = parts.netloc.partition("@")
        return parts._replace(
            netloc=f"{userinfo}:{quote(self.catalog_password.get_secret_value(), safe='')}@{rest}"
        ).geturl()

    @property
    def broker_url(self) -> str:
        """The broker, with its default."""
        return self.broker or f"folder:{self.data / 'broker'}"

    @property
    def is_local(self) -> bool:
        """Whether all three parts are on this machine, without a server."""
        return not (
            self.objects_url.startswith("s3")
            or self.catalog_url.startswith("p")
            or self.broker_url.startswith("r")
        )


def load_settings(**given: Any) -> Settings:
    """Read the settings from the environment (and ``given``, which wins), and check that they fit together.

    Raises:
        SettingsError: one is wrong; the message names the variable and says what to do.
    """
    try:
        settings = Settings(**given)
    except ValidationError as error:
        lines = [
            f"JIAOKAN_{str(fault['loc'][0]).upper() if fault['loc'] else '?'}: {fault['msg']}"
            for fault in error.errors()
        ]
        # What our own validators say is whole by itself.
        raise SettingsError("; ".join(lines).replace("Value error, ", "")) from None
    return check_settings(settings)


def check_settings(settings: Settings) -> Settings:
    """Check what one member alone cannot show.

    Raises:
        SettingsError: two settings contradict one another.
    """
    if settings.objects_url.startswith("s3://"):
        if not settings.s3_endpoint:
            raise SettingsError(
                "JIAOKAN_OBJECTS names a bucket: set JIAOKAN_S3_ENDPOINT to the service's address"
            )
        if settings.s3_access_key is None or settings.s3_secret_key is None:
            raise SettingsError(
                "JIAOKAN_OBJECTS names a bucket: set JIAOKAN_S3_ACCESS_KEY and JIAOKAN_S3_SECRET_KEY"
            )
    if settings.traces and find_spec("opentelemetry.sdk") is None:
        raise SettingsError(
            "JIAOKAN_TRACES is set and OpenTelemetry is not installed: install jiaokan[otel], or unset it"
        )
    if not settings.soft_limit < settings.hard_limit < settings.lease:
        raise SettingsError(
            "limits must rise: JIAOKAN_SOFT_LIMIT < JIAOKAN_HARD_LIMIT < JIAOKAN_LEASE "
            f"({settings.soft_limit:g}, {settings.hard_limit:g}, {settings.lease:g})"
        )
    return settings


def settings_table() -> str:
    """Give the table of all settings as Markdown; docs/settings.md holds it, and a test compares the two."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = "" if default in (None, "", ()) else f"`{default}`"
        lines.append(f"| `JIAOKAN_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines) + "\n"
