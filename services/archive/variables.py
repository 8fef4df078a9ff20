"""Variables that begin with ``JIAOKAN_`` and name no setting: a misspelt one would be passed over in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from .settings import Settings

PREFIX: Final = "JIAOKAN_"

OTHERS: Final = (
    *("URL", "KEY"),  # of the client
    *("FAULT", "LISTENING_FD"),  # of trials; from the supervisor to its parts
    *("CORPUS", "RAISE_FLOORS", "VENV", "CACHE", "COUNTER"),  # of tests, trials, make
    "BUCKET",  # of docker-compose.yml
)
"""Names behind the prefix that have a meaning of their own, and are no settings."""

# Kubernetes tells each container of the services beside it: a service `jiaokan-api` gives JIAOKAN_API_PORT_8321_TCP.
_SERVICE_LINK: Final = re.compile(r"_SERVICE_(?:HOST|PORT(?:_\w+)?)\Z|_PORT_\d+_(?:TCP|UDP)(?:_\w+)?\Z")


def unknown_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """Say, in a sentence each, which variables mean nothing, and which known name is nearest."""
    known = [*map(str.upper, Settings.model_fields), *OTHERS]
    for variable, value in sorted(environment.items()):
        name = variable.removeprefix(PREFIX)
        if name in (variable, *known) or value.startswith("tcp://") or _SERVICE_LINK.search(name):
            continue
        near = get_close_matches(name, known, 1)
        yield f"{variable} is set and means nothing" + (f"; did you mean {PREFIX}{near[0]}?" if near else "")
