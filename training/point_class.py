"""Fits the classes of talking points: saying, term or formula.

    point_class.py fit                          fit the weights in src/talking_points/ on the table
    point_class.py check                        accuracy, and sayings among the first 40, with each corpus left out in turn
    point_class.py add NAME FEATURES LABELS     put labelled points of a corpus into the table

The table is point_class.csv.gz: corpus, label, reader (1: judged by somebody who built none of this), and the features that
the program computes. It holds no text. FEATURES is what the program's example `point_features` writes of the corpus, LABELS
is JSON Lines: {"text": WORDING, "class": "saying" | "term" | "formula", "reader": 0 | 1}. Wants numpy and scikit-learn.

Boosted trees decide whether a point is a saying, and others whether one that is none is a term.
"""
import gzip, json, pathlib, sys
import numpy as np
from logistic import read_rows
from sklearn.ensemble import GradientBoostingClassifier

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE / "point_class.csv.gz"
STAGE = HERE.parent / "src/talking_points"
# What points count in the fit, others count 1: those of a corpus of a few pages, as there are few, and those that were judged
# by somebody who built none of this.
OF_FEW_PAGES = {"seeds": 4}
READERS = 2
KEYS = ["corpus", "label", "reader"]
FIRST = 40
# The probability from which on the program lists a saying.
SAYING = 0.5


def read_table():
    names, rows = read_rows(TABLE, KEYS)
    features = np.array([[float(row[name]) for name in names] for row in rows])
    column = lambda key: np.array([row[key] for row in rows])
    return names, column("corpus"), column("label"), column("reader") == "1", features


def write_table(names, rows):
    rows = sorted(rows)
    with gzip.GzipFile(TABLE, "wb", mtime=0) as packed:
        lines = [",".join(KEYS + names)] + [",".join([*row[:3], *(f"{float(x):.5g}" for x in row[3])]) for row in rows]
        packed.write(("\n".join(lines) + "\n").encode())


def trees():
    return GradientBoostingClassifier(n_estimators=200, max_depth=3, subsample=0.5, learning_rate=0.03, min_samples_leaf=8,
                                      max_features=0.4, random_state=0)


def fitted(features, labels, corpora, readers):
    saying = labels == "saying"
    rest = ~saying
    weights = np.array([OF_FEW_PAGES.get(corpus, 1.0) for corpus in corpora]) * np.where(readers, READERS, 1.0)
    return [trees().fit(features, saying, weights), trees().fit(features[rest], labels[rest] == "term", weights[rest])]


def chances(models, features):
    return [model.predict_proba(features)[:, 1] for model in models]


def classes(saying, term):
    return np.where(saying >= SAYING, "saying", np.where(term >= 0.5, "term", "formula"))


def check():
    names, corpora, labels, readers, features = read_table()
    for corpus in sorted(set(corpora)):
        mine = corpora == corpus
        saying, term = chances(fitted(features[~mine], labels[~mine], corpora[~mine], readers[~mine]), features[mine])
        right = classes(saying, term) == labels[mine]
        listed = saying >= SAYING
        best = labels[mine][np.argsort(-saying)[:FIRST]] == "saying"
        by_reader = right[readers[mine]]
        mean = lambda values: f"{np.mean(values):.2f}" if len(values) else "-"
        print(f"{corpus}: {mine.sum()} points, class right {mean(right)} (readers' {mean(by_reader)} of {len(by_reader)}), "
              f"sayings {(labels[mine] == 'saying').sum()}, among the first {len(best)} {best.sum()}, "
              f"listed {listed.sum()}, of these right {mean(labels[mine][listed] == 'saying')}")


def write_trees(model, names, path):
    def nodes(tree):
        value = lambda at: round(float(model.learning_rate * tree.value[at].ravel()[0]), 5)
        leaf = lambda at: [-1, 0, 0, 0, value(at)]
        inner = lambda at: [int(tree.feature[at]), float(f"{tree.threshold[at]:.7g}"), int(tree.children_left[at]), int(tree.children_right[at]), value(at)]
        return [leaf(at) if tree.children_left[at] < 0 else inner(at) for at in range(tree.node_count)]

    share = model.init_.class_prior_[1]
    bias = float(np.log(share / (1 - share)))
    packed = ",\n".join(json.dumps(nodes(tree.tree_), separators=(",", ":")) for tree in model.estimators_.ravel())
    path.write_text('{"features": %s,\n"bias": %.6g,\n"trees": [\n%s\n]}\n' % (json.dumps(names), bias, packed), encoding="utf-8")


def fit():
    names, corpora, labels, readers, features = read_table()
    saying, term = fitted(features, labels, corpora, readers)
    write_trees(saying, names, STAGE / "saying.json")
    write_trees(term, names, STAGE / "term.json")


def add(corpus, features, labels):
    lines = [json.loads(line) for line in open(features, encoding="utf-8")]
    names, points = lines[0]["names"], {point["text"]: point["features"] for point in lines[1:]}
    rows = []
    if TABLE.exists():
        known, corpora, classes_, readers, values = read_table()
        if known == names:
            kept = zip(corpora, classes_, readers, values)
            rows = [(c, label, str(int(reader)), list(row)) for c, label, reader, row in kept if c != corpus]
    for label in map(json.loads, open(labels, encoding="utf-8")):
        if label["text"] in points:
            rows.append((corpus, label["class"], str(label["reader"]), points[label["text"]]))
    write_table(names, rows)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {"fit": fit, "check": check, "add": add}[command](*arguments)
