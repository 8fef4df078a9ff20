"""The catalog made anew from the object store alone is equal in everything a consumer can see."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from archive_hands import making, put_out, take
from sqlalchemy import select

from jiaokan.archive import (
    Archive,
    ObjectMissingError,
    RejectionNote,
    ReportFilter,
    Settings,
    entry_json,
    erase,
    ledger_key,
    note_rejection,
    publish,
    publish_together,
    restore,
    revision_json,
    revision_key,
    source_key,
    store,
    withdraw,
    write_entry,
)
from jiaokan.archive.names import ledger_pack_key, new_revision_id
from jiaokan.archive.rebuilding import RebuildError, rebuild
from jiaokan.archive.sql import open_catalog
from jiaokan.archive.tables import editions, facets, ledger, reports, revisions


def seen(archive: Archive) -> dict[str, object]:
    """Give everything that a consumer can see, and what a limited key is checked by."""
    with archive.catalog.database.read() as connection:
        shown = {
            "ledger": connection.execute(select(ledger).order_by(ledger.c.sequence)).all(),
            "reports": connection.execute(
                select(*(column for column in reports.c if column.name != "bytes_left"))
                .where(reports.c.standing != "erased")
                .order_by(reports.c.id)
            ).all(),
            "erased": connection.execute(
                select(reports.c.id, reports.c.labels)
                .where(reports.c.standing == "erased")
                .order_by(reports.c.id)
            ).all(),
            "editions": connection.execute(select(editions).order_by(editions.c.sequence)).all(),
            "facets": sorted(connection.execute(select(facets)).all()),
        }
        shown["revisions"] = connection.execute(
            select(
                revisions.c.id, revisions.c.report, revisions.c.source, revisions.c.state, revisions.c.code
            )
            .where(revisions.c.state != "erased")
            .order_by(revisions.c.id)
        ).all()
    shown["list"] = archive.catalog.reports.list(ReportFilter()).items
    shown["head"] = archive.catalog.ledger.head()
    return shown


@pytest.fixture
def lived_in(archive, clock):
    """An archive in which everything that can happen has happened."""
    for number in range(8):
        put_out(
            archive,
            f"r/{number}",
            f"{number}",
            labels=(f"l{number % 3}",),
            covers=(2020 + number, 2021 + number),
        )
        clock.forward(1)
    for number in (1, 3, 5):
        put_out(archive, f"r/{number}", "revised", region="440000", title=f"第{number}")
        clock.forward(1)
    accepted = take(archive, "r/5", "revised")
    publish(archive, making(accepted, fingerprint="f2", text="again"))
    write_entry(archive, archive.catalog.ledger.reinstate("r/5", 2, data={"run": 1}))
    for report in ("r/1", "r/2"):
        withdraw(archive, report, why="wrong")
    restore(archive, "r/1")
    erase(archive, "r/6", by="li")
    take(archive, "pending/1", "never done")
    rejected = take(archive, "rejected/1", "bad")
    claim = archive.catalog.queue.claim(rejected.item, worker="w", seconds=9, max_attempts=3)
    note_rejection(archive, RejectionNote(rejected.revision.id, "empty", "nothing in it"))
    archive.catalog.queue.reject(claim, code="empty", reason="nothing in it")
    return archive


def rebuilt(old: Archive, clock) -> Archive:
    catalog = open_catalog(Settings(catalog="memory:"), clock=clock)
    catalog.migrate()
    return Archive(old.objects, catalog, old.settings)


def test_rebuilt_is_equal(lived_in, clock):
    new = rebuilt(lived_in, clock)
    told = rebuild(new)
    assert seen(new) == seen(lived_in)
    assert (told.rejections, told.pending, told.left_out, told.hidden) == (1, 1, 0, 0)
    status = new.catalog.queue.status()
    assert dict(status.waiting) == {"interactive": 0, "bulk": 1}


def test_both_go_on_alike(lived_in, clock):
    new = rebuilt(lived_in, clock)
    rebuild(new)
    event = put_out(new, "r/0", "goes on")
    assert (event.sequence, event.edition) == (lived_in.catalog.ledger.head().assigned + 1, 2)
    assert take(new, "r/1", "revised").outcome == "known"


def test_an_unwritten_entry_and_what_stands_behind_it_never_happened(archive, clock):
    put_out(archive, "r/1")
    lost = archive.catalog.ledger.publish(store(archive, making(take(archive, "r/2"))))
    behind = publish(archive, making(take(archive, "r/3")))
    assert (lost.sequence, behind.sequence) == (2, 3)
    before = seen(archive)
    new = rebuilt(archive, clock)
    assert rebuild(new).hidden == 1
    after = seen(new)
    assert after["reports"] == before["reports"]
    assert new.catalog.ledger.head() == (1, 1)
    with pytest.raises(ObjectMissingError):
        archive.objects.get(ledger_key(3))
    assert archive.objects.get(f"aside/{ledger_key(3)}")
    item = new.catalog.queue.unsent("bulk", limit=9)
    assert len(item) == 2, "both are work again"


def published_together(archive, names):
    for name in names:
        take(archive, name, name, queue="bulk")
    claims = archive.catalog.queue.claim_fresh("bulk", worker="w#1", seconds=60, limit=99)
    made = [(claim, making(claim)) for claim in claims]
    return [(claim, of, store(archive, of)) for claim, of in made]


def test_packs_are_read_and_what_stands_in_them_and_alone_counts_once(archive, clock):
    assert publish_together(archive, published_together(archive, ["a", "b", "c"])) == []
    put_out(archive, "d")
    assert publish_together(archive, published_together(archive, ["e", "f"])) == []
    events, _ = archive.catalog.ledger.events(after=0)
    for event in events[1:]:
        archive.objects.put(ledger_key(event.sequence), entry_json(event))
    new = rebuilt(archive, clock)
    told = rebuild(new)
    assert (told.entries, told.hidden) == (6, 0)
    assert seen(new) == seen(archive)


def test_a_pack_behind_a_gap_is_set_aside_whole(archive, clock):
    put_out(archive, "r/1")
    archive.catalog.ledger.publish(store(archive, making(take(archive, "lost"))))
    assert publish_together(archive, published_together(archive, ["a", "b", "c"])) == []
    new = rebuilt(archive, clock)
    assert rebuild(new).hidden == 3
    assert new.catalog.ledger.head() == (1, 1)
    assert [stat.key for stat in archive.objects.list("ledger/")] == [ledger_key(1)]
    assert [stat.key for stat in archive.objects.list("aside/")] == [f"aside/{ledger_pack_key(3, 5)}"]
    assert put_out(new, "next").sequence == 2


@pytest.mark.parametrize("which", ["earlier", "later"])
def test_a_double_that_nobody_was_told_of_is_left_out(archive, clock, which):
    known = take(archive)
    publish(archive, making(known))
    at = (
        new_revision_id(known.revision.accepted_at, after=known.revision.id)
        if which == "later"
        else new_revision_id(5)
    )
    double = replace(known.revision, id=at)
    archive.objects.put(revision_key(double.id), revision_json(double))
    new = rebuilt(archive, clock)
    told = rebuild(new)
    assert (told.left_out, told.pending) == (1, 0)
    assert [revision.id for revision in new.catalog.reports.revisions(known.report)] == [known.revision.id]
    assert seen(new) == seen(archive)


def test_of_two_that_nothing_names_the_later_one_stays(archive, clock):
    died = replace(take(archive, "elsewhere").revision, id=new_revision_id(5), report="a/1", accepted_at=5)
    archive.objects.put(revision_key(died.id), revision_json(died))
    again = take(archive, "a/1", labels=("gd",))
    new = rebuilt(archive, clock)
    assert rebuild(new).left_out == 1
    assert [revision.id for revision in new.catalog.reports.revisions("a/1")] == [again.revision.id]
    assert seen(new) == seen(archive)


def test_a_catalog_that_is_not_empty_is_not_rebuilt(lived_in):
    with pytest.raises(RebuildError, match="not empty"):
        rebuild(lived_in)


def test_a_missing_content_is_named(archive, clock):
    event = put_out(archive)
    archive.objects.remove(f"contents/{event.content[:2]}/{event.content}")
    with pytest.raises(RebuildError, match=event.content):
        rebuild(rebuilt(archive, clock))


def test_erasing_leaves_nothing_but_the_tombstone(archive):
    event = put_out(archive, "gone/1", "秘密", title="秘密", hints={"metadata": {"title": "秘密"}})
    put_out(archive, "stays/1", "秘密", title="秘密")
    put_out(archive, "stays/2", "别的")
    erase(archive, "gone/1", by="li", why="law")
    source = archive.catalog.reports.revision(event.revision).source
    assert archive.objects.get(source_key(source)), "another report holds the same source"
    assert revision_key(event.revision) not in [stat.key for stat in archive.objects.list("revisions/")]
    assert archive.catalog.reports.get("gone/1").standing == "erased"
    erase(archive, "stays/1")
    assert source_key(source) not in [stat.key for stat in archive.objects.list("sources/")]
    left = b"".join(archive.objects.get(stat.key) for stat in archive.objects.list())
    assert "秘密".encode() not in left
    with archive.catalog.database.read() as connection:
        for table in (reports, revisions, editions, facets, ledger):
            assert "秘密" not in str(connection.execute(select(table)).all())


@pytest.mark.parametrize("seed", range(4))
def test_random_lives_are_rebuilt(archive, clock, seed):
    chance = random.Random(seed)
    for _ in range(60):
        clock.forward(chance.choice((0, 1, 5)))
        report = f"r/{chance.randrange(6)}"
        standing = archive.catalog.reports.standing(report)
        if standing in {"withdrawn", "erased"}:
            if standing == "withdrawn" and chance.random() < 0.5:
                restore(archive, report)
            continue
        what = chance.random()
        if what < 0.7 or standing is None:
            accepted = take(archive, report, chance.choice("甲乙丙"), labels=(chance.choice("xyz"),))
            if chance.random() < 0.9:
                text = chance.choice(["一", "二"])
                publish(
                    archive, making(accepted, fingerprint=chance.choice(["f1", "f2"]), text=text, title=text)
                )
        elif what < 0.85:
            withdraw(archive, report)
        elif what < 0.9:
            erase(archive, report)
    new = rebuilt(archive, clock)
    rebuild(new)
    assert seen(new) == seen(archive)
