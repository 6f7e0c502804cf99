#!/usr/bin/env python3
"""Fit the weights of the origin stage, and say how good and how well calibrated they are.

    fit_origin.py table --labels ORIGINS.jsonl NAME=GROUNDS.jsonl... > origin_readers.tsv
    fit_origin.py fit --readers origin_readers.tsv --made DIR... [--write]

GROUNDS.jsonl is what `examples/origin_grounds.rs` writes of a corpus. `table` joins it with what readers found out about
sets of that corpus, a JSON line a set: `corpus`, `pages`, `same_article`, `tellable` (sure, likely, no),
`origin_outlets`, `origin_page`. It keeps numbers only: a row a candidate, without texts, names and ids.

DIR holds a made history (`examples/make_histories.rs`): `truth.jsonl`, and its grounds as `grounds.jsonl`.

Both models are conditional logits (McFadden 1974): among the candidates of a set, or the arrows into a page, the right one
is chosen with a probability proportional to the exponential of its weighted evidence. Where several are right (pages of one
outlet at one time), their probabilities count together. The likelihood is climbed with a ridge penalty (L-BFGS). A set that
readers traced counts as much as READER made ones.

`fit` prints the weights, then the fit with each readers' corpus left out in turn: `right`, `silent`, `unnamed` (a page whose
outlet is not known) and `wrong` of the sets whose origin readers are sure of; of the verdicts with a probability of .9 or more,
the share that is right; and the expected calibration error (ECE, ten bins), for all verdicts and by stratum. `--write` puts
the weights beside the stage.
"""
import argparse, collections, json, os, re, sys
import numpy as np
from scipy.optimize import minimize

ORIGIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "origin")
READER = 4.0
RIDGE = 2.0
KINDS = json.load(open(f"{ORIGIN}/origin_weights.json"))["features"]
HINTS = json.load(open(f"{ORIGIN}/parent_weights.json"))["features"]


def lines(path):
    return (json.loads(line) for line in open(path, encoding="utf-8") if line.strip())


class Set:
    """The candidates of one set: a matrix of evidence, which are pages, whose outlet is known, which are right."""

    def __init__(self, x, page, known, right, stratum, tellable="sure", hidden=False):
        self.x, self.page, self.known, self.right = x, page, known, right
        self.stratum, self.tellable, self.hidden = stratum, tellable, hidden


def matrix(candidates):
    return np.array([[c["evidence"].get(kind, 0.0) for kind in KINDS] for c in candidates])


def is_silent(x):
    named = [KINDS.index(kind) for kind in ("named_by_pages", "credits_another", "links_elsewhere", "linked_by_others", "host_linked")]
    return not np.any(x[:, named])


def stratum_of(x):
    return "nobody named" if is_silent(x) else "somebody named"


# Readers

def letters(name):
    return re.sub(r"[\W_]+", "", name or "").lower()


def is_alike(name, names):
    """One of the names, or a part of one, or one is a part of it: readers list the names an outlet goes by."""
    mine = letters(name)
    others = [letters(other) for other in names]
    near = lambda other: mine == other or (min(len(mine), len(other)) >= 3 and (mine in other or other in mine))
    return bool(mine) and any(other and near(other) for other in others)


def right_candidates(set_, label):
    """The places of the candidates that readers name; that of "unknown" where they name none that is here."""
    candidates = set_["candidates"]
    def is_right(c):
        is_page = label["origin_page"] is not None and c["document"] == label["origin_page"]
        return (c["document"] or c["outlet"]) and (is_page or is_alike(c["outlet"], label["origin_outlets"]))
    right = [k for k, c in enumerate(candidates) if label["tellable"] != "no" and is_right(c)]
    # Of several pages of one outlet the earliest.
    later = KINDS.index("later")
    x = matrix(candidates)
    pages = [k for k in right if candidates[k]["document"]]
    least = min((x[k, later] for k in pages), default=0.0)
    right = [k for k in right if k not in pages or x[k, later] == least]
    return right or [k for k, c in enumerate(candidates) if not c["document"] and not c["outlet"]]


def table(labels, grounds):
    print("corpus\tset\ttellable\tcandidate\tknown\tright\t" + "\t".join(KINDS))
    for corpus, path in grounds:
        sets = list(lines(path))
        of_page = {page: k for k, set_ in enumerate(sets) for page in set_["members"]}
        number = 0
        for label in lines(labels):
            if label["corpus"] != corpus or not label["same_article"]:
                continue
            most = collections.Counter(of_page[page] for page in label["pages"] if page in of_page).most_common(1)
            if not most or most[0][1] < 2:
                continue
            set_ = sets[most[0][0]]
            right = right_candidates(set_, label)
            for k, c in enumerate(set_["candidates"]):
                what = "page" if c["document"] else "outside" if c["outlet"] else "unknown"
                values = [f"{c['evidence'][kind]:.4g}" if kind in c["evidence"] else "" for kind in KINDS]
                print(corpus, number, label["tellable"], what, int(bool(c["outlet"])), int(k in right), *values, sep="\t")
            number += 1


def read_table(path):
    """Sets by corpus."""
    rows = [line.rstrip("\n").split("\t") for line in open(path, encoding="utf-8")]
    columns, sets = rows[0], collections.defaultdict(list)
    assert columns[6:] == KINDS, "the table is of other kinds of evidence: make it again"
    grouped = collections.OrderedDict()
    for row in rows[1:]:
        grouped.setdefault((row[0], row[1]), []).append(row)
    for (corpus, _), of_set in grouped.items():
        x = np.array([[float(value or 0) for value in row[6:]] for row in of_set])
        column = lambda at, value: np.array([row[at] == value for row in of_set])
        sets[corpus].append(Set(x, column(3, "page"), column(4, "1"), column(5, "1"), stratum_of(x), of_set[0][2]))
    return sets


# Made histories

def made(folder):
    """The choices of origins, and of parents, in a made history."""
    truth = {t["id"]: t for t in lines(f"{folder}/truth.jsonl")}
    inside = {t["story"] for t in truth.values() if t["relation"] == "original"}
    origins, arrows = [], []
    for set_ in lines(f"{folder}/grounds.jsonl"):
        story, count = max(collections.Counter(truth[page]["story"] for page in set_["members"]).items(), key=lambda n: (n[1], n[0]))
        if count < 2:
            continue
        arrows.extend(parents(set_, story, truth))
        names = {name for page in set_["members"] if truth[page]["story"] == story for name in truth[page]["origin_names"]}
        def is_right(c):
            if c["document"]:
                page = truth[c["document"]]
                return page["story"] == story and page["relation"] == "original"
            return story not in inside and c["outlet"] in names
        right = np.array([bool(is_right(c)) for c in set_["candidates"]])
        if not right.any():
            if story in inside:
                continue
            right = np.array([not c["document"] and not c["outlet"] for c in set_["candidates"]])
        x = matrix(set_["candidates"])
        page, known = (np.array([bool(c[field]) for c in set_["candidates"]]) for field in ("document", "outlet"))
        origins.append(Set(x, page, known, right, stratum_of(x), hidden=story not in inside))
    return origins, arrows


def parents(set_, story, truth):
    place = {page: k + 1 for k, page in enumerate(set_["members"])}
    for page, row in zip(set_["members"], set_["arrows"]):
        told = truth[page]
        if told["story"] != story or told["relation"] == "original":
            continue
        parent = place.get(told["parent"], None) if told["parent"] else 0
        if parent is None:
            continue
        kept = [k for k, hints in enumerate(row) if hints is not None]
        if parent in kept:
            yield np.array([row[k] for k in kept]), np.array([k == parent for k in kept])


# The model

def fit(choices, width, ridge=RIDGE):
    """The weights that make the right options likeliest. `choices`: (weight, options × features, right)."""
    sizes = np.array([len(x) for _, x, _ in choices])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    of = np.repeat(np.arange(len(sizes)), sizes)
    x, right = np.vstack([x for _, x, _ in choices]), np.concatenate([right for *_, right in choices])
    counts = np.array([count for count, *_ in choices])

    def loss(w):
        z = x @ w
        e = np.exp(z - np.maximum.reduceat(z, starts)[of])
        total, hit = np.add.reduceat(e, starts), np.add.reduceat(np.where(right, e, 0.0), starts)
        value = -(counts * np.log((hit + 1e-300) / total)).sum() + ridge / 2 * (w @ w)
        pull = counts[of] * (np.where(right, e, 0.0) / (hit + 1e-300)[of] - e / total[of])
        return value, -(x.T @ pull) + ridge * w

    return minimize(loss, np.zeros(width), jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x


def probabilities(x, w):
    z = x @ w
    e = np.exp(z - z.max())
    return e / e.sum()


def fit_origins(of_readers, of_made):
    choices = [(READER, s.x, s.right) for sets in of_readers for s in sets] + [(1.0, s.x, s.right) for s in of_made]
    return fit(choices, len(KINDS))


# Measures

NAMING = [KINDS.index(kind) for kind in ("credited_by_others", "credits_itself", "linked_by_others", "host_linked", "own_dateline", "dateline_elsewhere", "reporters_speak", "bylined", "earliest", "original_title", "claimed_elsewhere", "sole_outlet")]


def verdict(s, w):
    """The place of what is named and its probability; "unknown" has the probability that no page is the origin."""
    p = probabilities(s.x, w)
    best = int(np.argmax(p))
    unknown = len(p) - 1 if not (s.page[-1] or s.known[-1]) else int(np.flatnonzero(~s.page & ~s.known)[0])
    if s.page[best] and not any(s.x[best, k] * w[k] > 0 for k in NAMING):
        best = unknown
    return best, p[best] if best != unknown else 1.0 - p[s.page].sum(), best == unknown


def ece(verdicts):
    bins = [[v for v in verdicts if int(min(v[0], 0.999) * 10) == k] for k in range(10)]
    return sum(abs(sum(p - right for p, right in b)) for b in bins) / max(len(verdicts), 1)


def judge(sets, w):
    """Counts by (tellable, outcome), and verdicts as (probability, right, stratum, named)."""
    counts, verdicts = collections.Counter(), []
    for s in sets:
        best, p, is_unknown = verdict(s, w)
        page_right = (s.right & s.page).any()
        right = bool(s.right[best]) and not is_unknown
        counts[s.tellable] += 1
        counts[s.tellable, "right" if right else "silent" if is_unknown else "unnamed" if not s.known[best] else "wrong"] += 1
        if s.tellable != "no":  # else nobody knows
            verdicts.append((p, not page_right if is_unknown else right, s.stratum, not is_unknown))
        elif not is_unknown:
            counts["no", "named with p >= .8"] += p >= 0.8
    return counts, verdicts


def told(counts, verdicts):
    sure = max(counts["sure"], 1)
    shares = " ".join(f"{what} {counts['sure', what] / sure:.3f}" for what in ("right", "silent", "unnamed", "wrong"))
    named = [v for v in verdicts if v[3]]
    high = [right for p, right, _, _ in named if p >= 0.9]
    return f"{shares} | named with p >= .9: {len(high)}, right {np.mean(high) if high else 0:.3f} | ECE {ece([v[:2] for v in verdicts]):.3f}, of those named {ece([v[:2] for v in named]):.3f} | untellable {counts['no']}, named with p >= .8: {counts['no', 'named with p >= .8']}"


def report(readers, made_sets, weights):
    for kind, weight in zip(KINDS, weights):
        print(f"| `{kind}` | {weight:.2f} |")
    print("\nmade histories, fitted on:", told(*judge(made_sets, weights)))
    print("readers, fitted on:", told(*judge([s for sets in readers.values() for s in sets], weights)))
    counts, verdicts = collections.Counter(), []
    for left_out in sorted(readers):
        w = fit_origins([sets for corpus, sets in readers.items() if corpus != left_out], made_sets)
        c, v = judge(readers[left_out], w)
        print(f"readers, {left_out} left out ({c['sure']} sure of {len(v)}):", told(c, v))
        counts.update(c)
        verdicts += v
    print("readers, each corpus left out in turn:", told(counts, verdicts))
    for stratum in ("somebody named", "nobody named"):
        of = [v for v in verdicts if v[2] == stratum]
        print(f"  {stratum}: {len(of)} verdicts, mean probability {np.mean([v[0] for v in of]):.3f}, right {np.mean([v[1] for v in of]):.3f}, ECE {ece([v[:2] for v in of]):.3f}")
    print("calibration, each corpus left out in turn: verdicts, mean probability, share right")
    for k in range(10):
        of = [v for v in verdicts if int(min(v[0], 0.999) * 10) == k]
        if of:
            print(f"  {len(of):4} {np.mean([v[0] for v in of]):.3f} {np.mean([v[1] for v in of]):.3f}")


GROUPS = {
    "statements": ["credited_by_others", "credits_itself", "credits_another", "linked_by_others", "links_elsewhere", "host_linked", "own_dateline", "foreign_dateline", "dateline_elsewhere", "named_by_pages", "uncontested", "bylined", "original_title", "foreign_house", "claimed_elsewhere", "named_outside"],
    "reporters": ["reporters_speak"],
    "clocks": ["earliest", "tied_earliest", "later"],
    "text": ["missing_text", "extra_text", "none_whole"],
    "make-up": ["make_up"],
    "standing": ["role_originates", "role_copies", "habit"],
    "outlets of the pages": ["sole_outlet", "unknown_outlet"],
}


def without(readers, made_sets, weights):
    """What groups of evidence add: share of right choices and log loss with their weights set to 0."""
    def quality(sets, w):
        right = [probabilities(s.x, w)[s.right].sum() for s in sets]
        return np.mean([bool(s.right[np.argmax(probabilities(s.x, w))]) for s in sets]), -np.mean(np.log(np.maximum(right, 1e-9)))
    print("\n| without | made, right | log loss | readers, right | log loss |")
    both = made_sets, [s for sets in readers.values() for s in sets]
    for name, kinds in [("nothing", []), *GROUPS.items()]:
        w = np.array([0.0 if kind in kinds else weight for kind, weight in zip(KINDS, weights)])
        print(f"| {name} | " + " | ".join(f"{right:.3f} | {loss:.3f}" for right, loss in (quality(sets, w) for sets in both)) + " |")


def write(name, features, weights):
    rounded = [round(float(weight), 2) + 0.0 for weight in weights]
    with open(f"{ORIGIN}/{name}", "w", encoding="utf-8") as file:
        json.dump({"features": features, "intercept": 0.0, "weights": rounded}, file, indent=1)
        file.write("\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = arguments.add_subparsers(dest="command", required=True)
    to_table = commands.add_parser("table")
    to_table.add_argument("--labels", required=True)
    to_table.add_argument("grounds", nargs="+")
    to_fit = commands.add_parser("fit")
    to_fit.add_argument("--readers", required=True)
    to_fit.add_argument("--made", nargs="+", required=True)
    to_fit.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    if options.command == "table":
        return table(options.labels, [grounds.split("=", 1) for grounds in options.grounds])
    readers = read_table(options.readers)
    histories = [made(folder) for folder in options.made]
    sets, arrows = ([choice for history in histories for choice in history[at]] for at in (0, 1))
    weights = fit_origins(list(readers.values()), sets)
    report(readers, sets, weights)
    without(readers, sets, weights)
    of_arrows = fit([(1.0, x, right) for x, right in arrows], len(HINTS)) if arrows else None
    for hint, weight in zip(HINTS, of_arrows if arrows else []):
        print(f"| `{hint}` | {weight:.2f} |")
    if options.write:
        write("origin_weights.json", KINDS, weights)
        if arrows:
            write("parent_weights.json", HINTS, of_arrows)


if __name__ == "__main__":
    sys.exit(main())
