"""Archives unpack within bounds; names name and never lead anywhere."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from jiaokan.normalize import RejectedError
from jiaokan.normalize.formats.archive_bounds import GRACE, Limits
from jiaokan.normalize.formats.archives import expand

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
