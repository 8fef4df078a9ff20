"""Three object stores behind one interface: a folder, S3, memory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from ..errors import SettingsError
from ..objects import Objects
from ..settings import Settings

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""Names that S3 takes (general purpose bucket naming rules); the client refuses others when it is first asked."""


def open_objects(settings: Settings) -> Objects:
    """Open the store that ``settings.objects_url`` names; an S3 service is first spoken to when it is used.

    Raises:
        SettingsError: the URL names no store.
        UnavailableError: the folder cannot be made.
    """
    url = settings.objects_url
    if url == "memory:":
        from .memory import MemoryObjects

        return MemoryObjects()
    if url.startswith("folder:"):
        from ..signing import Signer
        from .folder import FolderObjects

        root = Path(url.removeprefix("folder:").removeprefix("//"))
        return FolderObjects(root, durable=settings.durable, signer=Signer.of(settings))
    if url.startswith("s3://"):
        from .s3 import S3Objects

        bucket, _, prefix = url.removeprefix("s3://").strip("/").partition("/")
        if prefix or not _BUCKET.fullmatch(bucket):
            raise SettingsError(
                f"JIAOKAN_OBJECTS: {url!r} is not `s3://BUCKET`, a name of 3 to 63 small letters, digits, dots, hyphens"
            )
        assert settings.s3_access_key is not None  # check_settings saw to it
        assert settings.s3_secret_key is not None
        return S3Objects(
            bucket,
            endpoint=settings.s3_endpoint,
            public_endpoint=settings.s3_public_endpoint or settings.s3_endpoint,
            access_key=settings.s3_access_key.get_secret_value(),
            secret_key=settings.s3_secret_key.get_secret_value(),
            region=settings.s3_region,
            timeout=settings.durable_timeout,
        )
    raise SettingsError(f"JIAOKAN_OBJECTS: {url!r} is none of `folder:PATH`, `s3://BUCKET`, `memory:`")


__all__ = ["open_objects"]
