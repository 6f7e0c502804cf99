#!/usr/bin/env python3
"""Reprint sets from Python: this package beside rensa, datasketch and text-dedup on the same pages.

    pip install tonggao rensa==0.5.0 datasketch==2.0.0 text-dedup==0.4.1      (text-dedup wants Python 3.12)
    python benches/peers.py PAGES.jsonl [--truth TRUTH.jsonl] [--runs 3] [--threshold 0.5] [--only rensa datasketch]

PAGES has a JSON object a line with `id` and `text` (and what else `tonggao.detect` reads); TRUTH one with `id` and
`story`, which says what belongs together. Every contestant runs in a process of its own, in turns, and goes from pages
in memory to sets of pages. The MinHash libraries are given character 5-grams of the same folded text, 128 permutations
and one threshold, verify what they propose by their own estimate, and take connected components; text-dedup splits
words at spaces, so its text has one between any two characters. A table in Markdown: wall seconds of every run, from
pages in memory on; of the median run CPU seconds (of child processes too) and peak memory (proportional set size of the
process and its children), starting Python and reading the pages included; and with a truth B-cubed precision, recall
and F1.
"""

import argparse
import collections
import functools
import json
import os
import pickle
import re
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from importlib.metadata import version

NGRAM, PERMUTATIONS = 5, 128


def tonggao(pages, _, **settings):
    import pyarrow as pa

    import tonggao

    findings = tonggao.detect(pa.Table.from_pylist(pages), progress=False, **settings)
    return findings.documents["cluster"].to_pylist()


def rensa(pages, threshold):
    from rensa import RMinHash, RMinHashLSH

    hashes = RMinHash.from_token_sets([list(shingles(page["text"])) for page in pages], PERMUTATIONS, 42)
    index = RMinHashLSH(threshold, PERMUTATIONS, 32)
    index.insert_pairs(list(enumerate(hashes)))
    return joined(hashes, index.query, threshold)


def datasketch(pages, threshold):
    from datasketch import MinHash, MinHashLSH

    tokens = [[token.encode() for token in shingles(page["text"])] for page in pages]
    hashes = list(MinHash.generator(tokens, num_perm=PERMUTATIONS))
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    with index.insertion_session() as session:
        for number, minhash in enumerate(hashes):
            session.insert(number, minhash)
    return joined(hashes, index.query, threshold)


def text_dedup(pages, threshold):
    import pyarrow as pa
    import pyarrow.parquet

    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HF_HOME=folder, HF_HUB_OFFLINE="1")
        os.chdir(folder)
        os.mkdir("pages")
        spaced = pa.table({"text": [" ".join(folded(page["text"])) for page in pages]})
        pyarrow.parquet.write_table(spaced, "pages/pages.parquet")
        settings = f"""
            [input]
            input_type = "local_files"
            file_type = "parquet"
            [input.read_arguments]
            path = "pages"
            split = "train"
            [algorithm]
            algorithm_name = "minhash"
            text_column = "text"
            num_perm = {PERMUTATIONS}
            threshold = {threshold}
            ngram_size = {NGRAM}
            check_false_positive = true
            [output]
            output_dir = "out"
            save_clusters = true
            [debug]
        """
        with open("config.toml", "w") as file:
            file.write(settings)
        from text_dedup.config.base import Config
        from text_dedup.minhash import main

        main(Config())
        with open("out/clusters.pickle", "rb") as file:
            clusters = pickle.load(file)
        os.chdir("/")
    return [clusters.get(number) for number in range(len(pages))]


CONTESTANTS = {
    "tonggao, only clusters": ("tonggao", functools.partial(tonggao, only="clusters")),
    "tonggao, everything": ("tonggao", tonggao),
    "rensa": ("rensa", rensa),
    "datasketch": ("datasketch", datasketch),
    "text-dedup": ("text-dedup", text_dedup),
}


def folded(text):
    """Letters and digits only, in one width and case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def shingles(text):
    text = folded(text)
    return {text[at : at + NGRAM] for at in range(max(1, len(text) - NGRAM + 1))}


def joined(hashes, query, threshold):
    """Connected components of the pairs that are proposed and verified, by the number of their first page."""
    parent = list(range(len(hashes)))

    def find(page):
        while parent[page] != page:
            parent[page] = parent[parent[page]]
            page = parent[page]
        return page

    for page, minhash in enumerate(hashes):
        for other in query(minhash):
            if other > page and minhash.jaccard(hashes[other]) >= threshold:
                parent[find(other)] = find(page)
    return [find(page) for page in range(len(hashes))]


def bcubed(sets, truth):
    """B-cubed precision, recall and F1 of two lists of labels, None being a set of its own."""
    sets, truth = ([("alone", k) if label is None else label for k, label in enumerate(of)] for of in (sets, truth))
    both, of_set, of_truth = map(collections.Counter, (zip(sets, truth), sets, truth))
    shared = [both[pair] for pair in zip(sets, truth)]
    precision = sum(n / of_set[label] for n, label in zip(shared, sets)) / len(sets)
    recall = sum(n / of_truth[label] for n, label in zip(shared, truth)) / len(sets)
    return precision, recall, 2 * precision * recall / (precision + recall)


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def compete(name, path, threshold, answer):
    """One run, in the process that was started for it."""
    pages = lines(path)
    began = time.perf_counter()
    sets = CONTESTANTS[name][1](pages, threshold)
    wall, used = time.perf_counter() - began, os.times()
    with open(answer, "w") as file:
        json.dump({"sets": sets, "wall": wall, "cpu": sum(used[:4])}, file)


def run(name, path, threshold):
    """Starts a contestant and watches its memory."""
    with tempfile.TemporaryDirectory() as folder:
        answer = os.path.join(folder, "answer.json")
        command = [sys.executable, os.path.abspath(__file__), os.path.abspath(path)]
        command += ["--threshold", str(threshold), "--compete", name, answer]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=folder)
        said = []
        reader = threading.Thread(target=lambda: said.append(process.stderr.read()))
        reader.start()
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(map(proportional, family(process.pid))))
            time.sleep(0.02)
        reader.join()
        if process.returncode:
            sys.exit(f"{name} failed:\n{said[0].decode()[-2000:]}")
        with open(answer) as file:
            return {**json.load(file), "peak": peak}


def family(pid):
    """A process and all that it started, their children too."""
    found = [pid]
    for parent in found:
        try:
            for thread in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{thread}/children") as file:
                    found += map(int, file.read().split())
        except OSError:
            pass
    return found


def proportional(pid):
    """Bytes of memory, what several processes share divided among them; 0 for a process that has ended."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return 1024 * sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except OSError:
        return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages")
    parser.add_argument("--truth")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threshold", type=float, default=0.5, help="of the MinHash libraries")
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS), metavar="NAME")
    parser.add_argument("--compete", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.compete:
        return compete(asked.compete[0], asked.pages, asked.threshold, asked.compete[1])

    pages = lines(asked.pages)
    story = {line["id"]: line["story"] for line in lines(asked.truth)} if asked.truth else None
    runs = {name: [] for name in asked.only}
    for _ in range(asked.runs):
        for name in asked.only:
            runs[name].append(run(name, asked.pages, asked.threshold))
    megabytes = sum(len(page["text"].encode()) for page in pages) / 1e6
    print(f"{len(pages)} pages, {megabytes:.2f} MB of text, Python {sys.version.split()[0]}\n")
    print("| contestant | version | wall seconds | CPU seconds | peak memory, MB | B-cubed P | R | F1 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, done in runs.items():
        median = sorted(done, key=lambda each: each["wall"])[len(done) // 2]
        walls = ", ".join(f"{each['wall']:.2f}" for each in done)
        truth = [story[page["id"]] for page in pages] if story else None
        scores = [f"{score:.3f}" for score in bcubed(median["sets"], truth)] if truth else ["", "", ""]
        cells = [name, version(CONTESTANTS[name][0]), walls, f"{median['cpu']:.1f}", f"{median['peak'] / 1e6:.0f}", *scores]
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
