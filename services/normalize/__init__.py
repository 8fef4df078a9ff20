r"""Bytes in, edition out: a library. No Celery, SQL, S3 or HTTP in it.

>>> from jiaokan.normalize import normalize
>>> normalize("一、  工作回顾\n".encode("gb18030")).text
'一、工作回顾'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from .errors import JiaokanError, RejectedError
from .hints import Amendment, Hints
from .profiles import PROFILES, Profile

if TYPE_CHECKING:
    from .encoding import Verdict, detect
    from .pipeline import STAGES, normalize
    from .stage import Observe

__all__ = [
    "PROFILES",
    "STAGES",
    "Amendment",
    "Hints",
    "JiaokanError",
    "Observe",
    "Profile",
    "RejectedError",
    "Verdict",
    "detect",
    "normalize",
]

_WHEN_ASKED: Final = {
    "STAGES": "pipeline",
    "normalize": "pipeline",
    "Observe": "stage",
    "Verdict": "encoding",
    "detect": "encoding",
}
"""Names by their modules. Whoever needs an error or a hint, as every server does, does not pay for the pipeline."""


def __getattr__(name: str) -> Any:
    if name not in _WHEN_ASKED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f".{_WHEN_ASKED[name]}", __name__), name)
    return found


def __dir__() -> list[str]:
    return __all__
