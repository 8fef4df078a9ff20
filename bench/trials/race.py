"""Two workers on the same revision, 500 times: one edition each, identical bytes.

Both get a claim (the lease of the first has run out), normalize, and publish at the same moment.
`make trial NAME=race ARGS="500 sqlite"` (or `postgresql`).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

from bench.line import report
from jiaokan.archive import (
    Archive,
    Claim,
    Event,
    Settings,
    accept,
    content_key,
    open_archive,
    publish,
    record_key,
)
from jiaokan.worker.processing import make


def run(arguments: list[str]) -> dict[str, Any]:
    """Race."""
    rounds = int(arguments[0]) if arguments else 500
    kind = arguments[1] if len(arguments) > 1 else "sqlite"
    with tempfile.TemporaryDirectory() as name:
        if kind == "sqlite":
            return _race({}, Path(name), rounds, kind)
        sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "servers"))
        import starting

        with starting.running("postgresql", Path(name)) as server:
            return _race(starting.fresh_database(server), Path(name), rounds, kind)


def _race(catalog: dict[str, str], folder: Path, rounds: int, kind: str) -> dict[str, Any]:
    settings = Settings(data=folder / "data", durable=False, **catalog)  # type: ignore[arg-type]
    # Two of everything, as two processes have.
    one, two = open_archive(settings), open_archive(settings)
    won = [0, 0]
    for number in range(rounds):
        accepted = accept(one, f"r/{number}", report(number))
        assert accepted.item is not None
        claims = []
        for at, archive in enumerate((one, two)):
            claim = archive.catalog.queue.claim(accepted.item, worker=f"w{at}", seconds=-1, max_attempts=9)
            assert claim is not None
            claims.append(claim)
        barrier = Barrier(2)
        got: list[Event | None] = [None, None]
        data = report(number)

        def work(at: int, archive: Archive, claim: Claim) -> None:
            making, _ = make(claim.revision, data, settings.profile)  # noqa: B023 - joined below
            barrier.wait()  # noqa: B023
            got[at] = publish(archive, making, claim=claim)  # noqa: B023

        threads = [
            Thread(target=work, args=(at, archive, claim))
            for at, (archive, claim) in enumerate(zip((one, two), claims, strict=True))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (edition,) = one.catalog.reports.editions(f"r/{number}")
        assert edition.sequence == number + 1
        assert one.objects.get(content_key(edition.content)), one.objects.get(record_key(edition.record))
        item = one.catalog.queue.get(accepted.item)
        assert item is not None
        assert item.state == "done", item
        won[0 if got[0] is not None else 1] += 1
        if number % 50 == 49:
            print(f"{number + 1} races", flush=True)
    assert len(list(one.objects.list("contents/"))) == len(list(one.objects.list("records/"))) == rounds
    one.close()
    two.close()
    stack = "local" if kind == "sqlite" else kind
    return {"stack": stack, "catalog": kind, "races": rounds, "editions": rounds, "won by": won}
