"""10,000 damaged files of all kinds, read and verified: no crash, no hang, no leak of memory."""

from __future__ import annotations

import gc
import os
import select
import subprocess
import sys
import time
import traceback
from collections import Counter
from typing import Any, Final, Self

from bench.fuzzing import KINDS, fuzzed, is_whole, outcomes

SECONDS: Final = 120.0
"""For one file, on a busy machine; none of the bases takes one second."""
SLOW: Final = 20.0
"""Seconds of processor time from which on a file is told."""


def run(arguments: list[str]) -> dict[str, Any]:
    """Fuzz; ``arguments``: how many files (10,000), the number of the first one (0)."""
    count = int(arguments[0]) if arguments else 10_000
    first = int(arguments[1]) if len(arguments) > 1 else 0
    kinds: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    flaws: list[dict[str, Any]] = []
    slow: list[dict[str, Any]] = []
    memory: list[tuple[int, int]] = []
    number, end = first, first + count
    while number < end:
        with _Reader(number, end) as reader:
            while number < end:
                told = reader.next()
                kind = KINDS[number % len(KINDS)]
                if "flaw" in told:
                    flaws.append({"number": number, "kind": kind, **told})
                    print(f"! {number} ({kind}): {told['flaw']}", flush=True)
                else:
                    kinds[kind].update(told["outcomes"])
                    if told["seconds"] > SLOW:
                        slow.append({"number": number, "kind": kind, "seconds": told["seconds"]})
                    memory.append((number, told["rss"]))
                number += 1
                if (number - first) % 500 == 0:
                    print(f"{number - first} files, {told.get('rss', 0) >> 20} MiB", flush=True)
                if "lost" in told:
                    break
    every = max(1, len(memory) // 8)
    return {
        "files": count,
        "flaws": flaws,
        "slow": slow,
        "outcomes": {kind: dict(counted.most_common()) for kind, counted in kinds.items()},
        "resident MiB after files": {number - first: rss >> 20 for number, rss in memory[every - 1 :: every]},
    }


class _Reader:
    """A process that reads one file after another, and is left behind when it dies or hangs."""

    def __init__(self, first: int, end: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.trials.fuzz", str(first), str(end)],
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def next(self) -> dict[str, Any]:
        import json

        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], SECONDS)[0]:
            return {"flaw": f"hangs: no answer in {SECONDS:g} s", "lost": True}
        line = self._process.stdout.readline()
        if not line:
            return {"flaw": f"the process ended with {self._process.wait()}", "lost": True}
        told: dict[str, Any] = json.loads(line)
        return told


def _read(first: int, end: int) -> None:
    import json
    from pathlib import Path

    page = os.sysconf("SC_PAGE_SIZE")
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for number in range(first, end):
        data = fuzzed(number).data
        began = time.process_time()
        told: dict[str, Any]
        try:
            told = {"outcomes": list(outcomes(data, whole=is_whole(number)))}
        except Exception as error:
            told = {"flaw": repr(error)[:300], "where": traceback.format_exc()[-1500:]}
        told["seconds"] = round(time.process_time() - began, 1)
        if number % 50 == 0:
            gc.collect()
        told["rss"] = int(Path("/proc/self/statm").read_text().split()[1]) * page
        answers.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    _read(int(sys.argv[1]), int(sys.argv[2]))
