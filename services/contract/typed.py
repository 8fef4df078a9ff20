"""``TypedDict`` and ``NotRequired`` as pydantic, which describes the forms for OpenAPI, asks for them."""

import sys

if sys.version_info >= (3, 12):
    from typing import NotRequired, TypedDict
else:  # before Python 3.12 it refuses those of ``typing``
    from typing_extensions import NotRequired, TypedDict  # noqa: UP035

__all__ = ["NotRequired", "TypedDict"]
