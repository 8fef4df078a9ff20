"""The verdict: which codec do these bytes have, and how do we know.

>>> detect("政府工作报告".encode("gb18030")).codec
'gb18030'
"""

from .verdict import EVIDENCE_VERSION, Rival, Verdict, detect

__all__ = ["EVIDENCE_VERSION", "Rival", "Verdict", "detect"]
