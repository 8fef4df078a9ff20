r"""Bytes in, edition out: a library. No Celery, SQL, S3 or HTTP in it.

>>> from jiaokan.normalize import normalize
>>> normalize("一、  工作回顾\n".encode("gb18030")).text
'一、工作回顾'
"""

from .encoding import Verdict, detect
from .errors import JiaokanError, RejectedError
from .hints import Amendment, Hints
from .pipeline import STAGES, normalize
from .profiles import PROFILES, Profile
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
