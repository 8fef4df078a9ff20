"""Word 97–2003, WPS and RTF: converted to DOCX on arrival, where LibreOffice is installed.

The converter is a large program that reads hostile files, so it gets nothing: an empty profile of its own in a folder
that is thrown away, no macros, no network where the kernel lets us take it away, a bound on time and memory. What it
gives is stored as the source; that it came from another file, and which, is the ingest's to note.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from ..normalize import JiaokanError, RejectedError
from ..normalize.formats.sniffing import LEGACY_WORD, is_docx, refused_family

MEMORY: Final = 4 << 30
"""Bytes of address space for the converter; it takes 1.2 GB for a report of 300 pages."""
LARGEST: Final = 64 << 20
"""Bytes of a legacy document that is converted, and of what comes out."""

_SETTINGS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
"""The whole profile: macros off at the highest level, no links followed or updated."""


class ConverterError(JiaokanError):
    """The converter failed in a way that another try may mend (killed, out of memory or time)."""


def is_legacy(data: bytes) -> bool:
    """Tell whether a source is one that ``convert_legacy`` is for."""
    family = refused_family(data)
    return family is not None and family.code == LEGACY_WORD.code


@lru_cache(maxsize=1)
def converter() -> str | None:
    """Give the path of LibreOffice on this machine, None where there is none."""
    return shutil.which("soffice") or shutil.which("libreoffice")


@lru_cache(maxsize=1)
def _isolation() -> tuple[str, ...]:
    """Give the words before a command that take the network away from it; none where the kernel refuses."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    words = (unshare, "--user", "--map-root-user", "--net", "--")
    with suppress(OSError, subprocess.SubprocessError):
        if subprocess.run([*words, "true"], capture_output=True, timeout=10, check=False).returncode == 0:  # noqa: S603
            return words
    return ()


def convert_legacy(data: bytes, timeout: float = 120.0) -> bytes:
    """Convert a legacy document to DOCX.

    Args:
        data: the document.
        timeout: seconds that the converter may take.

    Raises:
        RejectedError: ``legacy-word`` (no LibreOffice here, or it cannot read the document), ``too-large``.
        ConverterError: it was killed, or ran out of time.
    """
    program = converter()
    if program is None:
        raise RejectedError(LEGACY_WORD.code, LEGACY_WORD.reason)
    if len(data) > LARGEST:
        raise RejectedError(
            "too-large", f"the document has {len(data)} bytes; at most {LARGEST} are converted"
        )
    with tempfile.TemporaryDirectory(prefix="jiaokan-convert-") as folder:
        return _convert(data, Path(folder), program, timeout)


def _convert(data: bytes, folder: Path, program: str, timeout: float) -> bytes:
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
    # The name is ours: what the uploader called it never reaches a command line.
    source = folder / "source.doc"
    source.write_bytes(data)
    command = [
        *_isolation(),
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
        *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(source)),
    ]
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    process = subprocess.Popen(  # noqa: S603 - every word of it is ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
        preexec_fn=_bounds,  # noqa: PLW1509 - it only sets limits
    )
    try:
        said, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise ConverterError(f"LibreOffice took more than {timeout:g} seconds") from error
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # it forks
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    made = folder / "out" / "source.docx"
    if process.returncode < 0:
        raise ConverterError(f"LibreOffice was ended by signal {-process.returncode}")
    if not made.is_file() or made.is_symlink():
        detail = said.decode("utf-8", "replace").strip().splitlines()
        raise RejectedError(
            LEGACY_WORD.code,
            "LibreOffice cannot read this document"
            + (f" ({detail[-1][:200]})" if detail else "")
            + "; save it as .docx and send that",
        )
    if made.stat().st_size > LARGEST:
        raise RejectedError("too-large", f"the converted document has more than {LARGEST} bytes")
    converted = made.read_bytes()
    if not is_docx(converted):
        raise RejectedError(
            LEGACY_WORD.code, "LibreOffice made no .docx of this document; save it as .docx and send that"
        )
    return converted


def _bounds() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * LARGEST, 4 * LARGEST))
