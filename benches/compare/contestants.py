"""What is compared. Each function takes the path of the pages, the pages and the threshold, and returns a label per page:
pages with one label are one set, and None is a page alone."""

import json
import os
import pickle
import re
import subprocess
import tempfile
import unicodedata

NGRAM, PERMUTATIONS, BANDS = 5, 128, 32


def tonggao(path, pages, _, *options):
    """The program, from the file on: it reads the pages again."""
    with tempfile.TemporaryDirectory() as folder:
        command = [os.environ["TONGGAO"], "detect", path, "--out", f"{folder}/out", "--quiet", *options]
        subprocess.run(command, check=True)
        with open(f"{folder}/out/documents.jsonl", encoding="utf-8") as file:
            return [json.loads(line)["cluster"] for line in file]


def only_clusters(*given):
    return tonggao(*given, "--only", "clusters", "--no-report", "--no-matches")


def gaoya(_, pages, threshold):
    from gaoya.minhash import MinHashStringIndex

    rows = PERMUTATIONS // BANDS
    index = MinHashStringIndex(32, threshold, BANDS, rows, None, "char", True, (NGRAM, NGRAM))
    texts = [folded(page["text"]) for page in pages]
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    found = index.par_bulk_query(texts)
    return components(len(texts), ((page, other) for page, others in enumerate(found) for other in others))


def rensa(_, pages, threshold):
    from rensa import RMinHash, RMinHashLSH

    hashes = RMinHash.from_token_sets([list(shingles(page["text"])) for page in pages], PERMUTATIONS, 42)
    index = RMinHashLSH(threshold, PERMUTATIONS, BANDS)
    index.insert_pairs(list(enumerate(hashes)))
    return components(len(pages), verified(hashes, index.query, threshold))


def datasketch(_, pages, threshold):
    from datasketch import MinHash, MinHashLSH

    tokens = [[token.encode() for token in shingles(page["text"])] for page in pages]
    hashes = list(MinHash.generator(tokens, num_perm=PERMUTATIONS))
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    with index.insertion_session() as session:
        for number, minhash in enumerate(hashes):
            session.insert(number, minhash)
    return components(len(pages), verified(hashes, index.query, threshold))


def text_dedup(_, pages, threshold):
    """It splits words at spaces, so its text has one between any two characters."""
    import pyarrow
    import pyarrow.parquet

    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HF_HOME=folder, HF_HUB_OFFLINE="1")
        os.chdir(folder)
        os.mkdir("pages")
        spaced = pyarrow.table({"text": [" ".join(folded(page["text"])) for page in pages]})
        pyarrow.parquet.write_table(spaced, "pages/pages.parquet")
        with open("config.toml", "w") as file:
            file.write(TEXT_DEDUP.format(permutations=PERMUTATIONS, threshold=threshold, ngram=NGRAM))
        from text_dedup.config.base import Config
        from text_dedup.minhash import main

        main(Config())
        with open("out/clusters.pickle", "rb") as file:
            clusters = pickle.load(file)
        os.chdir("/")
    return [clusters.get(number) for number in range(len(pages))]


TEXT_DEDUP = """
[input]
input_type = "local_files"
file_type = "parquet"
[input.read_arguments]
path = "pages"
split = "train"
[algorithm]
algorithm_name = "minhash"
text_column = "text"
num_perm = {permutations}
threshold = {threshold}
ngram_size = {ngram}
check_false_positive = true
[output]
output_dir = "out"
save_clusters = true
[debug]
"""

CONTESTANTS = {
    "tonggao, only clusters": ("tonggao", only_clusters),
    "tonggao, everything": ("tonggao", tonggao),
    "gaoya": ("gaoya", gaoya),
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


def verified(hashes, query, threshold):
    """The pairs that an index proposes and whose estimated resemblance is high enough."""
    for page, minhash in enumerate(hashes):
        for other in query(minhash):
            if other > page and minhash.jaccard(hashes[other]) >= threshold:
                yield page, other


def components(count, pairs):
    """Connected components, by the number of one of their pages."""
    parent = list(range(count))

    def find(page):
        while parent[page] != page:
            parent[page] = parent[parent[page]]
            page = parent[page]
        return page

    for page, other in pairs:
        parent[find(other)] = find(page)
    return [find(page) for page in range(count)]
