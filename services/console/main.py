"""The command `jiaokan`: its table of contents. Each command's module is imported when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version
from typing import Any, Final, NamedTuple

import click


class Entry(NamedTuple):
    """One command: its name, where it is, and what it does in a few words."""

    name: str
    module: str
    function: str
    brief: str


COMMANDS: Final = (
    Entry("normalize", "normalizing", "normalize", "Make editions of files and folders, here and now."),
    Entry("verify", "verifying", "verify", "Prove an edition from its source: replay every pass."),
    Entry("serve", "serving", "serve", "Run the whole system on this machine."),
    Entry("demo", "demo", "demo", "Serve, with the sample reports in it."),
    Entry("push", "pushing", "push", "Upload files and folders to a running system."),
    Entry("get", "getting", "get", "Get an edition out of a running system."),
    Entry("mirror", "mirroring", "mirror", "Copy every report, and keep the copy up to date."),
    Entry("amend", "amending", "amend", "Correct a report: hints, metadata, single places."),
    Entry("report", "keeping", "report", "Withdraw, restore, erase or release a report."),
    Entry("parked", "parking", "parked", "List, retry or drop what could not be done."),
    Entry("archive", "keeping", "archive", "Rebuild, check or sweep the archive."),
    Entry(
        "renormalize", "renormalizing", "renormalize", "Normalize the archive again: dry run, apply, revert."
    ),
    Entry("keys", "keeping", "keys", "Make, list or revoke access keys."),
    Entry("doctor", "doctor", "doctor", "Check each part of a system."),
)
"""In the order in which `jiaokan --help` shows them."""


class _Commands(click.Group):
    """Shows all commands and imports only the one that is called: `jiaokan --help` takes 0.1 s, not 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        for entry in COMMANDS:
            if entry.name == cmd_name:
                command = getattr(import_module(f".{entry.module}", __package__), entry.function)
                assert isinstance(command, click.Command)
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.brief) for entry in COMMANDS])


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("jiaokan"), prog_name="jiaokan")
def group() -> None:
    """Collate damaged Chinese government reports.

    Bytes in; clean, versioned, fully traceable editions out.
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run the command; what a missing extra or the file system lacks is said in a line, not thrown."""
    try:
        return group.main(arguments, prog_name="jiaokan")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in _OPTIONAL:
            click.echo(
                f"jiaokan: this command needs the package {error.name}; "
                "install jiaokan[all], which has all services",
                err=True,
            )
            sys.exit(2)
        raise
    except OSError as error:
        # A full disk, a folder that may not be written: the machine's answer, and no fault of the code.
        where = f"{error.filename}: " if error.filename is not None else ""
        click.echo(f"Error: {where}{error.strerror or error}", err=True)
        sys.exit(1)


_OPTIONAL: Final = frozenset(
    {
        *("alembic", "argon2", "celery", "fastapi", "httptools", "httpx", "jinja2", "kombu", "minio"),
        *("prometheus_client", "psycopg", "pyarrow", "pydantic", "pydantic_settings", "python_multipart"),
        *("redis", "sqlalchemy", "starlette", "uvicorn"),
    }
)
"""Top-level packages that come with an extra; see pyproject.toml."""

if __name__ == "__main__":
    main()
