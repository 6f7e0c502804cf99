"""The wheel, the command line and a table of the same pages give the same answer."""

import json
import os
import subprocess

import pyarrow as pa
import pytest
from conftest import SAMPLES, lines

import tonggao

TABLES = ["documents", "clusters", "matches", "talking_points", "outlets", "outlet_pairs"]


def without_columns(row, *names):
    return {name: value for name, value in row.items() if name not in names}


@pytest.mark.parametrize("name", TABLES)
def test_files_are_those_of_the_command_line(samples, cli_folder, name):
    ours = open(os.path.join(samples.folder, f"{name}.jsonl"), "rb").read()
    assert ours == (cli_folder / f"{name}.jsonl").read_bytes()


@pytest.mark.parametrize("name", TABLES)
def test_tables_hold_what_the_files_hold(samples, cli_folder, name):
    rows, records = getattr(samples, name).to_pylist(), lines(cli_folder / f"{name}.jsonl")
    assert len(rows) == len(records) > 0
    for row, record in zip(rows, records):
        for field, value in record.items():
            if isinstance(value, (str, int, float, bool, type(None))):
                assert row[field] == value, field
            elif field == "fields":
                assert json.loads(row[field]) == value
            else:
                assert len(row[field]) >= len(value), field


def test_settings_reach_the_core(cli_folder, tmp_path):
    out = tmp_path / "out"
    words = ["--only", "clusters", "--timezone", "+09:00", "--threads", "1"]
    subprocess.run([os.environ["TONGGAO"], "detect", str(SAMPLES), "-o", str(out), "-q", *words], check=True)
    ours = tonggao.detect([SAMPLES], only="clusters", timezone="+09:00", threads=1, progress=False)
    with open(out / "run.json", encoding="utf-8") as file:
        theirs = json.load(file)
    assert ours.run["config"] == theirs["config"]
    assert ours.run["input_hash"] == theirs["input_hash"]
    assert ours.clusters.num_rows == theirs["counts"]["clusters"]


def test_a_table_of_the_same_pages_gives_the_same_sets(samples):
    pages = [record for path in sorted(SAMPLES.glob("*.jsonl")) for record in lines(path)]
    from_files = tonggao.detect(sorted(SAMPLES.glob("*.jsonl")), progress=False)
    from_table = tonggao.detect(pa.Table.from_pylist(pages), progress=False)
    for name in ("clusters", "matches", "talking_points", "outlets", "outlet_pairs"):
        assert getattr(from_table, name).equals(getattr(from_files, name)), name
    moved = ("file", "offset", "bytes", "fields")
    both = [[without_columns(row, *moved) for row in f.documents.to_pylist()] for f in (from_table, from_files)]
    assert both[0] == both[1]


def test_explanations_are_those_of_the_command_line(samples, cli_folder):
    said = subprocess.run(
        [os.environ["TONGGAO"], "explain", str(cli_folder), "--cluster", "0"], check=True, capture_output=True
    )
    assert tonggao.explain(samples, cluster=0) == said.stdout.decode()
    assert tonggao.explain(cli_folder, cluster=0) == said.stdout.decode()
    assert str(samples.cluster(0)) == said.stdout.decode()
    members = [member["id"] for member in samples.clusters["members"][0].as_py()]
    assert members[0] in tonggao.explain(samples, page=members[0])
    assert members[1] in tonggao.explain(samples, members[0], members[1])
    assert tonggao.explain(samples, cluster=10_000) is None


def test_dedup_writes_what_the_command_line_writes(tmp_path):
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    subprocess.run([os.environ["TONGGAO"], "dedup", str(SAMPLES), "-o", str(theirs), "--quiet"], check=True)
    done = tonggao.dedup(SAMPLES, out=ours, progress=False)
    written = sorted(path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file())
    assert written == sorted(path.relative_to(ours) for path in ours.rglob("*") if path.is_file())
    for name in written:
        assert name.name == "run.json" or (ours / name).read_bytes() == (theirs / name).read_bytes(), name
    assert done.kept is None and done.removed.to_pylist() == lines(theirs / "removed.jsonl")
    without = tonggao.dedup(SAMPLES, progress=False)
    assert without.removed.equals(done.removed) and without.run["dedup"]["dry-run"]
