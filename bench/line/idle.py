"""A worker whose task does nothing, on the same broker with the same settings: what Celery itself costs."""

from __future__ import annotations

import os
import sys
from typing import Any

from jiaokan.archive import QUEUES, load_settings
from jiaokan.worker.app import make_app

NAME = "jiaokan.nothing"


def main() -> int:
    """Consume until SIGTERM; every task appends a byte to a file, so that someone can count them."""
    settings = load_settings()
    app = make_app(settings)
    counter = os.open(os.environ["JIAOKAN_COUNTER"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    @app.task(name=NAME)
    def nothing(_item: int) -> None:
        os.write(counter, b".")

    worker: Any = app.Worker(
        queues=list(QUEUES),
        concurrency=settings.concurrency or os.cpu_count() or 1,
        pool="prefork",
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        optimization="fair",
    )
    worker.start()
    return 0


if __name__ == "__main__":
    sys.exit(main())
