"""Fits the same-article model: the probability that two pages carry the same article.

    same_article.py fit                        fit src/verify/same_article.json on the table
    same_article.py check                      F1 with each corpus left out of the fit in turn
    same_article.py add NAME PAGES LABELS      measure labelled pairs of a corpus and put them into the table
    same_article.py add-truth NAME DIR [N]     the same for N pairs of a simulated corpus with its truth

The table is same_article.csv.gz: corpus, label (1: the same article), sure (1: two careful readers would agree), embedded
(1: one text is complete and stands inside the other) and the features that the program computes. It holds no text.
LABELS is JSON Lines: {"a": id, "b": id, "label": "R" | "E" | "P" | "T" | "N", "sure": bool}, of which R is the same article,
or verdicts as the program reads them: {"a": id, "b": id, "same_article": bool}. `add` runs the program's example
`pair_features`; --features names a build of it. Wants numpy and scikit-learn.
"""
import argparse, gzip, json, pathlib, random, subprocess
import numpy as np
from logistic import logistic, raw_weights, read_rows

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "training/same_article.csv.gz"
MODEL = ROOT / "src/verify/same_article.json"
KEYS = ["corpus", "label", "sure", "embedded"]
SIMULATED = "simulated"
# What a label counts for that two careful readers might give otherwise, and one of a text embedded in another.
UNSURE, EMBEDDED = 0.4, 3.0
# What all simulated pairs together count for, of what all real ones do. They are drawn alike by thousands.
SIMULATED_WEIGHT = 0.5
# Inverse strength of the penalty on the weights of standardised features.
PENALTY = 0.3


def read_table():
    names, rows = read_rows(TABLE, KEYS)
    for row in rows:
        row.update({key: int(row[key]) for key in KEYS[1:]})
        row["features"] = [float(row[name]) for name in names]
    return names, rows


def write_table(names, rows):
    rows = sorted(rows, key=lambda row: (row["corpus"], row["label"], row["features"]))
    with gzip.GzipFile(TABLE, "wb", mtime=0) as packed:
        lines = [",".join(KEYS + names)]
        lines += [",".join([row["corpus"], *(str(row[key]) for key in KEYS[1:]), *(f"{x:.4g}" for x in row["features"])]) for row in rows]
        packed.write(("\n".join(lines) + "\n").encode())


def measured(example, pages):
    """Names of the features, and the features of every pair that a run compares."""
    command = [example, pages] if example else ["cargo", "run", "--release", "--quiet", "--example", "pair_features", "--", pages]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    pairs = map(json.loads, lines[1:])
    return json.loads(lines[0])["names"], {frozenset((p["a"], p["b"])): p["features"] for p in pairs}


def labelled(path):
    for line in open(path, encoding="utf-8"):
        pair = json.loads(line)
        if "same_article" in pair:
            yield {"a": pair["a"], "b": pair["b"], "label": int(pair["same_article"]), "sure": 1, "embedded": 0}
        elif "label" in pair:
            label, sure = pair["label"], int(pair.get("sure", True))
            yield {"a": pair["a"], "b": pair["b"], "label": int(label == "R"), "sure": sure, "embedded": int(label == "E")}


def from_truth(folder, pairs, count):
    """Pairs of a simulated corpus, half of them one article and half of them others that share a tenth or more.

    A simulator that draws its base articles with replacement publishes some under two stories. Such a pair is one article
    that its truth calls two: where pages name their base article (`bases`, its own first), it is left out."""
    truth = {page["id"]: page for page in map(json.loads, open(f"{folder}/truth.jsonl", encoding="utf-8"))}
    base = {name: page["bases"][0] if page.get("bases") else name for name, page in truth.items()}
    draw = random.Random(1)
    found = {True: [], False: []}
    for pair, features in sorted(pairs.items(), key=lambda item: sorted(item[0])):
        a, b = pair
        same = truth[a]["story"] == truth[b]["story"]
        if same or features[0] > 0.1 and base[a] != base[b]:
            found[same].append({"a": a, "b": b, "label": int(same), "sure": 1, "embedded": 0})
    return [pair for group in found.values() for pair in draw.sample(group, min(count // 2, len(group)))]


def add(name, example, pages, labels):
    names, pairs = measured(example, pages)
    rows = []
    if TABLE.exists():
        old, rows = read_table()
        # After a change of the features every corpus has to be measured again.
        rows = [row for row in rows if row["corpus"] != name] if old == names else []
    for pair in labels(pairs):
        features = pairs.get(frozenset((pair["a"], pair["b"])))
        if features:
            rows.append({"corpus": name, "features": features, **{key: pair[key] for key in KEYS[1:]}})
    write_table(names, rows)
    print(f"{sum(row['corpus'] == name for row in rows)} pairs of {name}, {len(rows)} in all")


def weights(rows):
    """Every real corpus counts for the root of its pairs, so that none drowns the others."""
    weight = np.array([(1 if row["sure"] else UNSURE) * (EMBEDDED if row["embedded"] else 1) for row in rows])
    corpora = np.array([SIMULATED if row["corpus"].startswith(SIMULATED) else row["corpus"] for row in rows])
    for corpus in set(corpora) - {SIMULATED}:
        weight[corpora == corpus] *= weight[corpora == corpus].sum() ** -0.5
    real = weight[corpora != SIMULATED].sum()
    weight[corpora == SIMULATED] *= SIMULATED_WEIGHT * real / max(weight[corpora == SIMULATED].sum(), 1)
    return weight * len(rows) / weight.sum()


def fitted(rows):
    features, labels = np.array([row["features"] for row in rows]), np.array([row["label"] for row in rows])
    # The penalty is meant for as many pairs as there are real ones.
    real = sum(not row["corpus"].startswith(SIMULATED) for row in rows)
    return logistic(PENALTY).fit(features, labels, logisticregression__sample_weight=weights(rows) * real / len(rows))


def fit():
    names, rows = read_table()
    model = fitted(rows)
    intercept, weight = raw_weights(model)
    lines = [f'"features": {json.dumps(names)}', f'"intercept": {intercept:.4f}', f'"weights": [{", ".join(f"{w:.4f}" for w in weight)}]']
    MODEL.write_text("{\n  " + ",\n  ".join(lines) + "\n}\n", encoding="utf-8")
    for name, w, spread in zip(names, weight, model[-1].coef_[0]):
        print(f"{name:30} {w:8.3f}  ({spread:+.2f} a standard deviation)")


def f1(labels, joined):
    true = int((labels & joined).sum())
    return 2 * true / max(labels.sum() + joined.sum(), 1)


def check():
    _, rows = read_table()
    scores = []
    for corpus in sorted({row["corpus"] for row in rows if not row["corpus"].startswith(SIMULATED)}):
        model = fitted([row for row in rows if row["corpus"] != corpus])
        held = [row for row in rows if row["corpus"] == corpus]
        joined = model.predict_proba(np.array([row["features"] for row in held]))[:, 1] >= 0.5
        label, sure, embedded = (np.array([row[key] for row in held]) == 1 for key in KEYS[1:])
        some = sure & ~embedded
        scores.append(f1(label[some], joined[some]))
        print(f"{corpus:20} {some.sum():4} pairs, F1 {scores[-1]:.3f}; embedded joined {joined[embedded].mean() if embedded.any() else 0:.2f}")
    print(f"mean {np.mean(scores):.3f}, least {min(scores):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--features", help="a build of the example pair_features")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("fit", "check"):
        commands.add_parser(name)
    one = commands.add_parser("add")
    for argument in ("name", "pages", "labels"):
        one.add_argument(argument)
    truth = commands.add_parser("add-truth")
    truth.add_argument("name")
    truth.add_argument("folder")
    truth.add_argument("count", nargs="?", type=int, default=1600)
    told = parser.parse_args()
    if told.command == "add":
        add(told.name, told.features, told.pages, lambda pairs: labelled(told.labels))
    elif told.command == "add-truth":
        add(told.name, told.features, f"{told.folder}/corpus.jsonl", lambda pairs: from_truth(told.folder, pairs, told.count))
    else:
        {"fit": fit, "check": check}[told.command]()


if __name__ == "__main__":
    main()
