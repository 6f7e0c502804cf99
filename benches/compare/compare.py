#!/usr/bin/env python3
"""Reprint sets by tonggao, gaoya, rensa, datasketch and text-dedup on the same pages: time, memory and F1.

PAGES has a JSON object a line with `id` and `text`, and what else tonggao reads. Every contestant runs in a process of
its own, in turns. The MinHash libraries get character 5-grams of the same folded text, 128 permutations and one
threshold, verify what they propose by their own estimate (gaoya in its index), and take connected components. Their
wall time begins with the pages in memory, that of tonggao with the file.

Prints a table in Markdown: wall seconds of every run; of the median run CPU seconds (of child processes too) and peak
memory (proportional set size of the process and its children), starting Python and reading the pages included; and,
where truth is given, precision, recall and F1.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version

import chart
import process
import scores
from contestants import CONTESTANTS


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def compete(name, path, threshold, answer):
    """One run, in the process that was started for it."""
    pages = lines(path)
    began = time.perf_counter()
    labels = CONTESTANTS[name][1](path, pages, threshold)
    wall, used = time.perf_counter() - began, os.times()
    with open(answer, "w") as file:
        json.dump({"labels": labels, "wall": wall, "cpu": sum(used[:4])}, file)


def run(name, path, threshold):
    """Starts a contestant and watches its memory."""
    with tempfile.TemporaryDirectory() as folder:
        answer = os.path.join(folder, "answer.json")
        command = [sys.executable, os.path.abspath(__file__), path]
        command += ["--threshold", str(threshold), "--compete", name, answer]
        peak = process.watch(command, folder)
        with open(answer) as file:
            return {**json.load(file), "peak": peak}


def version_of(package):
    """The version of what is installed; None when it is not. tonggao is the program of this checkout."""
    try:
        return "this checkout" if package == "tonggao" else version(package)
    except PackageNotFoundError:
        return None


def score(labels, pages, asked):
    """Precision and recall against what is known; None when nothing is."""
    if asked.stories:
        story = {line["id"]: line["story"] for line in lines(asked.stories)}
        return scores.bcubed(labels, [story[page["id"]] for page in pages])
    if asked.judged:
        judged = [(line["a"], line["b"], line["same_article"]) for line in lines(asked.judged)]
        return scores.of_pairs(dict(zip((page["id"] for page in pages), labels)), judged)
    return None


def summary(name, runs, pages, asked):
    median = sorted(runs, key=lambda each: each["wall"])[len(runs) // 2]
    row = {
        "name": name,
        "version": version_of(CONTESTANTS[name][0]),
        "walls": [round(each["wall"], 2) for each in runs],
        "wall": round(median["wall"], 2),
        "cpu": round(median["cpu"], 1),
        "peak_mb": round(median["peak"] / 1e6),
    }
    known = score(median["labels"], pages, asked)
    if known:
        row |= {key: round(value, 3) for key, value in zip(("precision", "recall", "f1"), (*known, scores.f1(*known)))}
    return row


def table(rows):
    yield "| contestant | version | wall seconds | CPU seconds | peak memory, MB | precision | recall | F1 |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for row in rows:
        walls = ", ".join(f"{wall:.2f}" for wall in row["walls"])
        known = [f"{row[key]:.3f}" if key in row else "" for key in ("precision", "recall", "f1")]
        yield f"| {' | '.join([row['name'], row['version'], walls, str(row['cpu']), str(row['peak_mb']), *known])} |"


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=os.path.abspath, metavar="PAGES")
    known = parser.add_mutually_exclusive_group()
    known.add_argument("--stories", help="JSON Lines with `id` and `story`: what belongs together (B-cubed scores)")
    known.add_argument("--judged", help="JSON Lines with `a`, `b` and `same_article` (verdicts of `detect --verdicts`): what readers say of pairs")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threshold", type=float, default=0.5, help="of the MinHash libraries")
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS), metavar="NAME")
    parser.add_argument("--json", help="writes the figures to this file")
    parser.add_argument("--chart", help="draws them to this SVG file")
    parser.add_argument("--compete", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if "TONGGAO" not in os.environ:
        parser.error("the variable TONGGAO names no program; benches/compare/run builds one and sets it")
    return asked


def main():
    asked = parsed()
    if asked.compete:
        return compete(asked.compete[0], asked.pages, asked.threshold, asked.compete[1])
    names = [name for name in asked.only if version_of(CONTESTANTS[name][0])]
    for name in sorted(set(asked.only) - set(names)):
        print(f"compare: {name} is not installed and is left out", file=sys.stderr)
    pages = lines(asked.pages)
    runs = {name: [] for name in names}
    for _ in range(asked.runs):
        for name in names:
            runs[name].append(run(name, asked.pages, asked.threshold))
    figures = {
        "pages": len(pages),
        "megabytes": round(sum(len(page["text"].encode()) for page in pages) / 1e6, 2),
        "scores": "B-cubed" if asked.stories else "judged pairs" if asked.judged else None,
        "threshold": asked.threshold,
        "rows": [summary(name, done, pages, asked) for name, done in runs.items()],
    }
    print(f"{figures['pages']} pages, {figures['megabytes']} MB of text, Python {sys.version.split()[0]}\n")
    print("\n".join(table(figures["rows"])))
    if asked.json:
        with open(asked.json, "w") as file:
            json.dump(figures, file, indent=1)
    if asked.chart:
        with open(asked.chart, "w") as file:
            file.write(chart.drawn(figures))


if __name__ == "__main__":
    main()
