"""Problem details, and the kinds of problems that there are."""

from __future__ import annotations

from ..typed import TypedDict


class Problem(TypedDict):
    """Problem details (RFC 9457); ``code`` is for programs, ``detail`` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str


class ProblemKind(TypedDict):
    """What a kind of problem means, and what to do about it."""

    code: str
    status: int
    means: str
    do: str


class ProblemKinds(TypedDict):
    """All kinds of problems."""

    problems: list[ProblemKind]
