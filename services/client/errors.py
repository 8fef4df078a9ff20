"""The one error of the client: the system refused, or is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ClientError(Exception):
    """The system refused, or is not there.

    Attributes:
        code: of the problem (``/v1/problems`` explains each); empty when there was no answer.
        status: of HTTP; None when there was no answer.
        problem: the whole problem, with its further members.
        retry: whether the same request may succeed later.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        status: int | None = None,
        problem: Mapping[str, Any] | None = None,
        retry: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.problem = dict(problem or {})
        self.retry = retry


def error_of(url: str, status: int, body: bytes) -> ClientError:
    """Make the error of an answer that is neither 2xx nor 304."""
    import json

    retry = status in RETRIED
    try:
        problem = json.loads(body)
        return ClientError(
            problem["detail"], code=problem["code"], status=status, problem=problem, retry=retry
        )
    except (ValueError, KeyError, TypeError):
        return ClientError(f"{url} answered {status}", status=status, retry=retry)


RETRIED = frozenset({429, 502, 503, 504})
"""What may pass: too many requests, a proxy without its server, a part that did not answer."""
