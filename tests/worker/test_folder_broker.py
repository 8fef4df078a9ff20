"""The filesystem broker: whole messages, oldest first, and nothing that ends a worker."""

from __future__ import annotations

from queue import Empty

import pytest
from kombu import Connection

from jiaokan.archive import Settings, UnavailableError
from jiaokan.worker.app import make_app
from jiaokan.worker.folder_broker import SCHEME, prepare_folder, waiting_messages


@pytest.fixture
def channel(tmp_path):
    options = prepare_folder(tmp_path)
    with Connection(f"{SCHEME}://localhost", transport_options=options) as connection:
        yield connection.default_channel


def test_messages_come_whole_and_in_order(channel, tmp_path):
    for number in range(3):
        channel._put("bulk", {"number": number})
    channel._put("interactive", {"number": 9})
    assert channel._size("bulk") == 3
    assert [channel._get("bulk")["number"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get("bulk")
    assert channel._get("interactive") == {"number": 9}
    assert not list((tmp_path / "messages" / "taken").iterdir())


@pytest.mark.parametrize("torn", [b"", b"{", b"\xff\xfe", b'{"a"'])
def test_a_torn_message_is_thrown_away(channel, tmp_path, torn):
    (tmp_path / "messages" / "0000000000000_torn.bulk.msg").write_bytes(torn)
    channel._put("bulk", {"number": 1})
    assert channel._get("bulk") == {"number": 1}
    with pytest.raises(Empty):
        channel._get("bulk")


def test_what_is_being_written_is_not_a_message(channel, tmp_path):
    (tmp_path / "messages" / ".0000000000000_draft.bulk.msg").write_bytes(b"{}")
    assert channel._size("bulk") == 0
    assert waiting_messages(str(tmp_path / "messages"), "bulk") == []


def test_purging(channel):
    channel._put("bulk", {})
    channel._put("interactive", {})
    assert channel._purge("bulk") == 1
    assert channel._size("interactive") == 1


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnavailableError):
        make_app(Settings(broker=f"folder:{tmp_path / 'file'}"))


def test_messages_hold_a_number_and_nothing_else(tmp_path):
    app = make_app(Settings(data=tmp_path))
    app.send_task("jiaokan.process", args=(42,), queue="bulk")
    (name,) = waiting_messages(str(tmp_path / "broker" / "messages"), "bulk")
    text = (tmp_path / "broker" / "messages" / name).read_text()
    import base64
    import json

    body = json.loads(base64.b64decode(json.loads(text)["body"]))
    assert body[:2] == [[42], {}]
