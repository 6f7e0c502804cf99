"""An index from Python: the same words and answers as on the command line."""

import json
import os
import subprocess

import pyarrow as pa
import pytest
from conftest import OTHER, SAMPLES, STORY

import tonggao

WIRE, PORTALS = SAMPLES / "wire.jsonl", SAMPLES / "portals.jsonl"


@pytest.fixture
def index(tmp_path):
    return tonggao.Index.create(tmp_path / "week", WIRE, progress=False)


def asked(index, *words):
    program = os.environ["TONGGAO"]
    done = subprocess.run([program, "index", *words], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_index_grows_as_on_the_command_line(index, tmp_path):
    before = len(index)
    did = index.add([PORTALS])
    assert did["added"] > 0 and len(index) == before + did["added"] == did["documents"]
    assert did["events"] == index.events(did["events"][0]["seq"])
    assert index.events() == asked(index, "events", tmp_path / "week")
    assert index.add(PORTALS)["known"] == did["added"]
    assert tonggao.Index.check(tmp_path / "week").commit == index.commit == did["commit"]
    number = index.clusters[0]
    assert [index.cluster(number)] == asked(index, "query", tmp_path / "week", "--cluster", str(number), "--json")
    with pytest.raises(KeyError):
        index.cluster(99_999)
    line = PORTALS.read_text(encoding="utf-8").splitlines()[0]
    answer = index.query(json.loads(line))
    assert answer["closest"][0]["jaccard"] == 1 and answer["commit"] == did["commit"]
    assert index.query(json.loads(line)["text"])["cluster"] == answer["cluster"]


def test_rows_of_a_table_stay_in_the_index(index, tmp_path):
    rows = pa.table({"id": ["a", "b", "c"], "text": [STORY, "来源：江岸晨报\n" + STORY, OTHER]})
    did = index.add(rows)
    assert did["added"] == 3 and [event["pages"] for event in did["events"]] == [["a", "b"]]
    assert index.add(rows)["known"] == 3
    closest = index.query(OTHER)["closest"][0]
    assert closest["id"] == "c" and "posted-" in closest["file"]
    assert index.compact()["documents"] == len(tonggao.Index.open(tmp_path / "week"))


def test_what_is_wrong_has_its_kind(index, tmp_path):
    with pytest.raises(tonggao.errors.OutputExistsError):
        tonggao.Index.create(tmp_path / "week")
    with pytest.raises(tonggao.errors.ReadError):
        tonggao.Index.open(tmp_path / "nowhere")
    with pytest.raises(tonggao.errors.ConfigError):
        index.query({"id": "no text"})
