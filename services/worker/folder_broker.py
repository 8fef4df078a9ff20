"""Celery's filesystem broker, made fit to be relied on: a message is whole or not there.

kombu's own writes a message in place, so a sender that is killed between open and write leaves an empty file, and
reading that ends the worker. Here a message is renamed into place, what cannot be read is thrown away (the catalog
is the queue, so nothing is lost), and a message is taken by one rename inside the folder.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any, Final

from kombu.transport import TRANSPORT_ALIASES, filesystem

SCHEME: Final = "jiaokan-folder"
_TAKEN: Final = "taken"


class FolderChannel(filesystem.Channel):
    """A channel whose messages are files ``<time>_<id>.<queue>.msg``."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # kombu's own mismatch
        folder = self.data_folder_out
        name = f"{time.time_ns():019d}_{uuid.uuid4().hex}.{queue}.msg"
        draft = os.path.join(folder, f".{name}")  # noqa: PTH118 - hot path
        try:
            with open(draft, "xb", buffering=0) as file:  # noqa: PTH123
                file.write(json.dumps(payload).encode())
            os.rename(draft, os.path.join(folder, name))  # noqa: PTH104, PTH118
        except OSError:
            with suppress(OSError):
                os.unlink(draft)  # noqa: PTH108
            raise

    def _get(self, queue: str, timeout: Any = None) -> Any:  # noqa: ARG002 - the interface has it
        folder = self.data_folder_in
        for name in waiting_messages(folder, queue):
            taken = os.path.join(folder, _TAKEN, f"{os.getpid()}-{name}")  # noqa: PTH118
            try:
                os.rename(os.path.join(folder, name), taken)  # noqa: PTH104, PTH118
            except OSError:
                continue  # another worker was faster
            try:
                with open(taken, "rb") as file:  # noqa: PTH123
                    payload = json.loads(file.read())
            except (OSError, ValueError):
                continue  # torn by a power cut: its work item is in the catalog
            finally:
                with suppress(OSError):
                    os.unlink(taken)  # noqa: PTH108
            return payload
        raise Empty

    def _size(self, queue: str) -> int:
        return len(waiting_messages(self.data_folder_in, queue))

    def _purge(self, queue: str) -> int:
        names = waiting_messages(self.data_folder_in, queue)
        for name in names:
            with suppress(OSError):
                os.unlink(os.path.join(self.data_folder_in, name))  # noqa: PTH108, PTH118
        return len(names)


class FolderTransport(filesystem.Transport):
    """The transport that ``SCHEME`` names."""

    Channel = FolderChannel


def waiting_messages(folder: str, queue: str) -> list[str]:
    """Give the names of the messages in a queue, oldest first."""
    ending = f".{queue}.msg"
    return sorted(name for name in os.listdir(folder) if name.endswith(ending) and name[0] != ".")  # noqa: PTH208


def prepare_folder(root: Path) -> dict[str, str]:
    """Make the broker's folders and give the transport options that name them."""
    for name in ("messages", f"messages/{_TAKEN}", "control"):
        (root / name).mkdir(parents=True, exist_ok=True)
    messages = str(root / "messages")
    return {"data_folder_in": messages, "data_folder_out": messages, "control_folder": str(root / "control")}


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:FolderTransport"
