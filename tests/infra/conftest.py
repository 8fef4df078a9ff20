from __future__ import annotations

from twins import server as server_fixture

server = server_fixture
