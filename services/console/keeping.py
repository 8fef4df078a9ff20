"""`jiaokan archive`, `jiaokan report` and `jiaokan keys`: what is done to an archive itself."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.table import Table

from .checking import check
from .opened import data_option, opened, who_options

if TYPE_CHECKING:
    from ..archive import Event

DAY: Final = 86_400_000
"""Milliseconds."""


@click.group()
def archive() -> None:
    """Rebuild, check or sweep the archive."""


@archive.command()
@click.option(
    "--keys-from",
    "old",
    metavar="CATALOG",
    help="Bring keys, subscriptions and audit trail over from an older catalog: sqlite:PATH or postgresql://….",
)
@data_option
def rebuild(old: str | None, data: Path | None) -> None:
    """Make a new catalog from the object store alone.

    The catalog must be new: move the old file away, or name an empty database. Keys, subscriptions and the audit trail
    are the catalog's own: --keys-from brings them back from its backup.
    """
    from ..archive.bringing import bring_over, old_catalog
    from ..archive.rebuilding import rebuild as rebuild_catalog

    def tell(what: str, count: int) -> None:
        print(f"jiaokan: {what}: {count}", file=sys.stderr, flush=True)

    with opened(data) as kept, ExitStack() as stack:
        source = None if old is None else stack.enter_context(old_catalog(kept, old))
        done = rebuild_catalog(kept, tell=tell)
        brought = {} if source is None else bring_over(kept, source)
    print(
        f"rebuilt: {done.revisions} revisions, {done.entries} ledger entries, {done.rejections} rejections, "
        f"{done.pending} still to be done; {done.left_out} objects add nothing, {done.hidden} entries are hidden"
    )
    if old is None:
        print(
            "jiaokan: keys, subscriptions and audit trail are not in the store: see --keys-from",
            file=sys.stderr,
        )
    else:
        print("brought over: " + ", ".join(f"{count} {name}" for name, count in brought.items()))


@archive.command()
def migrate() -> None:
    """Bring the catalog's schema up to this release's, and make the bucket if it is not there."""
    from ..archive import ArchiveError, load_settings, open_archive

    try:
        settings = load_settings().model_copy(update={"create_schema": True})
        kept = open_archive(settings)
        try:
            revision = kept.catalog.migrate()
            kept.objects.check()
        finally:
            kept.close()
    except ArchiveError as error:
        raise click.ClickException(str(error)) from None
    print(f"the catalog's schema is {revision}")


@archive.command()
@click.option("--dry-run", is_flag=True, help="Only list what would go.")
@click.option(
    "--days", type=click.IntRange(0), default=7, show_default=True, help="Unnamed and unwritten for so long."
)
@data_option
def sweep(dry_run: bool, days: int, data: Path | None) -> None:  # noqa: FBT001 - click names it
    """Remove objects that nothing has named for a week."""
    from ..archive.erasing import find_orphans, remove_orphan

    count = size = 0
    with opened(data) as kept:
        for orphan in find_orphans(kept, older_than=days * DAY):
            if dry_run or remove_orphan(kept, orphan):
                count += 1
                size += orphan.size
                print(orphan.key)
    print(f"jiaokan: {count} objects, {size} bytes{' would go' if dry_run else ' removed'}", file=sys.stderr)


archive.add_command(check)


@click.group()
def report() -> None:
    """Withdraw, restore, erase or release a report."""


@report.command()
@click.argument("report_id", metavar="REPORT")
@who_options
@data_option
def withdraw(report_id: str, by: str, why: str, data: Path | None) -> None:
    """Take a report out of sight, its source too; `restore` undoes it."""
    from ..archive import withdraw as act

    with opened(data) as kept:
        _tell(act(kept, report_id, by=by, why=why))


@report.command()
@click.argument("report_id", metavar="REPORT")
@who_options
@data_option
def restore(report_id: str, by: str, why: str, data: Path | None) -> None:
    """Bring a withdrawn report back."""
    from ..archive import restore as act

    with opened(data) as kept:
        _tell(act(kept, report_id, by=by, why=why))


@report.command()
@click.argument("report_id", metavar="REPORT")
@click.option("--yes", is_flag=True, help="Do not ask.")
@who_options
@data_option
def erase(report_id: str, yes: bool, by: str, why: str, data: Path | None) -> None:  # noqa: FBT001
    """Remove a report's bytes for good; the ledger keeps that it was there, and who erased it and why."""
    from ..archive import erase as act

    if not yes:
        click.confirm(f"Erase {report_id}? Its bytes cannot be brought back", abort=True)
    with opened(data) as kept:
        _tell(act(kept, report_id, by=by, why=why))


@report.command()
@click.argument("report_id", metavar="REPORT")
@click.option("--revision", help="This revision instead of the newest that is held.")
@who_options
@data_option
def release(report_id: str, revision: str | None, by: str, why: str, data: Path | None) -> None:
    """Publish what is held back of a report under its grade (`jiaokan report held` lists it)."""
    from ..archive import release_report as act

    with opened(data) as kept:
        event = act(kept, report_id, revision=revision, by=by, why=why)
        if event is None:
            print("it was published already")
        else:
            _tell(event)


@report.command()
@click.argument("report_id", metavar="[REPORT]", required=False)
@data_option
def held(report_id: str | None, data: Path | None) -> None:
    """List what is held back under its grade; with REPORT, show the text that waits there, and what is odd in it."""
    if report_id is not None:
        _show_held(report_id, data)
        return
    table = Table()
    for name in ("report", "revision", "grade", "title", "held"):
        table.add_column(name, overflow="fold")
    after: str | None = None
    with opened(data) as kept:
        while True:
            page = kept.catalog.ledger.drafts_held(after=after)
            for draft in page.items:
                revision = kept.catalog.reports.revision(draft.revision)
                named = revision.report if revision else ""
                facts = draft.facts
                table.add_row(named, draft.revision, facts.grade, facts.title or "", draft.held or "")
            if page.cursor is None:
                break
            after = page.cursor
    if table.row_count:
        Console(width=None if sys.stdout.isatty() else 160).print(table)
    else:
        print("nothing is held")


def _show_held(report_id: str, data: Path | None) -> None:
    from ..archive import content_key, held_of, record_key

    with opened(data) as kept:
        draft = held_of(kept, report_id)
        content = json.loads(kept.objects.get(content_key(draft.content)))
        record = json.loads(kept.objects.get(record_key(draft.record)))
    print(content["text"])
    for finding in record["apparatus"]["findings"]:
        print(f"jiaokan: {finding['code']}: {finding['message']}", file=sys.stderr)
    print(
        f"jiaokan: revision {draft.revision} is held: {draft.held}; `jiaokan report release {report_id}` publishes it",
        file=sys.stderr,
    )


def _tell(event: Event) -> None:
    print(f"{event.report}: {event.event} (ledger entry {event.sequence})")


@click.group()
def keys() -> None:
    """Make, list or revoke access keys."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="upload, read or manage; may be given again."
)
@click.option("--label", "labels", multiple=True, help="Only reports with one of these labels; default: all.")
@click.option(
    "--unless-any", is_flag=True, help="Do nothing where there is a key: for a job that comes again."
)
@data_option
def create(
    name: str, scopes: tuple[str, ...], labels: tuple[str, ...], data: Path | None, *, unless_any: bool
) -> None:
    """Make a key for NAME; its token is shown this once, on standard output.

    From the first key on, every request needs one.
    """
    from ..archive import Keys

    with opened(data) as kept:
        if unless_any and Keys(kept.catalog.database).any():
            print("jiaokan: there is a key already", file=sys.stderr)
            return
        try:
            key, token = Keys(kept.catalog.database).create(name, scopes, labels=labels or None)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
    print(f"jiaokan: key {key.prefix} for {key.name}: {', '.join(sorted(key.scopes))}", file=sys.stderr)
    print(token)


@keys.command("list")
@data_option
def list_keys(data: Path | None) -> None:
    """List all keys, revoked ones too."""
    from ..archive import Keys, to_rfc3339

    table = Table()
    for column in ("prefix", "name", "scopes", "labels", "made", "last used", "revoked"):
        table.add_column(column, overflow="fold")
    with opened(data) as kept:
        for key in Keys(kept.catalog.database).list():
            times = (key.created_at, key.last_used_at, key.revoked_at)
            labels = "all reports" if key.labels is None else ", ".join(key.labels)
            told = [to_rfc3339(at) if at else "" for at in times]
            table.add_row(key.prefix, key.name, ", ".join(sorted(key.scopes)), labels, *told)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@keys.command()
@click.argument("prefix")
@data_option
def revoke(prefix: str, data: Path | None) -> None:
    """End a key."""
    from ..archive import Keys

    with opened(data) as kept:
        if not Keys(kept.catalog.database).revoke(prefix):
            raise click.ClickException(f"no key {prefix}, or it was revoked before")
    print(f"{prefix} is revoked")
