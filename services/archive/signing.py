"""Signed URLs of our own, for stores that cannot sign: ingest answers them under the same contract as S3 does.

``PUT`` (or ``GET``) ``<public url>/v1/objects/<key>?expires=…&signature=…``. The signature is an HMAC-SHA-256 over
method, key, time and file name.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote, urlencode

from .errors import ArchiveError, UnavailableError
from .settings import Settings

PATH: Final = "/v1/objects/"


class SignatureRefusedError(ArchiveError):
    """The URL was not signed by us, for something else, or its time is over."""


class Signer:
    """Signs and checks. The secret is made when first needed and kept in the data folder, unless a setting gives it."""

    def __init__(self, base: str, secret: bytes | None = None, *, keep: Path | None = None) -> None:
        self._base = base.rstrip("/")
        self._secret = secret
        self._keep = keep

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Make the signer that the settings describe."""
        base = settings.public_url or f"http://{settings.host}:{settings.port}"
        if settings.signing_key is not None:
            return cls(base, settings.signing_key.get_secret_value().encode())
        return cls(base, keep=settings.data / "signing.key")

    def url(self, method: str, key: str, *, seconds: int, filename: str | None = None) -> str:
        """Sign a URL for ``seconds`` from now."""
        expires = int(time.time()) + seconds
        query = {"expires": str(expires), "signature": self._sign(method, key, expires, filename or "")}
        if filename:
            query["filename"] = filename
        return f"{self._base}{PATH}{quote(key)}?{urlencode(query)}"

    def check(self, method: str, key: str, query: Mapping[str, str]) -> None:
        """Check what came with a request.

        Raises:
            SignatureRefusedError: it does not hold.
        """
        expires = query.get("expires", "")
        if not expires.isascii() or not expires.isdigit() or len(expires) > 12:
            raise SignatureRefusedError("the URL carries no time")
        wanted = self._sign(method, key, int(expires), query.get("filename", ""))
        if not hmac.compare_digest(wanted.encode(), query.get("signature", "").encode()):
            raise SignatureRefusedError("the signature is not ours, or for another method, object or time")
        if int(expires) < time.time():
            raise SignatureRefusedError("the URL's time is over: ask for a new one")

    def _sign(self, method: str, key: str, expires: int, filename: str) -> str:
        told = "\n".join((method, key, str(expires), filename)).encode()
        return hmac.new(self._key(), told, hashlib.sha256).hexdigest()

    def _key(self) -> bytes:
        if self._secret is None:
            assert self._keep is not None
            self._secret = _kept_secret(self._keep)
        return self._secret


def _kept_secret(path: Path) -> bytes:
    """Read the secret, or make it: of two processes that make one at once, the first wins."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_hex(32).encode())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_bytes().strip()
    except OSError as error:
        raise UnavailableError("objects", f"{path}: {error.strerror}") from error
