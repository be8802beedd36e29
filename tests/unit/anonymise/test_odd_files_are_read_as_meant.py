"""Delimiters, line ends, quotes, byte marks, blank lines, large files: the same people come out."""

from __future__ import annotations

import pytest

from backend import anonymise
from backend.anonymise import table as tables


def people(lines):
    return [line for line in lines if line]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_any_delimiter_and_line_end(bench, mark, newline):
    plain = bench.released()
    outcome = anonymise.anonymise(bench.request(bench.rows().replace(",", mark).replace("\n", newline)))
    raw = outcome.out.read_bytes().decode()
    assert raw.count(newline) == 41
    assert people(raw.replace(mark, ",").split(newline)) == plain


def test_a_given_delimiter_wins(bench):
    text = bench.rows().replace(",", "|").replace("town", "to;wn;x;y")
    (bench.folder / "h" / "town.csv").rename(bench.folder / "h" / "to;wn;x;y.csv")
    released = bench.released(text, delimiter="|", quasi=("age", "sex", "to;wn;x;y"))
    assert released[0] == "age|sex|to;wn;x;y|condition"


def test_byte_mark_quotes_blank_lines_and_no_last_line_end(bench):
    plain = bench.released()
    quoted = "\ufeff" + bench.rows().replace("Aoba", '"Aoba"').rstrip("\n")
    outcome = anonymise.anonymise(bench.request(quoted))
    assert outcome.out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert outcome.out.read_text("utf-8-sig").splitlines() == plain
    assert bench.released(bench.rows() + "\n\n") == plain


def test_a_cell_with_the_delimiter_stays_one_cell(bench):
    text = bench.rows().replace("flu", '"flu, bad"')
    outcome = anonymise.anonymise(bench.request(text))
    assert '"flu, bad"' in outcome.out.read_text()


def test_a_hierarchy_may_hold_commas_in_its_labels(bench):
    bench.hierarchy("sex", [["f", "f, or m", "*"], ["m", "f, or m", "*"]])
    assert len(bench.released()) == 41


def test_a_hierarchy_with_every_cell_quoted(bench):
    plain = bench.released()
    for path in (bench.folder / "h").iterdir():
        lines = path.read_text("utf-8").splitlines()
        path.write_text("".join(",".join(f'"{cell}"' for cell in line.split(";")) + "\n" for line in lines), "utf-8")
    assert bench.released() == plain


def test_a_hierarchy_cell_may_hold_a_line_end_or_a_line_separator(bench):
    for label in ('"f\nor m"', "f\u2028or m"):
        (bench.folder / "h" / "sex.csv").write_text(f"f,{label},*\nm,{label},*\n", "utf-8")
        assert len(bench.released()) >= 41


def test_a_table_kept_on_disk_gives_the_same_release(bench, monkeypatch):
    plain = bench.released()
    monkeypatch.setattr(tables, "ON_DISK_FROM_BYTES", 10)
    assert bench.released() == plain


def test_measured_numbers_may_differ_in_every_row_but_a_running_number_may_not(bench):
    lines = bench.rows().splitlines()
    measured = (
        "\n".join([lines[0] + ",hba1c", *(f"{line},{5 + n / 100:.2f}" for n, line in enumerate(lines[1:]))]) + "\n"
    )
    assert len(bench.released(measured)) == 41
    counted = "\n".join([lines[0] + ",xyz", *(f"{line},{n}" for n, line in enumerate(lines[1:]))]) + "\n"
    assert bench.refused(counted, other=("xyz",)).key == "anonymise.looks_direct"
