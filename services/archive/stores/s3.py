"""Any S3 service as an object store, through the ``minio`` client; whole small objects past it (``wire.py``).

Only put, get, stat, list, remove and presigned GET/PUT are used, keyword arguments only, so that MinIO, its fork,
versitygw, SeaweedFS and AWS all serve. Errors are told apart here: the service or the network is at fault (worth
another try), or the request is (it is not).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from typing import Any, BinaryIO, Final, cast
from urllib.parse import quote, urlsplit

import certifi
import urllib3
from minio import Minio
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError

from ..errors import ArchiveError, NoRoomError, ObjectMissingError, SettingsError, UnavailableError
from ..objects import ObjectStat, check_key
from .pieces import PIECE
from .wire import Wire

_PART: Final = 16 << 20
"""Bytes of one part of a large upload; S3 wants at least 5 MiB."""

_PASSING: Final = frozenset(
    {
        "InternalError",
        "OperationAborted",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "XMinioServerNotInitialized",
    }
)
_FULL: Final = frozenset({"XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded"})
_WRONG: Final = frozenset(
    {"AccessDenied", "InvalidAccessKeyId", "InvalidBucketName", "NoSuchBucket", "SignatureDoesNotMatch"}
)
_HOSTED: Final = (".amazonaws.com", ".amazonaws.com.cn", ".aliyuncs.com")
"""Services that want the bucket in the host's name; the client knows how."""

_ENCODED: Final = "=?utf-8?b?"
"""Metadata travels in headers, which are ASCII: other values are written as RFC 2047 words."""


class S3Objects:
    """See ``objects.Objects``."""

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str,
        public_endpoint: str,
        access_key: str,
        secret_key: str,
        region: str,
        timeout: float,
    ) -> None:
        self._bucket = bucket
        self._endpoint = endpoint
        pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=timeout, read=timeout),
            maxsize=16,
            # A try of our own is cheaper than a hidden one: the caller knows what may wait and what may not.
            retries=urllib3.Retry(total=1, connect=1, read=0, redirect=False, status=0, backoff_factor=0.05),
            cert_reqs="CERT_REQUIRED",
            ca_certs=certifi.where(),
        )
        keys: dict[str, Any] = {"access_key": access_key, "secret_key": secret_key, "region": region}
        self._client = _client(endpoint, keys, pool)
        # Presigning speaks to nobody: the address that clients use need not be reachable from here.
        self._signing = self._client if public_endpoint == endpoint else _client(public_endpoint, keys, pool)
        self._wire: Wire | None = None
        if urlsplit(endpoint).scheme == "http" and not endpoint.endswith(_HOSTED):
            self._wire = Wire(endpoint.rstrip("/"), bucket, timeout=timeout, **keys)

    def put(
        self,
        key: str,
        data: bytes | BinaryIO,
        *,
        size: int | None = None,
        media_type: str = "application/octet-stream",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        check_key(key)
        if isinstance(data, bytes):
            stream: BinaryIO = BytesIO(data)
            if size is not None and size != len(data):
                raise ArchiveError(f"{key}: {size} bytes were announced, {len(data)} came")
            size = len(data)
            if self._wire is not None and not metadata:
                try:
                    if self._wire.put(key, data, media_type=media_type):
                        return
                except OSError as error:
                    raise _translated(error, key) from error
        else:
            if size is None:
                raise ArchiveError(f"{key}: a stream needs its size")
            stream = cast("BinaryIO", _Counted(data, size, key))
        try:
            self._client.put_object(
                bucket_name=self._bucket,
                object_name=key,
                data=stream,
                length=size,
                content_type=media_type,
                metadata={name: _header(value) for name, value in (metadata or {}).items()},
                part_size=_PART,
            )
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _translated(error, key) from error

    def get(self, key: str, *, start: int = 0, end: int | None = None) -> bytes:
        if self._wire is not None and start == 0 and end is None:
            try:
                found = self._wire.get(check_key(key))
            except OSError as error:
                raise _translated(error, key) from error
            if found is not None:
                return found
        return b"".join(self.stream(key, start=start, end=end))

    def stream(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        check_key(key)
        if end is not None and end <= start:
            self.stat(key)
            return iter(())
        try:
            # Length 0 means "to the end" to the client.
            response = self._client.get_object(
                bucket_name=self._bucket,
                object_name=key,
                offset=start,
                length=0 if end is None else end - start,
            )
        except S3Error as error:
            if error.code == "InvalidRange":
                return iter(())
            raise _translated(error, key) from error
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _translated(error, key) from error
        return _pieces(response, key)

    def stat(self, key: str) -> ObjectStat:
        try:
            found = self._client.stat_object(bucket_name=self._bucket, object_name=check_key(key))
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _translated(error, key) from error
        told = {
            name.lower().removeprefix("x-amz-meta-"): _text(value)
            for name, value in (found.metadata or {}).items()
            if name.lower().startswith("x-amz-meta-")
        }
        return ObjectStat(
            key, found.size or 0, _milliseconds(found.last_modified), found.content_type or "", told
        )

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectStat]:
        try:
            for found in self._client.list_objects(
                bucket_name=self._bucket, prefix=prefix or None, recursive=True, start_after=after or None
            ):
                if not found.is_dir and found.object_name is not None:
                    yield ObjectStat(found.object_name, found.size or 0, _milliseconds(found.last_modified))
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _translated(error, prefix) from error

    def remove(self, key: str) -> None:
        try:
            with suppress(ObjectMissingError):
                self._remove(check_key(key))
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _translated(error, key) from error

    def presign_get(self, key: str, *, seconds: int, filename: str | None = None) -> str:
        told = None
        if filename is not None:
            told = {
                "response-content-disposition": f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
            }
        return str(
            self._signing.presigned_get_object(
                bucket_name=self._bucket,
                object_name=check_key(key),
                expires=timedelta(seconds=seconds),
                response_headers=told,
            )
        )

    def presign_put(self, key: str, *, seconds: int) -> str:
        return str(
            self._signing.presigned_put_object(
                bucket_name=self._bucket, object_name=check_key(key), expires=timedelta(seconds=seconds)
            )
        )

    def check(self) -> None:
        try:
            there = self._client.bucket_exists(bucket_name=self._bucket)
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _translated(error, self._bucket) from error
        if not there:
            raise SettingsError(
                f"JIAOKAN_OBJECTS: {self._endpoint} has no bucket {self._bucket!r}; make it first"
            )

    def make_bucket(self) -> bool:
        """Make the bucket unless it is there; tells whether it made it."""
        try:
            if self._client.bucket_exists(bucket_name=self._bucket):
                return False
            self._client.make_bucket(bucket_name=self._bucket)
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _translated(error, self._bucket) from error
        return True

    def _remove(self, key: str) -> None:
        try:
            self._client.remove_object(bucket_name=self._bucket, object_name=key)
        except MinioException as error:
            raise _translated(error, key) from error


def _client(endpoint: str, keys: dict[str, Any], pool: urllib3.PoolManager) -> Any:
    parts = urlsplit(endpoint if "//" in endpoint else f"http://{endpoint}")
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise SettingsError(f"JIAOKAN_S3_ENDPOINT: {endpoint!r} is not `http://HOST:PORT` or `https://HOST`")
    return Minio(endpoint=parts.netloc, secure=parts.scheme == "https", http_client=pool, **keys)


def _pieces(response: Any, key: str) -> Iterator[bytes]:
    try:
        yield from response.stream(PIECE)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise _translated(error, key) from error
    finally:
        response.close()
        response.release_conn()


class _Counted:
    """A stream that says so when it holds another number of bytes than announced."""

    def __init__(self, stream: BinaryIO, size: int, key: str) -> None:
        self._stream = stream
        self._left = size
        self._key = key

    def read(self, count: int = -1) -> bytes:
        piece = self._stream.read(count)
        self._left -= len(piece)
        if self._left == 0 and self._stream.read(1):
            self._left = -1  # the client would stop here and never know
        if self._left < 0 or (not piece and self._left > 0):
            raise ArchiveError(f"{self._key}: the stream holds another number of bytes than announced")
        return piece


def _milliseconds(at: Any) -> int:
    return 0 if at is None else round(at.timestamp() * 1000)


def _header(value: str) -> str:
    if value.isascii() and value.isprintable() and not value.startswith(_ENCODED) and value == value.strip():
        return value
    return f"{_ENCODED}{base64.b64encode(value.encode()).decode()}?="


def _text(value: str) -> str:
    if value.lower().startswith(_ENCODED) and value.endswith("?="):
        with suppress(ValueError):
            return base64.b64decode(value[len(_ENCODED) : -2]).decode()
    return value


def _translated(error: Exception, key: str) -> Exception:
    if isinstance(error, ArchiveError):
        return error
    if isinstance(error, S3Error):
        if error.code in {"NoSuchKey", "NoSuchObject", "NoSuchUpload"}:
            return ObjectMissingError(key)
        if error.code in _FULL:
            return NoRoomError("objects", f"{error.code}: {error.message}")
        if error.code in _PASSING or error.response.status >= 500:
            return UnavailableError("objects", f"{error.code}: {error.message}")
        if error.code in _WRONG:
            return SettingsError(
                f"the S3 service refuses ({error.code}: {error.message}): check the JIAOKAN_S3 settings"
            )
        return ArchiveError(f"{key}: {error.code}: {error.message}")
    if isinstance(error, ServerError | InvalidResponseError):
        # What answers in the service's stead (a proxy, a service that is starting) does not speak S3.
        return UnavailableError("objects", str(error))
    if isinstance(error, MinioException):
        return ArchiveError(f"{key}: {error}")
    # What ended the last of several tries says it in fewer words.
    told = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) and error.reason else error
    return UnavailableError("objects", f"{type(told).__name__}: {told}")
