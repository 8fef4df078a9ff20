"""Archives unpack within bounds; names name and never lead anywhere."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import time
import zipfile

import pytest

from jiaokan.normalize import RejectedError
from jiaokan.normalize.formats.archive_bounds import GRACE, Limits
from jiaokan.normalize.formats.archives import expand
from jiaokan.normalize.formats.docx import Package

A, B = "甲报告。\n".encode(), "乙报告。\n".encode("gb18030")


def tarred(members: dict[str, bytes], kind: bytes = tarfile.REGTYPE, codec: str = "utf-8") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding=codec) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.type, info.size, info.linkname = (
                kind,
                len(data) if kind == tarfile.REGTYPE else 0,
                "/etc/passwd",
            )
            archive.addfile(info, io.BytesIO(data) if kind == tarfile.REGTYPE else None)
    return out.getvalue()


def contents(data: bytes, limits: Limits | None = None) -> dict[str, bytes | str]:
    return {m.path: m.refusal.code if m.refusal else m.data for m in expand(data, limits)}


def refusal_of(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(RejectedError) as caught:
        list(expand(data, limits))
    return caught.value.code


def test_zip_tar_and_their_compressed_forms(make):
    members = {"2023/甲.txt": A, "乙.txt": B}
    for data in (
        make.zipped(members),
        tarred(members),
        gzip.compress(tarred(members)),
        bz2.compress(tarred(members)),
        lzma.compress(tarred(members)),
    ):
        assert contents(data) == members


def test_a_single_compressed_file(make):
    assert contents(bz2.compress(A)) == {"content": A}
    out = io.BytesIO()
    with gzip.GzipFile("甲.txt", "wb", fileobj=out) as stream:
        stream.write(A)
    assert list(contents(out.getvalue()).values()) == [A]
    assert contents(gzip.compress(A) + gzip.compress(B)) == {"content": A + B}
    assert contents(bz2.compress(A) + bz2.compress(B)) == {"content": A + B}


def test_names_in_gbk_and_big5(make):
    assert contents(make.zipped_with_gbk_names({"各省/云南省.txt": A, "各省/四川.docx": B})) == {
        "各省/云南省.txt": A,
        "各省/四川.docx": B,
    }
    assert contents(tarred({"某市/报告.txt": A}, codec="gb18030")) == {"某市/报告.txt": A}


def test_a_name_in_the_unicode_extra_field(make):
    name = "报告.txt".encode()
    extra = b"\x75\x70" + (5 + len(name)).to_bytes(2, "little") + b"\x01" + b"\0" * 4 + name
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("????.txt")
        info.extra = extra
        archive.writestr(info, A)
    assert contents(out.getvalue()) == {"报告.txt": A}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\报告\\2023.txt", "报告/2023.txt"),
        ("./a//b/./c.txt", "a/b/c.txt"),
        ("..", "content"),
        ("a\x07b.txt", "ab.txt"),
        ("e\u0301.txt", "\u00e9.txt"),
    ],
)
def test_names_are_never_paths(make, name, path):
    assert list(contents(make.zipped({name: A}))) == [path]


def test_equal_names_are_told_apart(make):
    assert contents(make.zipped({"a.txt": A, "./a.txt": B})) == {"a.txt": A, "a~2.txt": B}


def test_stubs_of_other_systems_are_passed_over(make):
    stub = b"\0\x05\x16\x07\0\x02\0\0Mac OS X"
    members = {
        "甲.txt": A,
        "._甲.txt": stub,
        "__MACOSX/x/y": b"1",
        ".DS_Store": b"2",
        "d/Thumbs.db": b"3",
        "named.txt": stub,
    }
    assert contents(make.zipped(members)) == {"甲.txt": A}


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE]
)
def test_links_and_devices_are_refused(kind):
    assert contents(tarred({"x": b""}, kind)) == {"x": "link-or-device"}


def test_a_link_in_a_zip_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("a.txt", A)
    assert contents(out.getvalue()) == {"link": "link-or-device", "a.txt": A}


def test_archives_inside_archives_have_their_path(make):
    inner = make.zipped({"b.txt": B})
    assert contents(make.zipped({"a.txt": A, "各省.zip": inner})) == {"a.txt": A, "各省.zip/b.txt": B}
    # A DOCX is a ZIP file too, and stays whole.
    word = make.docx(make.paragraph("甲"))
    assert contents(make.zipped({"w.docx": word})) == {"w.docx": word}


def test_levels_are_bounded(make):
    data = make.zipped({"a.txt": A})
    for _ in range(3):
        data = make.zipped({"x.zip": data, "b.txt": B})
    found = contents(data)
    assert found["x.zip/x.zip/x.zip"] == "archive-too-deep"
    assert found["x.zip/x.zip/b.txt"] == B
    assert contents(data, Limits(levels=4))["x.zip/x.zip/x.zip/a.txt"] == A


def test_a_damaged_archive_inside_costs_itself_only(make):
    broken = make.zipped({"b.txt": B})[:-20]
    assert contents(make.zipped({"a.txt": A, "x.zip": broken})) == {"a.txt": A, "x.zip": "damaged"}


def test_members_are_counted_over_all_levels(make):
    assert refusal_of(make.zipped({f"{n}.txt": A for n in range(1001)})) == "too-many-members"
    assert refusal_of(tarred({f"{n}.txt": A for n in range(6)}), Limits(members=5)) == "too-many-members"
    inner = make.zipped({f"{n}.txt": A for n in range(4)})
    assert (
        refusal_of(make.zipped({f"{n}.zip": inner for n in range(3)}), Limits(members=8))
        == "too-many-members"
    )


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_bombs_are_refused_within_bounds(make, pack):
    blanks = b"\0" * (GRACE + 1)
    assert refusal_of(pack(blanks)) == "archive-bomb"
    assert refusal_of(make.zipped({"a": blanks})) == "archive-bomb"
    assert contents(pack(blanks), Limits(ratio=10**6)) == {"content": blanks}


def test_bombs_inside_archives_are_refused(make):
    inner = make.zipped({"a": b"\0" * (GRACE // 2)})
    outer = make.zipped({f"{n}.zip": inner for n in range(4)})
    assert refusal_of(outer) == "archive-bomb"
    assert refusal_of(make.zipped({"a": A * 1000}), Limits(total_bytes=100)) == "archive-bomb"


def test_a_lying_directory_is_not_believed(make):
    data = make.zipped({"a": b"\0" * (GRACE + 1000)})
    size = (GRACE + 1000).to_bytes(4, "little")
    lying = data.replace(size, (10).to_bytes(4, "little"))
    found = list(expand(lying))
    assert all(len(member.data) <= 10 for member in found)


@pytest.mark.parametrize("cut", [1, 30, 60])
def test_truncated_archives_are_refused(make, cut):
    assert refusal_of(make.zipped({"a.txt": A * 50})[:-cut]) == "damaged"
    assert refusal_of(gzip.compress(A * 50)[:-8]) == "damaged"


def test_what_is_no_archive_is_told():
    assert refusal_of(A) == "not-an-archive"


def test_an_archive_that_asks_for_too_much_memory_is_refused():
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 29}]
    assert refusal_of(lzma.compress(A, filters=filters)) == "archive-bomb"
    assert contents(lzma.compress(A, preset=9)) == {"content": A}


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.USTAR_FORMAT)


def block(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


FILE = header("甲.txt", len(A)) + block(A)
END = bytes(1024)


@pytest.mark.parametrize("kind", [b"L", b"K", b"x", b"g"])
def test_a_thousand_headers_that_describe_the_next_one_are_read_in_turn(kind):
    held = b"11 path=ab\n" if kind in (b"x", b"g") else b"ab\0"
    described = header("d", len(held), kind) + block(held)
    (path,) = contents(described * 3000 + FILE + END)
    assert path == ("ab" if kind in (b"L", b"x") else "甲.txt")


@pytest.mark.parametrize("held", [b"1" * 300_000, b"1 " * 150_000, b"9 hdrcharset" * 25_000])
def test_what_describes_the_next_header_is_read_once(held):
    began = time.process_time()
    assert contents(header("d", len(held), b"x") + block(held) + FILE + END) == {"甲.txt": A}
    assert time.process_time() - began < 2, "searched for a pattern, 80 kB of digits took nine seconds"


def test_tar_files_of_all_forms_are_read():
    long = "年鉴/" * 60 + "乙.txt"
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as archive:
            for name, data in (("甲.txt", A), (long, B)):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
            folder = tarfile.TarInfo("空")
            folder.type = tarfile.DIRTYPE
            archive.addfile(folder)
        assert contents(out.getvalue()) == {"甲.txt": A, long: B}
    old = bytearray(FILE)
    old[257:263] = bytes(6)  # before POSIX there was no magic
    old[148:156] = b" " * 8
    old[148:156] = b"%06o\0 " % sum(old[:512])
    assert contents(bytes(old) + END) == {"甲.txt": A}


def test_a_sparse_member_is_refused_and_its_map_passed_over():
    sparse = bytearray(header("s", 512, b"S"))
    sparse[482] = 1
    sparse[148:156] = b" " * 8
    sparse[148:156] = b"%06o\0 " % sum(sparse)
    found = contents(FILE + bytes(sparse) + bytes(512) + block(B) + FILE + END)
    assert found == {"甲.txt": A, "s": "link-or-device", "甲~2.txt": A}
    records = b"22 GNU.sparse.major=1\n"
    found = contents(header("p", len(records), b"x") + block(records) + FILE + END)
    assert found == {"甲.txt": "link-or-device"}


def sized(size: bytes) -> bytes:
    lying = bytearray(header("a.txt"))
    lying[124:136] = size
    lying[148:156] = b" " * 8
    lying[148:156] = b"%06o\0 " % sum(lying)
    return bytes(lying)


def test_a_tar_that_lies_about_sizes_is_told():
    assert contents(sized(b"\x80" + b"\x7f" * 11) + END) == {"a.txt": "damaged"}
    assert contents(sized(b"77777777777\0") + END) == {"a.txt": "damaged"}
    assert refusal_of(sized(b"\xff" * 12) + END) == "damaged"
    assert refusal_of(sized(b"99999999999\0") + END) == "damaged"
    records = b"12 size=zzz\n"
    assert refusal_of(header("p", len(records), b"x") + block(records) + FILE + END) == "damaged"


def test_a_header_in_the_middle_that_cannot_be_read_is_told():
    broken = bytearray(FILE)
    broken[3] ^= 1
    assert refusal_of(FILE + bytes(broken) + END) == "damaged"
    assert contents(FILE + FILE[:-1]) == {"甲.txt": A, "甲~2.txt": A}
    assert contents(FILE + FILE[:520]) == {"甲.txt": A, "甲~2.txt": "damaged"}


def test_streams_in_a_row_are_fed_piece_by_piece():
    whole = os.urandom(8_000_000)
    began = time.process_time()
    assert contents(gzip.compress(b"a") * 900 + gzip.compress(whole, 1)) == {"content": b"a" * 900 + whole}
    for pack in (bz2.compress, lzma.compress):
        assert contents(pack(b"a") * 2 + bytes(100) + pack(b"b")) == {"content": b"aab"}
    assert contents(bz2.compress(b"a") + bytes(5_000_000)) == {"content": b"a"}
    assert time.process_time() - began < 3, "fed with all that is left, each of a thousand streams copied it"


def test_long_names_keep_their_end(make):
    (path,) = contents(make.zipped({"国" * 20_000 + "/甲.txt": A}))
    assert path.endswith("国/甲.txt")
    assert len(path) <= 4096


def test_a_directory_of_a_million_entries_is_not_listed():
    entries = 70_000
    end = b"PK\5\6" + bytes(4) + struct.pack("<HHIIH", 0xFFFF, 0xFFFF, 46 * entries, 30, 0)
    data = b"PK\3\4" + bytes(26) + (b"PK\1\2" + bytes(42)) * entries + end
    assert refusal_of(data) == "too-many-members"
    with pytest.raises(RejectedError, match="too many parts"):
        Package(data)


def test_members_without_a_name_are_no_crash():
    entries = 3
    end = b"PK\5\6" + bytes(4) + struct.pack("<HHIIH", entries, entries, 46 * entries, 30, 0)
    data = b"PK\3\4" + bytes(26) + (b"PK\1\2" + bytes(42)) * entries + end
    assert len(contents(data)) == 3
