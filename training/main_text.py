#!/usr/bin/env python3
"""Fit the model that finds the article on a saved web page.

    main_text.py [--check]          fit src/corpus/html/main_text.json from training/main_text.csv.gz
    main_text.py --table FEATURES ANSWERS
                                    make the table: FEATURES is what `cargo run --example line_features PAGE...` prints,
                                    ANSWERS has a line {"file", "collection", "site", "body"} for each page

The table has a row for each line of a page: collection, page, fold, label (1 for a line of the article), units (words and Han
characters), weight, and the features of src/corpus/html/features.rs; no text. Of the lines that are links and no text, one
of four is kept, with the weight of four. A line is of the article when more than half of its 5-grams are in the known body.
With --check the model is fitted on four of five folds (all pages of a site in one), and with one collection left out, and
judged on the rest: share of units found and share of units that belong there, mean over pages.
Needs numpy and scikit-learn.
"""
import collections, csv, gzip, hashlib, json, os, re, sys, unicodedata
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE, MODEL = f"{HERE}/main_text.csv.gz", f"{HERE}/../src/corpus/html/main_text.json"
# How much a page of a collection counts: those of news sites with answers made by hand or by rules for the site count
# full; forums and blogs among the pages of `cwced` half; answers of `newspaper4k` are an extractor's.
WEIGHTS = {"cwced": 0.5, "newspaper4k": 0.5, "fundus": 1.5}
UNIT = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]|[^\W_\u4e00-\u9fff\u3400-\u4dbf]+")


def units(text):
    return UNIT.findall(unicodedata.normalize("NFKC", text).lower())


def grams(found):
    return {tuple(found[i : i + 5]) for i in range(max(len(found) - 4, 1))} if found else set()


def make_table(features, answers):
    known = {answer["file"]: answer for answer in map(json.loads, open(answers, encoding="utf-8"))}
    with gzip.GzipFile(TABLE, "w", mtime=0) as packed:
        out, names = None, None
        for page in map(json.loads, open(features, encoding="utf-8")):
            if page["file"] not in known:
                continue
            answer = known[page["file"]]
            if names is None:
                names = page["features"]
                packed.write((",".join(["collection", "page", "fold", "label", "units", "weight", *names]) + "\n").encode())
            body = units(answer["body"])
            whole, flat = grams(body), " " + " ".join(body) + " "
            number = hashlib.sha256(answer["file"].rsplit("/", 1)[-1].encode()).hexdigest()[:8]
            fold = int(hashlib.md5(answer["site"].encode()).hexdigest(), 16) % 5
            linked = names.index("linked")
            for at, (text, row) in enumerate(page["lines"]):
                found = units(text)
                if len(found) >= 5:
                    label = sum(gram in whole for gram in grams(found)) / len(grams(found)) > 0.5
                else:
                    label = len(found) >= 2 and f" {' '.join(found)} " in flat
                # NetEase answers hold boxes of links inside the article.
                label = label and not (answer["collection"] == "netease" and row[linked] > 0.5)
                link = not label and row[linked] > 0.9
                if link and at % 4:
                    continue
                cells = [answer["collection"], number, fold, int(label), len(found), 4 if link else 1, *(f"{value:.4g}" for value in row)]
                packed.write((",".join(map(str, cells)) + "\n").encode())


def read_table():
    rows = csv.reader(gzip.open(TABLE, "rt"))
    names = next(rows)[6:]
    pages = collections.OrderedDict()
    for row in rows:
        pages.setdefault((row[0], row[1], int(row[2])), []).append([float(cell) for cell in row[3:]])
    return names, {page: np.array(lines) for page, lines in pages.items()}


def fit(pages):
    features = np.vstack([lines[:, 3:] for lines in pages.values()])
    labels = np.concatenate([lines[:, 0] > 0.5 for lines in pages.values()])
    weights = []
    for (collection, _, _), lines in pages.items():
        weight = (np.sqrt(lines[:, 1]) + 1) * lines[:, 2]
        weights.append(100 * WEIGHTS.get(collection, 1) * weight / weight.sum())
    model = HistGradientBoostingClassifier(max_iter=120, max_leaf_nodes=12, learning_rate=0.07, min_samples_leaf=40, l2_regularization=20.0, max_features=0.3, random_state=1)
    return model.fit(features, labels, sample_weight=np.concatenate(weights))


def judge(model, pages):
    """Mean over pages of recall, precision and F, in units of the lines kept and known."""
    found = []
    for lines in pages.values():
        kept, known, size = model.decision_function(lines[:, 3:]) > 0, lines[:, 0] > 0.5, lines[:, 1] * lines[:, 2]
        both = size[kept & known].sum()
        r, p = both / max(size[known].sum(), 1), both / max(size[kept].sum(), 1)
        found.append((r, p, 2 * r * p / max(r + p, 1e-9)))
    return "recall %.4f precision %.4f F %.4f" % tuple(np.mean(found, axis=0))


def check(pages):
    collected = sorted({page[0] for page in pages})
    for fold in range(5):
        model = fit({page: lines for page, lines in pages.items() if page[2] != fold})
        for collection in collected:
            left = {page: lines for page, lines in pages.items() if page[2] == fold and page[0] == collection}
            if left:
                print(f"fold {fold} {collection:12} {len(left):3} pages {judge(model, left)}", flush=True)
    for collection in collected:
        model = fit({page: lines for page, lines in pages.items() if page[0] != collection})
        print(f"without {collection:12} {judge(model, {page: lines for page, lines in pages.items() if page[0] == collection})}", flush=True)


def nodes(tree):
    """The nodes of a tree as the program reads them: feature, threshold, left, right, value; a node's value is the mean of
    its leaves by the rows that reach them."""
    def value(at):
        node = tree[at]
        if node["is_leaf"]:
            return node["value"]
        left, right = int(node["left"]), int(node["right"])
        sizes = tree[left]["count"], tree[right]["count"]
        return (value(left) * sizes[0] + value(right) * sizes[1]) / max(sum(sizes), 1)

    out = []
    for at, node in enumerate(tree):
        if node["is_leaf"]:
            out.append([-1, 0, 0, 0, round(float(node["value"]), 5)])
        else:
            out.append([int(node["feature_idx"]), float(f'{node["num_threshold"]:.6g}'), int(node["left"]), int(node["right"]), round(float(value(at)), 5)])
    return out


def write(model, names):
    trees = [nodes(predictor[0].nodes) for predictor in model._predictors]
    with open(MODEL, "w", encoding="utf-8") as out:
        out.write('{"features": %s,\n"bias": %.6g,\n"trees": [\n' % (json.dumps(names), float(model._baseline_prediction.ravel()[0])))
        out.write(",\n".join(json.dumps(tree, separators=(",", ":")) for tree in trees))
        out.write("\n]}\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--table"]:
        make_table(*sys.argv[2:4])
    else:
        names, pages = read_table()
        write(fit(pages), names)
        if "--check" in sys.argv:
            check(pages)
