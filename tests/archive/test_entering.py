"""Revisions that come at the same time are entered together; on every kind of catalog."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from archive_hands import making, put_out, take

from jiaokan.archive import (
    Archive,
    ObjectMissingError,
    UnavailableError,
    adopt,
    erase,
    publish,
    read_revision,
    revision_json,
    revision_key,
    source_key,
)
from jiaokan.archive.erasing import find_orphans, remove_unnamed
from jiaokan.archive.errors import ArchiveError
from jiaokan.archive.faults import arm
from jiaokan.archive.names import (
    REVISIONS_PACKED_MOST,
    new_revision_id,
    revision_pack_key,
    revisions_in,
)
from jiaokan.archive.objects import MAX_KEY_SEGMENT
from jiaokan.archive.rebuilding import rebuild
from jiaokan.archive.revision_objects import drop_revision, revisions_object
from jiaokan.archive.settings import Settings
from jiaokan.archive.sql import open_catalog


@pytest.fixture(autouse=True)
def disarmed():
    yield
    arm(None)


def together(archive: Archive, *calls: Callable[[], object]) -> list[object]:
    """Have a first one on its way until all the others wait for it; gives what became of the others, in order."""
    go = threading.Event()

    def hold(point: str) -> None:
        if point == "put-revision:before" and not go.is_set():
            go.wait(10)

    arm(hold)
    with ThreadPoolExecutor(len(calls) + 1) as hands:
        first = hands.submit(take, archive, "first/of-all")
        while not archive.entering._led:
            time.sleep(0.001)
        others = []
        for number, call in enumerate(calls):
            others.append(hands.submit(call))
            until = time.monotonic() + 10
            while len(archive.entering._waiting) <= number and time.monotonic() < until:
                time.sleep(0.001)
        go.set()
        assert first.result().outcome == "new"
        return [other.exception() or other.result() for other in others]


def packs(archive: Archive) -> list[tuple[str, ...]]:
    found = (revisions_in(stat.key) for stat in archive.objects.list("revisions/"))
    return [ids for ids in found if len(ids) > 1]


def taking(archive: Archive, *reports: str, **more) -> list[Callable[[], object]]:
    return [lambda report=report: take(archive, report, report, **more) for report in reports]


def test_those_who_wait_go_together(archive):
    told = together(archive, *taking(archive, *(f"a/{number}" for number in range(20)), labels=("gd",)))
    assert [accepted.outcome for accepted in told] == ["new"] * 20
    assert sorted(map(len, packs(archive))) == [20 - REVISIONS_PACKED_MOST, REVISIONS_PACKED_MOST]
    assert len({accepted.item for accepted in told}) == 20
    for accepted in told:
        assert read_revision(archive.objects, accepted.revision.id) == accepted.revision
        assert archive.catalog.reports.revision(accepted.revision.id) == accepted.revision
        assert archive.catalog.reports.get(accepted.report).labels == ("gd",)
        assert archive.catalog.queue.get(accepted.item).revision == accepted.revision.id
    assert not archive.entering._led
    assert take(archive, "a/3", "a/3").outcome == "known"


def test_two_of_one_report_do_not_go_together(archive):
    told = together(archive, *taking(archive, "a/1", "a/1", "a/2"))
    assert sorted(accepted.outcome for accepted in told) == ["known", "new", "new"]
    assert told[0].revision == told[1].revision
    stands = {one for stat in archive.objects.list("revisions/") for one in revisions_in(stat.key)}
    assert {accepted.revision.id for accepted in told} <= stands
    assert len(stands) == 3


def test_a_report_that_came_into_being_meanwhile_takes_its_own_way(archive, clock, monkeypatch):
    known = take(archive, "a/1", "old")
    clock.forward(1)
    newest = archive.catalog.intake.newest
    monkeypatch.setattr(type(archive.catalog.intake), "newest", lambda _self, _report: None)
    told = together(archive, *taking(archive, "a/1", "a/2"), lambda: take(archive, "a/3", "x"))
    monkeypatch.undo()
    assert [accepted.outcome for accepted in told] == ["new"] * 3
    assert newest("a/1") == told[0].revision
    assert told[0].revision.id > known.revision.id


def test_a_source_that_was_removed_meanwhile_is_put_again(archive, clock):
    digest = take(archive, "gone/1", "a/1").revision.source
    erase(archive, "gone/1")
    told = together(archive, *taking(archive, "a/1", "a/2"))
    assert [accepted.outcome for accepted in told] == ["new", "new"]
    assert archive.objects.get(source_key(digest)) == b"a/1"
    assert not remove_unnamed(archive, "sources", digest)


def test_when_the_store_is_away_everyone_hears_it_and_the_next_go_on(archive, monkeypatch):
    put = archive.objects.put

    def away(key: str, *rest, **more) -> None:
        if len(revisions_in(key)) > 1:
            raise UnavailableError("objects", "away")
        put(key, *rest, **more)

    monkeypatch.setattr(archive.objects, "put", away)
    told = together(archive, *taking(archive, "a/1", "a/2", "a/3"))
    assert [type(one) for one in told] == [UnavailableError] * 3
    monkeypatch.undo()
    assert take(archive, "a/1", "a/1").outcome == "new"


class Killed(BaseException):
    """The process is gone."""


def test_whoever_dies_leads_nobody_into_waiting(archive):
    def die() -> object:
        def kill(point: str) -> None:
            if point == "commit-revision:before":
                arm(None)
                raise Killed

        arm(kill)
        return take(archive, "a/1", "a/1")

    with pytest.raises(Killed):
        die()
    assert not archive.entering._led
    assert take(archive, "a/2", "a/2").outcome == "new"


def test_a_pack_whose_writer_died_is_taken_in_one_by_one(archive, clock):
    models = [take(archive, f"model/{number}").revision for number in range(3)]
    at = new_revision_id(archive.catalog.database.now())
    lost = [
        replace(model, id=at[:12] + f"{number:016x}", report=f"lost/{number}")
        for number, model in enumerate(models)
    ]
    lost[1] = replace(lost[1], report="model/1")  # sent again: it adds nothing
    key, data = revisions_object(lost)
    archive.objects.put(key, data)
    told = [adopt(archive, revision.id) for revision in lost]
    assert [one is not None for one in told] == [True, False, True]
    assert not packs(archive)
    assert archive.objects.get(revision_key(lost[0].id)) == revision_json(lost[0])
    with pytest.raises(ObjectMissingError):
        read_revision(archive.objects, lost[1].id)
    assert list(find_orphans(archive, older_than=-1)) == []


def test_an_erased_one_leaves_its_pack(archive):
    told = together(archive, *taking(archive, "a/1", "a/2", "a/3", name="秘密.txt"))
    for accepted in told:
        publish(archive, making(accepted))
    assert len(packs(archive)) == 1
    erase(archive, "a/2")
    assert not packs(archive)
    with pytest.raises(ObjectMissingError):
        read_revision(archive.objects, told[1].revision.id)
    for accepted in (told[0], told[2]):
        assert read_revision(archive.objects, accepted.revision.id) == accepted.revision


def test_of_two_that_take_a_pack_apart_at_once_neither_brings_back_what_the_other_erased(
    archive, monkeypatch
):
    told = together(archive, *taking(archive, "a/1", "a/2", "a/3"))
    for accepted in told:
        publish(archive, making(accepted))
    get = archive.objects.get

    def slow(key: str, **more) -> bytes:
        data = get(key, **more)
        if len(revisions_in(key)) > 1:
            monkeypatch.undo()
            erase(archive, "a/3")  # meanwhile, whole
        return data

    monkeypatch.setattr(archive.objects, "get", slow)
    erase(archive, "a/1")
    left = {one for stat in archive.objects.list("revisions/") for one in revisions_in(stat.key)}
    assert told[1].revision.id in left
    assert not {told[0].revision.id, told[2].revision.id} & left


def test_one_whose_pack_is_taken_apart_while_it_is_sought_is_found(archive, monkeypatch):
    told = together(archive, *taking(archive, "a/1", "a/2"))
    get, wanted = archive.objects.get, told[0].revision

    def late(key: str, **more) -> bytes:
        try:
            return get(key, **more)
        except ObjectMissingError:
            monkeypatch.undo()
            drop_revision(archive, told[1].revision.id)
            raise

    monkeypatch.setattr(archive.objects, "get", late)
    assert read_revision(archive.objects, wanted.id) == wanted


def test_a_catalog_is_rebuilt_from_packs(archive, clock):
    told = together(archive, *taking(archive, *(f"a/{number}" for number in range(15)), labels=("gd",)))
    for accepted in told[:7]:
        publish(archive, making(accepted))
    clock.forward(1)
    put_out(archive, "a/3", "revised")
    pack = max(packs(archive), key=len)
    half = read_revision(archive.objects, pack[0])
    archive.objects.put(revision_key(half.id), revision_json(half))  # someone died who was taking it apart
    catalog = open_catalog(Settings(catalog="memory:"), clock=clock)
    catalog.migrate()
    new = Archive(archive.objects, catalog, archive.settings)
    counted = rebuild(new)
    assert (counted.revisions, counted.left_out, counted.pending) == (17, 0, 9)
    for accepted in told:
        new_one, old_one = (one.catalog.reports.get(accepted.report) for one in (new, archive))
        assert new_one == old_one
        assert new.catalog.reports.revisions(accepted.report) == archive.catalog.reports.revisions(
            accepted.report
        )
    catalog.close()


def test_the_name_of_a_pack_holds_its_ids():
    ids = [f"018bcfe56800{number:016x}" for number in range(REVISIONS_PACKED_MOST)]
    key = revision_pack_key(ids[::-1])
    assert revisions_in(key) == tuple(ids)
    assert len(key.removeprefix("revisions/")) <= MAX_KEY_SEGMENT
    for other in ("revisions/readme.txt", "revisions/a-b.json", f"{key}x", f"sources/{ids[0]}.json"):
        assert revisions_in(other) == ()


def test_an_object_that_speaks_of_another_revision_is_said(archive):
    revision = take(archive).revision
    other = new_revision_id(5)
    archive.objects.put(revision_key(other), revision_json(revision))
    with pytest.raises(ArchiveError, match=other):
        read_revision(archive.objects, other)
    drop_revision(archive, other)
    drop_revision(archive, other)
