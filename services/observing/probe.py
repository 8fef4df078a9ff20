"""``python -m jiaokan.observing.probe URL``: exit code 0 if it answers 200. A health check for images without curl."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from typing import Final

SECONDS: Final = 10.0


def main(arguments: list[str]) -> int:
    """Ask the one URL; gives the exit code."""
    if len(arguments) != 1 or not arguments[0].startswith("http://"):
        print("usage: python -m jiaokan.observing.probe http://HOST:PORT/readyz", file=sys.stderr)  # noqa: T201
        return 2
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(arguments[0], timeout=SECONDS) as answer:
            print(answer.read(1000).decode("utf-8", "replace").strip())  # noqa: T201 - a command
    except urllib.error.HTTPError as error:
        print(f"{error.code}: {error.read(1000).decode('utf-8', 'replace').strip()}", file=sys.stderr)  # noqa: T201
        return 1
    except OSError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
