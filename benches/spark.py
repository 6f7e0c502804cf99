#!/usr/bin/env python3
"""What a Spark job costs: wall time, CPU seconds of all its processes, and how many of them the Rust functions take.

    target/spark-tests/bin/python benches/spark.py pages.jsonl --outlets outlets.tsv

Starts the cluster of the tests (`python/tests_spark/engines.py`: a master and two workers on loopback), runs the job once
and stops it. `tests/run --spark` makes the environment; its wheel is of the test profile, so install another one first.
CPU seconds are user and system time of every process that was started, the Java machines and their start included; each
process is looked at five times a second and counts as it was seen last. Those of the Rust functions are what the process of
a task uses while it is inside of one (`TONGGAO_STEP_CPU`, see `Call` in `python/tonggao/_distributed.py`).
"""

import os
import pathlib
import sys
import tempfile
import threading
import time
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "python" / "tests_spark"))
from engines import Spark, descendants, finish  # noqa: E402


class Watch:
    """The CPU seconds of all processes below this one, by kind."""

    def __init__(self):
        self.seen, self.is_over = {}, threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        while not self.is_over.wait(0.2):
            for pid in descendants(os.getpid()):
                try:
                    name, _, rest = pathlib.Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
                except OSError:
                    continue  # It has ended meanwhile.
                fields = rest.split()
                self.seen[pid, fields[19]] = (name, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))

    def stop(self):
        self.is_over.set()
        self.thread.join()
        used = Counter()
        for name, seconds in self.seen.values():
            used["Java" if name == "java" else "Python"] += seconds
        return used


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: spark.py INPUT [OPTIONS OF tonggao-spark]")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        notes = folder / "steps"
        notes.touch()
        os.environ["TONGGAO_STEP_CPU"] = str(notes)
        load, watch = os.getloadavg()[0], Watch()
        try:
            engine, began = Spark(folder), time.monotonic()
            try:
                finish(engine.job("job", "--out", folder / "out", *sys.argv[1:]), seconds=24 * 60 * 60)
            finally:
                wall = time.monotonic() - began
                engine.stop()
        finally:
            used = watch.stop()
        steps = Counter()
        for line in notes.read_text(encoding="utf-8").splitlines():
            name, seconds = line.split("\t")
            steps[name] += float(seconds)
    rust, whole = sum(steps.values()), sum(used.values())
    print(f"load before {load:.1f}; wall {wall:.0f} s; CPU {whole:.1f} s: Java {used['Java']:.1f}, Python {used['Python']:.1f}")
    print(f"in Rust functions, which run inside of Python: {rust:.1f} s, {rust / whole:.0%}")
    for name, seconds in steps.most_common():
        print(f"  {name:16} {seconds:7.2f} s")


if __name__ == "__main__":
    main()
