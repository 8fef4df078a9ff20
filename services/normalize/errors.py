"""What can go wrong in the library: an input that cannot be read. Everything else is a finding or a bug."""

from __future__ import annotations


class JiaokanError(Exception):
    """Base of every error that Jiaokan raises on purpose."""


class RejectedError(JiaokanError):
    """The input cannot become an edition, and never will: the input's fault, final.

    Attributes:
        code: a kebab-case word for programs (``empty``, ``no-verdict``, ``too-large`` …).
        reason: one sentence that the uploader can act on.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason

    def __reduce__(self) -> tuple[type[RejectedError], tuple[str, str]]:
        return type(self), (self.code, self.reason)
