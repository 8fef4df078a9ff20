"""Bytes that no reader takes: the rejection says what they are, and what the uploader can do."""

from __future__ import annotations

from typing import NoReturn

from ..errors import RejectedError
from ..hints import Hints
from .sniffing import OFFICE_PACKAGE, Refusal, package_family, refused_family


def read(data: bytes, hints: Hints) -> NoReturn:  # noqa: ARG001 - the signature of a reader
    """Refuse ``data``.

    Raises:
        RejectedError: always, with the family's code and reason.
    """
    family = refused_family(data) or package_family(data)
    refusal = family if isinstance(family, Refusal) else OFFICE_PACKAGE
    raise RejectedError(refusal.code, refusal.reason)
