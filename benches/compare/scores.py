"""How well sets of pages agree with what is known."""

import collections


def bcubed(labels, stories):
    """B-cubed precision and recall (Bagga and Baldwin 1998) of sets against the story of each page."""
    labels = [("alone", page) if label is None else label for page, label in enumerate(labels)]
    both, of_set, of_story = map(collections.Counter, (zip(labels, stories), labels, stories))
    shared = [both[pair] for pair in zip(labels, stories)]
    precision = sum(n / of_set[label] for n, label in zip(shared, labels)) / len(labels)
    recall = sum(n / of_story[story] for n, story in zip(shared, stories)) / len(labels)
    return precision, recall


def of_pairs(label_of, pairs):
    """Precision and recall on pairs that people have judged, given as two ids and whether both are one article."""
    is_joined = [label_of[a] is not None and label_of[a] == label_of[b] for a, b, _ in pairs]
    is_one = [one for _, _, one in pairs]
    right = sum(joined and one for joined, one in zip(is_joined, is_one))
    return right / max(sum(is_joined), 1), right / max(sum(is_one), 1)


def f1(precision, recall):
    return 2 * precision * recall / max(precision + recall, 1e-9)
