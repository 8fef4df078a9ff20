"""``python -m jiaokan.worker worker|priority|sweeper``: one process of the stack, set up by the environment."""

from __future__ import annotations

import os
import sys
from typing import Final

from ..archive import SettingsError, load_settings, unknown_variables
from . import run_sweeper, run_worker

USAGE: Final = "usage: python -m jiaokan.worker worker|priority|sweeper"


def main(arguments: list[str]) -> int:
    """Run what the one argument names; gives the exit code."""
    if len(arguments) != 1 or arguments[0] not in {"worker", "priority", "sweeper"}:
        print(USAGE, file=sys.stderr)  # noqa: T201 - a command
        return 2
    try:
        settings = load_settings()
    except SettingsError as error:
        print(f"jiaokan: {error}", file=sys.stderr)  # noqa: T201 - a command
        return 2
    for unknown in unknown_variables(os.environ):
        print(f"jiaokan: {unknown}", file=sys.stderr)  # noqa: T201 - a command
    if arguments[0] == "sweeper":
        return run_sweeper(settings)
    return run_worker(settings, priority_slot=arguments[0] == "priority")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
