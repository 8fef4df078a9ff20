"""A worker whose library can be poisoned, for the trial `poison`: some texts crash it, hang it, or eat memory."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from jiaokan.worker import processing
from jiaokan.worker.__main__ import main

_real = processing.normalize
POISONS = ("crash", "hang", "memory", "bug")


def normalize(data: bytes, **more: Any) -> Any:
    """Do what the text says."""
    text = data[:200].decode(errors="replace")
    if "毒：crash" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "毒：hang" in text:
        while True:
            pass
    if "毒：memory" in text:
        hoard = []
        while True:
            hoard.append(bytearray(16 << 20))
    if "毒：bug" in text:
        raise ZeroDivisionError("a bug in a stage")
    return _real(data, **more)


if __name__ == "__main__":
    processing.normalize = normalize
    sys.exit(main(sys.argv[1:]))
