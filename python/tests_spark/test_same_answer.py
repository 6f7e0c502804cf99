"""20,000 made pages: the sets, their origins and each page's place are those of the command line, on a Spark cluster, on
one that loses a worker in mid-run, and on Sail."""

import json
import os
import pathlib
import subprocess
import time

import pyarrow.parquet as pq
import pytest

from engines import Sail, Spark, finish

PAGES = int(os.environ.get("TONGGAO_SPARK_PAGES", "20000"))


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "pages.jsonl"
    with open(path, "wb") as file:
        subprocess.run([os.environ["TONGGAO_MAKE_CORPUS"], str(PAGES), "7"], stdout=file, check=True)
    return path


@pytest.fixture(scope="session")
def expected(corpus, tmp_path_factory):
    out = tmp_path_factory.mktemp("cli") / "out"
    program = os.environ["TONGGAO"]
    subprocess.run([program, "detect", str(corpus), "-o", str(out), "--only", "origin", "--quiet"], check=True)
    read = lambda name: [json.loads(line) for line in open(out / f"{name}.jsonl", encoding="utf-8")]
    found = answer(read("documents"), read("clusters"), read("matches"))
    assert len(found["clusters"]) > PAGES / 50
    return found


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    engine = Spark(tmp_path_factory.mktemp("spark"))
    yield engine
    engine.stop()


def answer(documents, clusters, matches):
    """What both must say alike."""
    place = ("cluster", "parent", "relation", "kept", "outlet", "draws_on", "sha256")
    source = lambda found: found and (found["document"], found["outlet"], found["probability"])
    return {
        "documents": {d["id"]: [d.get(name) for name in place] for d in documents},
        "clusters": {
            c["cluster"]: (
                sorted(m["id"] for m in c["members"]), source(c["origin"]), source(c["runner_up"]), c["representative"],
                c["title"], c["first_published"], c["first_seen"]["document"],
            )
            for c in clusters
        },
        "matches": {(m["a"], m["b"]): (m["kind"], m["jaccard"], passages(m["passages"])) for m in matches},
    }


def passages(found):
    ends = lambda span: tuple(span.values()) if isinstance(span, dict) else tuple(span)
    return [(ends(p["a"]), ends(p["b"]), p["identity"]) for p in found]


def check(out, expected):
    read = lambda name: pq.read_table(pathlib.Path(out) / name).to_pylist()
    found = answer(read("documents"), read("clusters"), read("matches"))
    for name in expected:
        differing = [key for key in expected[name] if found[name].get(key) != expected[name][key]]
        assert not differing, (name, len(differing), expected[name][differing[0]], found[name].get(differing[0]))
        assert found[name].keys() == expected[name].keys(), name


def test_a_spark_cluster_gives_the_answer_of_one_machine(spark, corpus, expected, tmp_path):
    job = spark.job("whole", "--out", tmp_path / "out", corpus)
    finish(job)
    check(tmp_path / "out", expected)


def test_sail_gives_it_too(corpus, expected, tmp_path):
    sail = Sail(tmp_path)
    try:
        finish(sail.job("job", "--out", tmp_path / "out", corpus))
    finally:
        sail.stop()
    check(tmp_path / "out", expected)


def test_a_worker_that_dies_in_mid_run_changes_nothing(spark, corpus, expected, tmp_path):
    job = spark.job("killed", "--out", tmp_path / "out", corpus)
    sketched = tmp_path / "out" / "_work" / "sketches" / "_SUCCESS"
    until = time.monotonic() + 1200
    while not sketched.exists():
        assert job.process.poll() is None and time.monotonic() < until, job.log.read_text(errors="replace")[-4000:]
        time.sleep(0.1)
    spark.workers[0].kill_all()
    assert job.process.poll() is None, "the job was over before the worker died"
    finish(job)
    check(tmp_path / "out", expected)
