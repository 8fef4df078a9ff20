"""`jiaokan serve` and `jiaokan demo`: the whole system on this machine."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

import click

from .part import PARTS, run_part
from .stack import Stack, StackError

DATA: Final = Path(".jiaokan")
"""Folder of the demonstration, in the working folder."""


def say(message: str) -> None:
    """Tell what happens, on standard error and at once."""
    print(f"jiaokan: {message}", file=sys.stderr, flush=True)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM end the system as Ctrl-C does, and both without a traceback."""

    def end(_number: int, _frame: FrameType | None) -> None:
        # The first one ends the system; further ones must not interrupt its ending.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end), signal.signal(signal.SIGINT, end)
    try:
        yield
    except KeyboardInterrupt:
        say("ended")
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])


def environment_of(given: Mapping[str, object]) -> dict[str, str]:
    """Give the environment of the parts: this one, with what the command line says.

    Raises:
        click.ClickException: a setting is wrong.
    """
    from ..archive import SettingsError, load_settings

    said = {name: value for name, value in given.items() if value is not None}
    try:
        load_settings(**said)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    return {**os.environ, **{f"JIAOKAN_{name.upper()}": str(value) for name, value in said.items()}}


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of everything [JIAOKAN_DATA]."
)
@click.option("--host", help="Address to listen on [JIAOKAN_HOST]; default 127.0.0.1.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port [JIAOKAN_PORT]; a busy one: the next free one."
)
@click.option("--concurrency", type=click.IntRange(1), help="Processes of the worker [JIAOKAN_CONCURRENCY].")
@click.option(
    "--only", type=click.Choice(tuple(PARTS)), help="Run one part alone, unsupervised, as a cluster does."
)
def serve(
    data: Path | None, host: str | None, port: int | None, concurrency: int | None, only: str | None
) -> None:
    """Run the whole system on this machine until Ctrl-C: ingest and API on one port, workers, sweeper.

    Without further settings it needs no server: SQLite, a folder, and Celery's filesystem broker. JIAOKAN_CATALOG,
    JIAOKAN_OBJECTS and JIAOKAN_BROKER point it at PostgreSQL, an S3 service and Redis.
    """
    from ..archive import load_settings, unknown_variables

    given = {"data": data, "host": host, "port": port, "concurrency": concurrency}
    environment = environment_of(given)
    if only is not None:
        os.environ.update(environment)
        sys.exit(run_part(only))
    for unknown in unknown_variables(os.environ):
        say(unknown)
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    with interruptible():
        try:
            say(f"starting in {settings.data}: server, worker, priority worker, sweeper")
            with Stack(
                settings.data, host=settings.host, port=settings.port, environment=environment, say=say
            ) as stack:
                stack.wait_ready()
                announce(stack)
                stack.run()
        except StackError as error:
            raise click.ClickException(str(error)) from None


def announce(stack: Stack) -> None:
    """Print the line that programs wait for, and tell people where the rest is."""
    say(f"logs in {stack.data / 'logs'}; Ctrl-C ends it")
    print(f"ready {stack.url}", flush=True)
