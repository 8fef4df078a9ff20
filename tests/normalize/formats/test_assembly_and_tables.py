"""The parts that readers share: text that grows with its origin, and grids of cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jiaokan.edition import Edit, Mark
from jiaokan.normalize.formats.assembly import Assembly
from jiaokan.normalize.formats.tables import Grid, gather_tables
from jiaokan.normalize.stage import Context, Stage, run_stages
from jiaokan.normalize.stages.furniture import take_off_page_furniture


def test_pieces_that_follow_one_another_are_one_origin():
    out = Assembly()
    out.add("甲乙", 10)
    out.add("丙", 12)
    out.add("…", 20, 8)
    out.add("丁", 28)
    assert out.text() == "甲乙丙…丁"
    assert out.origins(0, 3) == [(10, 13)]
    assert out.origins(1, 4) == [(11, 13), (20, 28)]
    assert out.origins(3, 4) == [(20, 28)]
    assert out.origins(3, 5) == [(20, 29)]
    assert out.origins(2, 2) == [(12, 12)]
    assert out.origins(5, 5) == [(29, 29)]


def test_nothing_has_an_origin_too():
    assert Assembly().origins(0, 0) == [(0, 0)]


@given(
    st.lists(st.tuples(st.text("甲乙", min_size=1, max_size=4), st.integers(0, 3)), min_size=1, max_size=12),
    st.data(),
)
def test_every_span_has_an_origin_inside_its_pieces(pieces, data):
    out = Assembly()
    at = 0
    for text, gap in pieces:
        at += gap
        out.add(text, at)
        at += len(text)
    start = data.draw(st.integers(0, out.size))
    end = data.draw(st.integers(start, out.size))
    origins = out.origins(start, end)
    assert origins
    assert sum(high - low for low, high in origins) == end - start
    assert all(low <= high <= at for low, high in origins)


def grid_of(rows) -> tuple[str, list[Mark]]:
    out = Assembly()
    grid = Grid(out)
    for number, row in enumerate(rows):
        if number:
            out.add("\n", 0, 0)
        grid.begin_row(out.size)
        for text, across, down in row:
            grid.begin_cell(0, across, down)
            out.add(text, 0)
            grid.end_cell()
        grid.end_row()
    grid.close()
    return out.text(), out.marks


def test_cells_stand_in_their_columns():
    text, marks = grid_of([[("甲", 1, 2), ("乙", 2, 1)], [("丙", 1, 1), ("丁", 1, 1)], [("戊", 3, 1)]])
    assert text == "甲\t乙\t\n\t丙\t丁\n戊\t\t"
    (table,) = gather_tables(text, sorted(marks))
    assert table.data == {
        "rows": [["甲", "乙", ""], ["", "丙", "丁"], ["戊", "", ""]],
        "merged": [[0, 0, 2, 1], [0, 1, 1, 2], [2, 0, 1, 3]],
    }
    assert table.span == (0, len(text))


def test_rows_say_what_stands_in_the_text_after_edits():
    text, marks = grid_of([[("甲 1", 1, 1), ("乙", 1, 1)], [("", 1, 1), ("丙丙", 1, 1)]])

    def shorten(text: str, context: Context):
        for word in (" ", "丙丙"):
            yield Edit(text.index(word), text.index(word) + len(word), "")

    outcome = run_stages(text, (Stage("s", 1, shorten),), Context(marks=tuple(sorted(marks))))
    (table,) = gather_tables(outcome.text, outcome.marks)
    assert table.data["rows"] == [["甲1", "乙"], ["", ""]]


def test_marks_without_tables_pass_as_they_are():
    marks = (Mark(0, 1, "bold"), Mark(1, 2, "heading", {"level": 1}))
    assert gather_tables("甲乙", marks) == marks


def furnished(text: str, *marks: Mark) -> str:
    stage = Stage("f", 1, take_off_page_furniture)
    return run_stages(text, (stage,), Context(marks=marks)).text


def test_furniture_goes_with_its_lines():
    whole = {"what": "chrome"}
    assert (
        furnished(
            "首页\n正文\n版权", Mark(0, 2, "page-furniture", whole), Mark(6, 8, "page-furniture", whole)
        )
        == "正文"
    )
    # A page of menus, and a frame behind it: nothing is left, and no line's end leaves twice.
    assert (
        furnished("首页\n首页", Mark(0, 2, "page-furniture", whole), Mark(3, 5, "page-furniture", whole))
        == ""
    )
    assert furnished("来源 【打印】\n正文", Mark(2, 7, "page-furniture", whole)) == "来源\n正文"
    assert furnished("前半\n- 1 -\n后半", Mark(3, 8, "page-furniture", {"joins": True})) == "前半后半"
    assert furnished("one\n1\ntwo", Mark(4, 5, "page-furniture", {"joins": True, "glue": " "})) == "one two"
    assert furnished("甲\n1\n乙", Mark(2, 3, "page-furniture", {})) == "甲\n乙"
    assert furnished("甲乙", Mark(0, 1, "bold")) == "甲乙"
