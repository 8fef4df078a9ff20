"""`jiaokan normalize`: editions of files and folders, by as many processes as there are processors."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

import click

from ..edition.rendering import markdown, outline_lines
from ..ingest.naming import short_names
from ..normalize import PROFILES, Hints
from .files import Named, named_files
from .pool import Job, Outcome, run_jobs
from .progress import progress_bar
from .unpacking import unpacked, with_data

FORMATS: Final = ("json", "ndjson", "text", "markdown", "outline")
ENDINGS: Final[Mapping[str, str]] = {
    "json": ".json",
    "text": ".txt",
    "markdown": ".md",
    "outline": ".outline.txt",
}
MOST_BYTES: Final = 64 << 20
"""Default of --max-bytes. The largest real source we know has 31 MB (a scanned PDF); a process needs about 12 times
the bytes of a plain text, so that a file at the limit stays below 1 GB."""


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE|DIR…", type=click.Path(path_type=Path, allow_dash=True)
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="json", show_default=True,
    help="json: content and record; ndjson: the same, a line a file; or only the clean text, Markdown, the outline.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write a file for each file into DIR."
)
@click.option(
    "--profile", type=click.Choice([known.name for known in PROFILES]), help="Settings; default zh-Hans."
)
@click.option("--hints", "hints_file", type=click.File("rb"), help="Hints (JSON) that hold for all files.")
@click.option("--jobs", type=click.IntRange(1), help="Processes; default: as many as there are processors.")
@click.option(
    "--max-bytes", type=click.IntRange(1), default=MOST_BYTES, show_default=True, help="Refuse larger files."
)
def normalize(
    files: tuple[Path, ...],
    form: str,
    out: Path | None,
    profile: str | None,
    hints_file: BinaryIO | None,
    jobs: int | None,
    max_bytes: int,
) -> None:
    """Make an edition of every file, folders and archives with all that is in them; - is standard input.

    Without --out, editions go to standard output (several in JSON are one array). What is rejected gets one line on
    standard error, everything else is done, and the exit code is 1.
    """
    hints = _hints(hints_file)
    named = unpacked(named_files(files), max_bytes)
    several = len(named) != 1 or named[0].member is not None or any(argument.is_dir() for argument in files)
    sink = _Sink(form, out, named, several=several)
    bad = 0
    bar: AbstractContextManager[Any] = (
        progress_bar("normalize", len(named)) if len(named) > 1 else nullcontext()
    )
    todo = (
        Job(str(item.path), max_bytes, hints, profile, data, item.refusal)
        for item, data in with_data(named, max_bytes)
    )
    with sink, bar as step:
        for item, outcome in zip(
            named, run_jobs(todo, len(named), size_of(named), processes=jobs or processors()), strict=True
        ):
            if outcome.error is None:
                sink.write(item, outcome)
            else:
                bad += 1
                print(f"{item.shown}: {' '.join(outcome.error.split())}", file=sys.stderr)
            if step is not None:
                step(str(item.relative))
    if bad:
        sys.exit(1)


def size_of(named: Sequence[Named]) -> int:
    """Tell about how many bytes there are to do; an archive counts as what it is, packed."""
    size = 0
    for path in {item.path for item in named}:
        with suppress(OSError):
            size += path.stat().st_size
    return size


def processors() -> int:
    """Tell how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _hints(file: BinaryIO | None) -> Hints | None:
    if file is None:
        return None
    try:
        return Hints.from_json(json.load(file))
    except (ValueError, AttributeError, TypeError) as error:
        raise click.BadParameter(f"not hints: {error}", param_hint="--hints") from None


class _Sink:
    """Where editions go: standard output, one file for all, or one file each."""

    def __init__(self, form: str, out: Path | None, named: Sequence[Named], *, several: bool) -> None:
        self.form = form
        self.out = out
        self.several = several
        self.count = 0
        names = short_names([item.relative for item in named])
        self.names = dict(zip(named, names, strict=True))
        self.stream: BinaryIO | None = None
        self.sources = {item.path.resolve() for item in named}

    def __enter__(self) -> None:
        if self.out is None:
            self.stream = sys.stdout.buffer
            if self.form == "json" and self.several:
                self.stream.write(b"[")
        elif self.form == "ndjson":
            self.out.mkdir(parents=True, exist_ok=True)
            self.stream = (self.out / "editions.ndjson.part").open("wb")

    def __exit__(self, kind: object, *_: object) -> None:
        if self.stream is None:
            return
        if self.out is None:
            if self.form == "json" and self.several:
                self.stream.write(b"\n]\n" if self.count else b"]\n")
            self.stream.flush()
        else:
            self.stream.close()
            if kind is None:
                (self.out / "editions.ndjson.part").replace(self.out / "editions.ndjson")

    def write(self, item: Named, outcome: Outcome) -> None:
        body = b"".join(self._body(item, outcome))
        if self.stream is not None:
            self.stream.write(self._lead(item))
            self.stream.write(body)
            if self.form == "json" and not self.several:
                self.stream.write(b"\n")
        else:
            assert self.out is not None
            target = self.out / f"{self.names[item]}{ENDINGS[self.form]}"
            if target.resolve() in self.sources:
                raise click.ClickException(f"{target} is one of the sources; name another folder with --out")
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(target.name + ".part")
            part.write_bytes(body)
            part.replace(target)
        self.count += 1

    def _lead(self, item: Named) -> bytes:
        if self.form == "ndjson" or not self.several:
            return b""
        if self.form == "json":
            return b",\n" if self.count else b"\n"
        return f"{chr(10) if self.count else ''}==> {item.relative} <==\n".encode()

    def _body(self, item: Named, outcome: Outcome) -> Iterator[bytes]:
        if self.form in ("json", "ndjson"):
            # The two objects stand in it byte for byte: their digests hold, and `jiaokan verify` reads it.
            yield b'{"source":' + json.dumps(str(item.relative), ensure_ascii=False).encode(errors="replace")
            yield b',"content":' + outcome.content + b',"record":' + outcome.record + b"}"
            yield b"\n" if self.form == "ndjson" else b""
            return
        content = json.loads(outcome.content)
        if self.form == "text":
            yield content["text"].encode(errors="surrogatepass") + b"\n"
        elif self.form == "markdown":
            yield markdown(content).encode(errors="surrogatepass")
        else:
            yield "".join(f"{line}\n" for line in outline_lines(content)).encode(errors="surrogatepass")
