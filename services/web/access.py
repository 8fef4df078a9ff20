"""Who asks, and what he may do: keys, scopes, labels. docs/access.md has the table.

Until a key is made, a service answers this machine only (``check_exposure``) and everyone on it may do everything.
From the first key on, each request needs one. A key limited to labels sees only reports that carry one of them; all
others are not there for it (404, never 403: whether a report exists is told to nobody who may not read it).
"""

from __future__ import annotations

import hashlib
import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from ..archive import SCOPES, Archive, Keys, Report, Scope, Settings, SettingsError
from .problems import ProblemError

KEY_SCHEME: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "jk_<prefix>_<secret>",
    "description": "An access key. Without any keys the service answers this machine only, and needs none.",
}
"""For the OpenAPI document."""

REMEMBERED_SECONDS: Final = 0.8
"""A key that was found is not looked up again for so long; a revoked one ends within a second, look-up included."""

REMEMBERED_MOST: Final = 10_000

ALL_SCOPES: Final[frozenset[Scope]] = frozenset(SCOPES)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the key's prefix (``local`` without keys), its scopes, and its labels (None: all reports)."""

    actor: str
    scopes: frozenset[Scope]
    labels: tuple[str, ...] | None

    def sees(self, report: Report) -> bool:
        """Tell whether a report is there for this caller."""
        return self.labels is None or not set(self.labels).isdisjoint(report.labels)


LOCAL: Final = Caller("local", ALL_SCOPES, None)


class Doorkeeper:
    """Finds the caller of a request; remembers keys for a second, so that a busy client costs no look-ups."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, tuple[float, Caller | None]] = OrderedDict()
        self._keys_exist = (0.0, False)

    def caller(self, authorization: str | None) -> Caller:
        """Give the caller of a request by its ``Authorization`` header.

        Raises:
            ProblemError: 401, there are keys and this is none of them.
        """
        if not self._are_there_keys():
            return LOCAL
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _unauthorized("send a key: Authorization: Bearer jk_…")
        caller = self._find(token.strip())
        if caller is None:
            raise _unauthorized("this key is not known, or was revoked")
        return caller

    def remembered(self, authorization: bytes) -> Caller | None:
        """Give the caller if that is known without asking the catalog: for code that must not wait."""
        until, there = self._keys_exist
        now = time.monotonic()
        if not there:
            return LOCAL if now < until else None
        if authorization[:7].lower() != b"bearer ":
            return None
        known = self._known.get(hashlib.sha256(authorization[7:].strip()).digest())
        return known[1] if known is not None and now < known[0] else None

    def _are_there_keys(self) -> bool:
        until, there = self._keys_exist
        now = time.monotonic()
        if not there and now >= until:  # keys never go away again, so only a No is asked for anew
            there = self._keys.any()
            self._keys_exist = (now + REMEMBERED_SECONDS, there)
        return there

    def _find(self, token: str) -> Caller | None:
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        now = time.monotonic()
        with self._lock:
            known = self._known.get(digest)
        if known is not None and now < known[0]:
            return known[1]
        key = self._keys.find(token)
        if key is not None:
            self._keys.touch(key.prefix)
        caller = None if key is None else Caller(key.prefix, key.scopes, key.labels)
        with self._lock:
            self._known[digest] = (now + REMEMBERED_SECONDS, caller)
            self._known.move_to_end(digest)
            while len(self._known) > REMEMBERED_MOST:
                self._known.popitem(last=False)
        return caller


def _unauthorized(detail: str) -> ProblemError:
    return ProblemError(401, "key-needed", detail, headers={"WWW-Authenticate": 'Bearer realm="jiaokan"'})


def doorkeeper_of(app: Any) -> Doorkeeper:
    """Give the app's doorkeeper; the first request makes it."""
    keeper: Doorkeeper | None = getattr(app.state, "doorkeeper", None)
    if keeper is None:
        archive: Archive = app.state.archive
        keeper = app.state.doorkeeper = Doorkeeper(Keys(archive.catalog.database))
    return keeper


def require(scope: Scope) -> Callable[[Request], Caller]:
    """Make a dependency that gives the caller if his key has ``scope``."""

    def caller_with_scope(request: Request) -> Caller:
        caller = doorkeeper_of(request.app).caller(request.headers.get("authorization"))
        if scope not in caller.scopes:
            raise ProblemError(403, "scope-missing", f"this key has not the scope {scope!r}", scope=scope)
        return caller

    caller_with_scope.scope = scope  # type: ignore[attr-defined]  # the table of scopes in the docs is made from it
    return caller_with_scope


Reader = Annotated[Caller, Depends(require("read"))]
Uploader = Annotated[Caller, Depends(require("upload"))]
Manager = Annotated[Caller, Depends(require("manage"))]


def check_exposure(archive: Archive, settings: Settings) -> None:
    """Refuse to listen on an address that other machines reach as long as there is no key.

    Raises:
        SettingsError: and says what to do.
    """
    if is_loopback(settings.host) or Keys(archive.catalog.database).any():
        return
    raise SettingsError(
        f"JIAOKAN_HOST={settings.host} can be reached by other machines, and there is no key yet: "
        "make one first with `jiaokan keys create`, or listen on 127.0.0.1"
    )


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
