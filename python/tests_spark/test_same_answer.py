"""20,000 made pages: the sets, their origins, each page's place, talking points and outlets are those of the command line,
on a Spark cluster, on one that loses a worker in mid-run, on Sail, and after a driver was killed."""

import json
import os
import subprocess
import time

import pyarrow.parquet as pq
import pytest

from engines import Sail, Spark, finish

PAGES = int(os.environ.get("TONGGAO_SPARK_PAGES", "20000"))


def make_corpus(path, pages):
    with open(path, "wb") as file:
        subprocess.run([os.environ["TONGGAO_MAKE_CORPUS"], str(pages), "7"], stdout=file, check=True)
    return path


def detect(corpus, out, *options):
    """The answer of the command line."""
    subprocess.run([os.environ["TONGGAO"], "detect", str(corpus), "-o", str(out), "--quiet", *options], check=True)
    return answer(lambda name: [json.loads(line) for line in open(out / f"{name}.jsonl", encoding="utf-8")])


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    return make_corpus(tmp_path_factory.mktemp("corpus") / "pages.jsonl", PAGES)


@pytest.fixture(scope="session")
def outlets(corpus):
    """A table of outlets: of every ten, one owns the next, and another has two of the others as names of its own."""
    with open(corpus, encoding="utf-8") as file:
        names = sorted({json.loads(line)["outlet"] for line in file})
    path = corpus.with_name("outlets.tsv")
    with open(path, "w", encoding="utf-8") as file:
        for first in range(0, len(names) - 9, 10):
            file.write(f"{names[first]}\tagency\n{names[first + 1]}\tpaper\t{names[first]}\n")
            file.write(f"{names[first + 2]}\tportal\t\t{names[first + 3]}|{names[first + 4]}\n")
    return path


@pytest.fixture(scope="session")
def expected(corpus, outlets, tmp_path_factory):
    found = detect(corpus, tmp_path_factory.mktemp("cli") / "out", "--outlets", str(outlets))
    assert len(found["clusters"]) > PAGES / 50 and len(found["talking_points"]) > PAGES / 50
    assert len(found["outlets"]) > 100 and len(found["outlet_pairs"]) > 100
    return found


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    engine = Spark(tmp_path_factory.mktemp("spark"))
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def sail(tmp_path_factory):
    engine = Sail(tmp_path_factory.mktemp("sail"))
    yield engine
    engine.stop()


def answer(read):
    """What both must say alike; `read` gives the rows of a table."""
    place = ("cluster", "parent", "relation", "kept", "outlet", "draws_on", "sha256")
    source = lambda found: found and (found["document"], found["outlet"], found["probability"])
    return {
        "documents": {d["id"]: [d.get(name) for name in place] for d in read("documents")},
        "clusters": {
            c["cluster"]: (
                sorted(m["id"] for m in c["members"]), source(c["origin"]), source(c["runner_up"]), c["representative"],
                c["title"], c["first_published"], c["first_seen"]["document"], c["origin_verdict"],
            )
            for c in read("clusters")
        },
        "matches": {(m["a"], m["b"]): (m["kind"], m["jaccard"], m["verdict"], passages(m["passages"])) for m in read("matches")},
        "talking_points": dict(enumerate(map(whole, read("talking_points")))),
        "outlets": {o["outlet"]: whole(o) for o in read("outlets")},
        "outlet_pairs": {(p["from"], p["to"]): whole(p) for p in read("outlet_pairs")},
    }


def whole(record):
    """A record, without the columns that Parquet adds beside times."""
    return {name: value for name, value in record.items() if not name.endswith(("_at", "_on"))}


def passages(found):
    ends = lambda span: tuple(span.values()) if isinstance(span, dict) else tuple(span)
    return [(ends(p["a"]), ends(p["b"]), p["identity"]) for p in found]


def check(out, expected):
    found = answer(lambda name: rows(out / name))
    for name in expected:
        differing = [key for key in expected[name] if found[name].get(key) != expected[name][key]]
        assert not differing, (name, len(differing), expected[name][differing[0]], found[name].get(differing[0]))
        assert found[name].keys() == expected[name].keys(), name


def rows(table):
    """The rows of a table. Sail writes nothing for none."""
    return pq.read_table(table).to_pylist() if table.exists() else []


def wait_for_step(job, out, name):
    """Waits until a job has finished a step."""
    done = out / "_work" / f"{name}.done"
    until = time.monotonic() + 1200
    while not (done.is_file() or any(done.glob("*.txt"))):
        assert job.process.poll() is None and time.monotonic() < until, job.log.read_text(errors="replace")[-4000:]
        time.sleep(0.1)


def test_a_spark_cluster_gives_the_answer_of_one_machine(spark, corpus, outlets, expected, tmp_path):
    job = spark.job("whole", "--out", tmp_path / "out", "--outlets", outlets, corpus)
    finish(job)
    check(tmp_path / "out", expected)


def test_sail_gives_it_too(sail, corpus, outlets, expected, tmp_path):
    finish(sail.job("job", "--out", tmp_path / "out", "--outlets", outlets, corpus))
    check(tmp_path / "out", expected)


def test_without_talking_points_all_else_is_there(sail, tmp_path):
    small = make_corpus(tmp_path / "pages.jsonl", 500)
    expected = detect(small, tmp_path / "cli", "--only", "origin")
    assert not expected.pop("talking_points") and expected["outlet_pairs"]
    finish(sail.job("job", "--out", tmp_path / "out", "--only", "origin", small))
    check(tmp_path / "out", expected)


def with_round_up(corpus):
    """The corpus with a page more, put together from the beginnings of some of its articles."""
    pages = [json.loads(line) for line in open(corpus, encoding="utf-8")]
    beginning = lambda page: next(line for line in page["text"].split("\n") if len(line) > 60)[:90]
    text = "\n".join(map(beginning, pages[100:1900:300]))
    with open(corpus, "a", encoding="utf-8") as file:
        file.write(json.dumps({"id": "round-up", "outlet": "墨川早报", "text": text}, ensure_ascii=False) + "\n")
    return corpus


def verdicts_on(corpus, found):
    """Every kind of verdict: on pages of sets and alone, on round-ups, on pages that are not there, against each other."""
    sets = sorted(members for members, *_ in found["clusters"].values())
    texts = {page["id"]: page["text"] for page in map(json.loads, open(corpus, encoding="utf-8"))}
    lone = sorted(texts.keys() - {page for members in sets for page in members})
    round_ups = sorted(page for page, place in found["documents"].items() if place[5])
    large = [members for members in sets if len(members) > 2]
    assert len(large) > 20 and len(lone) > 40 and round_ups
    pair = lambda a, b, same: {"a": a, "b": b, "same_article": same}
    apart = [pair(members[0], members[1], False) for members in large[:12]]
    along = [pair(members[0], members[2], True) for members in large[:6]]
    joined = [pair(one[0], other[1], True) for one, other in zip(sets[-20:-10], sets[-10:])]
    joined += [pair(lone[at], lone[at + 1], True) for at in range(0, 20, 2)]
    joined += [pair(page, members[0], True) for page, members in zip(round_ups, sets[20:23])]
    origins = [{"page": members[0], "origin": members[1]} for members in large[12:18]]
    origins += [{"page": members[1], "origin": "墨川晚报"} for members in sets[-5:]]
    first = lambda page: max(texts[page].split("\n"), key=len)
    lines = [{"line": first(page), "boilerplate": True} for page in lone[20:23]]
    nobody = [pair("nobody", lone[0], True), {"page": "nobody", "origin": "墨川晚报"}]
    return [*apart, *along, *joined, *origins, *lines, *nobody]


def test_verdicts_of_people_are_obeyed_alike(sail, tmp_path):
    small = with_round_up(make_corpus(tmp_path / "pages.jsonl", 2000))
    plain = detect(small, tmp_path / "plain")
    judged = verdicts_on(small, plain)
    verdicts = tmp_path / "verdicts.jsonl"
    verdicts.write_text("".join(json.dumps(verdict, ensure_ascii=False) + "\n" for verdict in judged), encoding="utf-8")
    expected = detect(small, tmp_path / "cli", "--verdicts", str(verdicts))
    changed = [name for name in ("documents", "clusters", "matches") if expected[name] != plain[name]]
    assert len(changed) == 3 and any(origin for *_, origin in expected["clusters"].values())
    finish(sail.job("job", "--out", tmp_path / "out", "--verdicts", verdicts, small))
    check(tmp_path / "out", expected)
    run = json.loads(rows(tmp_path / "out" / "run")[0]["run"])
    assert run["counts"]["verdicts"] == sum("same_article" in verdict for verdict in judged) - 1


def test_a_job_whose_driver_died_goes_on_where_it_was(sail, tmp_path):
    small = make_corpus(tmp_path / "pages.jsonl", 1000)
    expected = detect(small, tmp_path / "cli")
    job = sail.job("killed", "--out", tmp_path / "out", small)
    wait_for_step(job, tmp_path / "out", "decide")
    job.process.kill()
    job.process.wait()
    again = sail.job("resumed", "--out", tmp_path / "out", "--resume", small)
    finish(again)
    steps = {line.partition(":")[0] for line in again.log.read_text(encoding="utf-8").splitlines()}
    assert "clusters" in steps and not steps & {"survey", "sketch", "measure"}
    check(tmp_path / "out", expected)


def test_a_worker_that_dies_in_mid_run_changes_nothing(spark, corpus, outlets, expected, tmp_path):
    job = spark.job("killed", "--out", tmp_path / "out", "--outlets", outlets, corpus)
    wait_for_step(job, tmp_path / "out", "sketch")
    spark.workers[0].kill_all()
    assert job.process.poll() is None, "the job was over before the worker died"
    finish(job)
    check(tmp_path / "out", expected)
