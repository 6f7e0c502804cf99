"""How a run behaves: errors, interruption, progress, memory, and what it leaves behind."""

import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pyarrow as pa
import pytest
from conftest import SAMPLES, STORY

import tonggao
from tonggao import errors


def test_every_error_has_its_kind_file_and_remedy(tmp_path, samples):
    with pytest.raises(errors.ReadError, match="Check the path") as caught:
        tonggao.detect(tmp_path / "nowhere.jsonl", progress=False)
    assert caught.value.path == str(tmp_path / "nowhere.jsonl")
    samples.save(tmp_path / "out")
    with pytest.raises(errors.OutputExistsError, match="force=True") as caught:
        tonggao.detect(SAMPLES, out=tmp_path / "out", progress=False)
    assert caught.value.path == str(tmp_path / "out")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    with pytest.raises(errors.ForeignOutputError):
        samples.save(tmp_path / "thesis", force=True)
    with pytest.raises(TypeError, match="speed"):
        tonggao.detect(SAMPLES, speed=11, progress=False)
    with pytest.raises(errors.ConfigError, match="everything"):
        tonggao.detect(SAMPLES, only="gossip", progress=False)
    with pytest.raises(errors.ConfigError, match="-1 for `threads`"):
        tonggao.detect(SAMPLES, threads=-1, progress=False)
    with pytest.raises(errors.ConfigError, match="nowhere.* an existing folder"):
        tonggao.detect(SAMPLES, temp=tmp_path / "nowhere", progress=False)
    with pytest.raises(errors.ConfigError, match="among: .*nobody"):
        tonggao.dedup(SAMPLES, among="nobody", progress=False)
    with pytest.raises(errors.ConfigError, match="Beijing"):
        tonggao.detect(SAMPLES, timezone="Beijing", progress=False)
    with pytest.raises(errors.ConfigError, match="one thing"):
        tonggao.explain(samples)
    (tmp_path / "out" / "matches.jsonl").write_text('{"a": 1}\n')
    with pytest.raises(errors.InvalidFileError, match="not valid") as caught:
        tonggao.load(tmp_path / "out").matches
    assert caught.value.path.endswith("matches.jsonl")
    with pytest.raises(errors.ReadError):
        tonggao.load(tmp_path)
    assert all(issubclass(getattr(errors, name), tonggao.TonggaoError) for name in errors.__all__)


def test_an_explanation_of_a_page_that_has_gone_names_its_place(tmp_path):
    pages = tmp_path / "pages.jsonl"
    pages.write_text(f'{{"id": "a", "text": {STORY!r}}}\n'.replace("'", '"'), encoding="utf-8")
    findings = tonggao.detect(pages, progress=False)
    pages.unlink()
    with pytest.raises(errors.RecordError) as caught:
        tonggao.explain(findings, page="a")
    assert (caught.value.path, caught.value.offset) == (str(pages), 0)


def test_progress_is_told_and_its_exceptions_stop_the_run(big_pages):
    told = []
    tonggao.detect(big_pages, only="clusters", progress=lambda stage, done, total: told.append((stage, done, total)))
    assert told and all(done <= total or total == 0 for _, done, total in told)

    class Enough(Exception):
        pass

    def stop(stage, done, total):
        raise Enough

    with pytest.raises(Enough):
        tonggao.detect(big_pages, progress=stop)


@pytest.fixture(scope="module")
def big_pages(tmp_path_factory):
    """Enough pages that a run takes a while: every page has words of its own."""
    random.seed(7)
    words = [a + b for a in "山水田林湖草沙石风云" for b in "间边上下前后里外中旁"]
    path = tmp_path_factory.mktemp("big") / "pages.jsonl"
    with open(path, "w", encoding="utf-8") as file:
        for number in range(20_000):
            text = "，".join("".join(random.choices(words, k=8)) for _ in range(30)) + "。"
            file.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
    return path


def test_ctrl_c_stops_a_run_and_leaves_nothing(tmp_path):
    code = textwrap.dedent(
        f"""
        import itertools, pyarrow, tonggao
        def tell(stage, done, total):
            print(stage, flush=True)
        # The table comes again and again: only the signal ends the run, however late it comes.
        rows = {{"text": [f"{{k}} 号渡口今天开船，第 {{k * 7919}} 位乘客是一名教师" for k in range(1_000)]}}
        tonggao.detect(itertools.repeat(pyarrow.table(rows)), out={str(tmp_path / "out")!r}, progress=tell)
        """
    )
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.stdout.readline(), "the run told nothing before its end"
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=120)
    assert run.returncode != 0 and "KeyboardInterrupt" in said
    assert os.listdir(tmp_path) == []


def test_the_interpreter_is_released(big_pages):
    ticks = []
    done = threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.005)

    thread = threading.Thread(target=tick)
    thread.start()
    began = time.monotonic()
    tonggao.detect(big_pages, only="clusters", progress=False)
    took = time.monotonic() - began
    done.set()
    thread.join()
    # A thread that is scheduled at all ticks in most tenths of the run; one that waits for the interpreter in none.
    tenths = {int(10 * (tick - began) / took) for tick in ticks if began < tick < began + took}
    assert len(tenths) >= 5, (tenths, took)


def test_memory_is_flat_over_a_hundred_calls(tmp_path, rows):
    """In a process of its own with one arena for all threads, so that what is free is told from what is held."""
    (tmp_path / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    code = textwrap.dedent(
        """
        import json, pathlib, pyarrow, tonggao

        table = pyarrow.table(json.load(open("rows.json", encoding="utf-8")))

        def call():
            findings = tonggao.detect(table, progress=False, threads=1)
            assert findings.clusters.num_rows == 1
            assert tonggao.dedup(table, progress=False, threads=1).kept.num_rows == 2
            tonggao.sketch(table["text"])

        def resident():
            status = pathlib.Path("/proc/self/status").read_text()
            return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])

        for _ in range(10):
            call()
        before = resident()
        for _ in range(100):
            call()
        print(resident() - before)
        """
    )
    (tmp_path / "scratch").mkdir()
    settings = {**os.environ, "MALLOC_ARENA_MAX": "1", "TMPDIR": str(tmp_path / "scratch")}
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=settings, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 8_000, "kilobytes"
    assert os.listdir(tmp_path / "scratch") == [], "temporary folders go with their findings"


def test_findings_show_themselves(samples, tmp_path):
    html = samples._repr_html_()
    assert "霁通社" in html and "not a finding of fact" in html and html.count("<details>") == samples.clusters.num_rows
    assert "44 pages" in repr(samples)
    shown = samples.cluster(0)._repr_html_()
    assert shown.startswith("<pre") and all(m["id"] in shown for m in samples.clusters["members"][0].as_py())
    with pytest.raises(KeyError):
        samples.cluster(10_000)
    pages = [{"text": STORY, "title": "<script>alert(1)</script>"}] * 2
    assert "<script" not in tonggao.detect(pa.Table.from_pylist(pages), progress=False)._repr_html_()
    samples.save(tmp_path / "kept")
    kept = tonggao.load(tmp_path / "kept")
    assert kept.clusters.equals(samples.clusters) and repr(kept) == repr(samples)
    assert kept.report_path == str(tmp_path / "kept" / "report.html")
    assert pathlib.Path(kept.report_path).read_bytes() == pathlib.Path(samples.report_path).read_bytes()
