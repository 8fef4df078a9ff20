from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "servers")]
from twins import server as server_fixture  # noqa: E402

server = server_fixture
