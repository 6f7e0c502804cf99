#!/usr/bin/env python3
"""What a Spark job costs: wall time, CPU seconds of all its processes, and how many of them the Rust functions take.

    target/spark-tests/bin/python benches/spark.py pages.jsonl --outlets outlets.tsv

Starts the cluster of the tests (`python/tests_spark/engines.py`: a master and two workers on loopback), runs the job once
and stops it. `tests/run --spark` makes the environment. CPU seconds are user and system time of every process that was started, the Java machines of the
cluster and their start included, as the kernel adds them up when the processes end. Those of the Rust functions are what
the process of each task uses while it is inside of one (`TONGGAO_ROUNDS_CPU`, see `Step` in `python/tonggao/_rounds.py`).
"""

import os
import pathlib
import resource
import sys
import tempfile
import time
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "python" / "tests_spark"))
from engines import Spark, finish  # noqa: E402


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: spark.py INPUT [OPTIONS OF tonggao-spark]")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        notes = folder / "rounds"
        notes.touch()
        os.environ["TONGGAO_ROUNDS_CPU"] = str(notes)
        before, load = cpu_seconds(), os.getloadavg()
        engine = Spark(folder)
        began = time.monotonic()
        try:
            finish(engine.job("job", "--out", folder / "out", *sys.argv[1:]))
        finally:
            wall = time.monotonic() - began
            engine.stop()
        used, rounds = cpu_seconds() - before, Counter()
        for line in notes.read_text(encoding="utf-8").splitlines():
            name, seconds = line.split("\t")
            rounds[name] += float(seconds)
    rust = sum(rounds.values())
    print(f"load before {load[0]:.1f}; wall {wall:.0f} s; CPU {used:.1f} s, of which Rust {rust:.1f} s ({rust / used:.0%})")
    for name, seconds in rounds.most_common():
        print(f"  {name:16} {seconds:7.2f} s")


if __name__ == "__main__":
    main()
