"""The archive, opened by a command: the settings of the environment, and errors as sentences."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ..archive import Archive

_F = TypeVar("_F", bound=Callable[..., Any])


@contextmanager
def opened(data: Path | None) -> Iterator[Archive]:
    """Open the archive that the settings name (``--data`` wins over JIAOKAN_DATA).

    Raises:
        click.ClickException: for everything that the archive raises on purpose, and where there is no archive: a
            command that looks after one never makes one, or a folder misspelt would be an archive without reports.
    """
    from ..archive import ArchiveError, load_settings, open_archive

    try:
        settings = load_settings(**({} if data is None else {"data": data}))
        if settings.is_local and not settings.data.exists():
            raise click.ClickException(missing(settings.data))
        archive = open_archive(settings)
        try:
            yield archive
        finally:
            archive.close()
    except ArchiveError as error:
        raise click.ClickException(str(error)) from None


def missing(data: Path) -> str:
    """Say that there is no system in a folder, and what to do."""
    return f"{data} is not there; `jiaokan serve` makes it, or name another with --data or JIAOKAN_DATA"


def data_option(command: _F) -> _F:
    """Add ``--data``."""
    option = click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        help="Folder of the system [JIAOKAN_DATA].",
    )
    return option(command)


def who_options(command: _F) -> _F:
    """Add ``--by`` and ``--why``, which the ledger keeps."""
    command = click.option("--why", default="", help="The reason, for the ledger.")(command)
    return click.option("--by", default=_user, show_default="the user's name", help="Who does it.")(command)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        return ""
