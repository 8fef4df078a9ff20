"""A hundred hostile inputs through `jiaokan normalize`: each a rejection with a reason, or an edition that verifies.

Each runs in a process of its own under a limit of memory and time. No traceback, no hang, memory within the bound.
"""

from __future__ import annotations

import gzip
import io
import lzma
import random
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

from bench.bombs import bombs

SECONDS: Final = 60
"""Of one processor, for one input: as many as a worker's task has before it is interrupted."""

PATIENCE: Final = 10
"""Times as many seconds may go by: a busy machine gives a tenth of a processor."""

BOUND: Final = 1 << 30
"""Bytes of memory of the process, at most, with the default --max-bytes of 64 MB."""

HAN: Final = "国民经济和社会发展统计公报工作报告产业增长人民政府"


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + bytes(8) for _ in range(8)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _pdf(streams: list[bytes]) -> bytes:
    """Give a PDF of one page, without a table of its objects: pdfium finds them."""
    out = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    out += b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    drawn = b" ".join(b"%d 0 R" % (number + 4) for number in range(len(streams)))
    out += (
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [%b] >>\nendobj\n" % drawn
    )
    for number, stream in enumerate(streams):
        head = b"%d 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n" % (number + 4, len(stream))
        out += head + stream + b"\nendstream\nendobj\n"
    return out + b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"


def _han(count: int, seed: int) -> str:
    draw = random.Random(seed)
    return "".join(draw.choice(HAN) for _ in range(count))


def inputs() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Give name and maker of each input; large ones are made only when their turn comes."""
    yield "empty", lambda: b""
    yield "one byte", lambda: b"a"
    yield "one high byte", lambda: b"\xff"
    yield "one NUL", lambda: b"\0"
    yield "a million NULs", lambda: bytes(10**6)
    yield "text with NULs", lambda: "工作\0报告\0。".encode() * 1000
    yield "only a BOM", lambda: b"\xef\xbb\xbf"
    yield "only a UTF-16 BOM", lambda: b"\xff\xfe"
    yield "half a UTF-16 character", lambda: b"\xff\xfe\x00"
    yield "two BOMs", lambda: b"\xef\xbb\xbf\xef\xbb\xbf" + "报告".encode()
    yield "only spaces", lambda: b" \t\r\n\x0c" * 1000
    yield "only ideographic spaces", lambda: "　".encode() * 1000
    yield "only zero-width characters", lambda: "\u200b\u200c\u200d\ufeff".encode() * 500
    yield "only combining marks", lambda: "\u0301".encode() * 10_000
    yield "only private use", lambda: "\ue000\uf8ff".encode() * 5000
    yield "noncharacters", lambda: "\ufdd0\ufffe\uffff".encode() * 1000
    yield "right-to-left overrides", lambda: "\u202e报告\u202c".encode() * 1000
    yield "lone surrogates in UTF-16", lambda: b"\xff\xfe" + b"\x00\xd8\x62\x63" * 1000
    yield "surrogates the wrong way round", lambda: b"\xff\xfe" + b"\x00\xdc\x00\xd8" * 1000
    yield "surrogates in UTF-8", lambda: b"\xed\xa0\x80" * 1000 + "报告".encode()
    yield "overlong UTF-8", lambda: b"\xc0\xaf\xe0\x80\xaf" * 1000
    yield "truncated UTF-8", lambda: "工作报告".encode()[:-1]
    yield "UTF-8 with a broken byte in a hundred", lambda: _broken(_han(20_000, 1).encode(), 100)
    yield "GB18030 with a broken byte in a hundred", lambda: _broken(_han(20_000, 2).encode("gb18030"), 100)
    yield "half UTF-8, half GB18030", lambda: _han(5000, 3).encode() + _han(5000, 4).encode("gb18030")
    yield "UTF-32", lambda: _han(5000, 5).encode("utf-32")
    yield "UTF-7", lambda: "工作报告".encode("utf-7") * 100
    yield "EBCDIC", lambda: ("WORK REPORT " * 500).encode("cp500")
    yield "random bytes, small", lambda: random.Random(1).randbytes(64)
    yield "random bytes", lambda: random.Random(2).randbytes(1 << 20)
    yield "a PNG called .txt", _png
    yield "a gzip called .txt", lambda: gzip.compress(_han(1000, 6).encode())
    yield "a ZIP that is no DOCX", lambda: _zip({"a.txt": b"a"})
    yield "a DOCX without a document", lambda: _zip({"[Content_Types].xml": b"<Types/>"})
    yield (
        "a DOCX with a million entities",
        lambda: _zip(
            {
                "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
                "word/document.xml": b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
                + b"".join(
                    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;" * 10)
                    for n in range(9)
                )
                + b"]><a>&a8;</a>",
            }
        ),
    )
    yield (
        "a DOCX of a million paragraphs",
        lambda: _zip(
            {
                "[Content_Types].xml": b"<Types/>",
                "word/document.xml": b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                b"<w:body>" + b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 10**6 + b"</w:body></w:document>",
            }
        ),
    )
    yield (
        "a web archive of 5,000 levels",
        lambda: b"".join(
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b%d\n\n--b%d\n" % (n, n)
            for n in range(5000)
        ),
    )
    yield (
        "an xz that asks for 1.5 GiB",
        lambda: lzma.compress(b"a" * 1000, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1536 << 20}]),
    )
    yield "HTML a million deep", lambda: b"<html><body>" + b"<div>" * 10**6 + "报告".encode()
    yield "a ZIP bomb called .docx", lambda: _zip({"word/document.xml": bytes(200 << 20)})
    yield "a truncated ZIP", lambda: _zip({"word/document.xml": b"<a/>" * 1000})[:100]
    yield "a PDF of nothing", lambda: b"%PDF-1.7\n%%EOF"
    yield (
        "a PDF with a broken table",
        lambda: b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nxref\n0 9999999\ntrailer\n<<>>\n%%EOF",
    )
    yield (
        "a PDF of 4 MB of drawing in each of a hundred streams",
        lambda: _pdf([zlib.compress(b"0 0 m 9 9 l S\n" * 300_000, 9)] * 100),
    )
    yield (
        "a PDF of 300 MB of drawing, compressed once",
        lambda: _pdf([zlib.compress(b"0 0 m 9 9 l S\n" * 23_000_000, 9)]),
    )
    yield "HTML a hundred thousand deep", lambda: b"<html><body>" + b"<div>" * 100_000 + "报告".encode()
    yield "HTML that never closes", lambda: b"<html><body><p>" + b"<a " * 200_000
    yield "HTML of entities", lambda: b"<html><body>" + b"&#x5de5;&amp;&lt;&notanentity;&#1114112;" * 20_000
    yield "a line of ten million characters", lambda: _han(10_000_000, 7).encode()
    yield "a million empty lines", lambda: b"\n" * 10**6 + "报告".encode()
    yield "a million asterisks", lambda: b"*" * 10**6 + "报告".encode()
    yield "a million opening brackets", lambda: "（【《“".encode() * 250_000 + "报告".encode()
    yield "a million equals signs", lambda: "报告\n".encode() + b"=" * 10**6
    yield "a hundred thousand closing angles", lambda: b">" * 10**5 + "报告\n".encode()
    yield "a million labels", lambda: "一、".encode() * 333_333
    yield "a hundred thousand headings", lambda: "".join(f"{n}. 标题\n" for n in range(100_000)).encode()
    yield "digits and spaces", lambda: b"1 2 3 . " * 125_000 + "亿元".encode()
    yield "200 MB of one character", lambda: "国".encode() * (200_000_000 // 3)
    yield "60 MB of one character", lambda: "国".encode() * (60_000_000 // 3)


def _broken(data: bytes, every: int) -> bytes:
    damaged = bytearray(data)
    for at in range(every // 2, len(damaged), every):
        damaged[at] = 0xFF
    return bytes(damaged)


def attempt(data: bytes, *, verify: bool = True) -> dict[str, Any]:
    """Normalize one input in a process of its own, and verify the edition if there is one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, out = folder / "input.txt", folder / "out.json"
        source.write_bytes(data)
        command = [sys.executable, "-m", "jiaokan.console.main", "normalize", str(source)]
        began = time.monotonic()
        with out.open("wb") as stdout, (folder / "err").open("wb") as stderr:
            process = subprocess.Popen(command, stdout=stdout, stderr=stderr)
            peak, spent = _wait(process, began + SECONDS * PATIENCE)
        took = round(time.monotonic() - began, 2)
        said = (folder / "err").read_text(errors="replace").strip()
        told: dict[str, Any] = {"bytes": len(data), "seconds": took, "cpu": spent, "peak_mb": peak >> 20}
        if process.returncode == 0:
            told["outcome"] = "edition"
            # The members of an archive come as an array; each is an edition of its own bytes, not of the archive's.
            if verify and not out.read_bytes().startswith(b"["):
                check = [sys.executable, "-m", "jiaokan.console.main", "verify", str(out), str(source)]
                done = subprocess.run(
                    check, capture_output=True, text=True, check=False, timeout=SECONDS * PATIENCE
                )
                told["verified"] = done.returncode == 0
                told["said"] = (done.stdout + done.stderr).strip().partition(": ")[2][:200]
        elif process.returncode == 1 and said and all(": rejected: " in line for line in said.splitlines()):
            told["outcome"] = "rejected"
            told["said"] = said.splitlines()[0].partition(": rejected: ")[2][:200]
        else:
            told["outcome"] = f"exit code {process.returncode}"
            told["said"] = said[-400:]
        return told


def _wait(process: subprocess.Popen[bytes], end: float) -> tuple[int, float]:
    import psutil

    peak, spent = 0, 0.0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            family = [watched, *watched.children(recursive=True)]
            peak = max(peak, sum(one.memory_info().rss for one in family))
            spent = max(spent, sum(sum(one.cpu_times()[:2]) for one in family))
        except psutil.Error:
            continue
        if spent > SECONDS or time.monotonic() > end:
            process.kill()
            break
        time.sleep(0.02)
    process.wait()
    return peak, round(spent, 1)


def holds(told: dict[str, Any]) -> bool:
    """Tell whether an outcome is one that we promise."""
    right = told["outcome"] == "rejected" or (told["outcome"] == "edition" and told.get("verified", True))
    return bool(right and told["peak_mb"] << 20 <= BOUND)


def run(arguments: list[str]) -> dict[str, Any]:
    """Try them all, or those whose name holds a word."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    results, wrong = {}, []
    for name, make in chain(inputs(), bombs()):
        if arguments and not any(word in name for word in arguments):
            continue
        told = attempt(make())
        results[name] = told
        print(f"{'  ' if holds(told) else '! '}{name}: {told}", flush=True)
        if not holds(told):
            wrong.append(name)
    worst = max(results.values(), key=lambda told: told["peak_mb"], default={"peak_mb": 0})
    measured = {
        "inputs": len(results),
        "rejected": sum(told["outcome"] == "rejected" for told in results.values()),
        "editions": sum(told["outcome"] == "edition" for told in results.values()),
        "wrong": wrong,
        "peak_mb": worst["peak_mb"],
        "bound_mb": BOUND >> 20,
        "results": results,
    }
    if wrong:
        print(f"{len(wrong)} do not hold: {', '.join(wrong)}", file=sys.stderr)
    return measured
