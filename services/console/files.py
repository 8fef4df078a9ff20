"""The files that a command line names, and the names that they get."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Named:
    """A file and its path below what the command line named: ``reports/a.txt`` below ``reports`` is ``a.txt``.

    ``member`` is its path inside the archive ``path``; ``refusal`` says why it was not unpacked.
    """

    path: Path
    relative: PurePosixPath
    member: str | None = None
    refusal: str | None = None

    @property
    def shown(self) -> str:
        """Its name for a person."""
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"


def named_files(arguments: Iterable[Path]) -> Iterator[Named]:
    """Give the files that are meant, folders walked in order of names.

    Files whose name begins with a dot are the file system's and the editors' own, and are left out unless named.
    A link to a folder is not followed, so that a link to above does not lead round for ever.
    """
    for argument in arguments:
        if argument.is_dir():
            for folder, inner, names in os.walk(argument):
                inner[:] = sorted(name for name in inner if not name.startswith("."))
                for name in sorted(names):
                    path = Path(folder, name)
                    if not name.startswith(".") and path.is_file():
                        yield Named(path, PurePosixPath(path.relative_to(argument).as_posix()))
        else:
            yield Named(argument, PurePosixPath(argument.name))
