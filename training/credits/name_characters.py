#!/usr/bin/env python3
"""Writes src/lexicon/name_characters.tsv: how much likelier characters are in names than in text.

    name_characters.py DICT > src/lexicon/name_characters.tsv

DICT is jieba's dict.txt (MIT): words with their frequency and class, of which nr are names. `pip download jieba` has
it, and so has the crate jieba-rs in src/data/. family_names.tsv and byline_counts.tsv lie beside this script. A name
counts once in the dictionary and eight times in the bylines; the other words, by their frequency, are text.
"""
import collections
import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BYLINE = 8  # what a name of a byline counts
LEAST = 8  # a given-name character counts from so many on
ENDINGS = ("尔", "克", "师伯", "太监", "教授")  # of foreign names and titles that the dictionary calls names
HEAD = """# Characters of Chinese names in simplified script: character (or family name of two), and how much likelier it is in
# that place of a name than in text, in tenths of the natural logarithm: as a family name, as a given name of one, as
# the first and as the second of two; - where it does not occur. Made by training/credits/name_characters.py from
# jieba's dictionary (MIT) and the bylines of six corpora of news."""


def rows(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as table:
        return [line.rstrip("\n").split("\t") for line in table if not line.startswith("#")]


def count(path, rare):
    families = {name for name, _ in rare.items()}
    places = [collections.Counter() for _ in range(4)]
    text = collections.Counter()

    def add(name):
        size = 2 if name[:2] in families and len(name) > 2 else 1
        if name[:size] not in families:
            return
        given = name[size:]
        places[0][name[:size]] += 1
        if len(given) == 1:
            places[1][given] += 1
        elif len(given) == 2:
            places[2][given[0]] += 1
            places[3][given[1]] += 1

    with open(path, encoding="utf-8") as words:
        for line in words:
            word, frequency, kind = line.split()
            han = [c for c in word if "\u4e00" <= c <= "\u9fff"]
            is_name = kind == "nr" and 2 <= len(word) <= 4 and len(han) == len(word) and rare.get(word[0]) != "1"
            if is_name and not word.endswith(ENDINGS):
                add(word)
            else:
                for character in han:
                    text[character] += int(frequency)
    for character, *counts in rows("byline_counts.tsv"):
        for place, seen in zip(places, counts):
            place[character] += BYLINE * int(seen)
    return families, places, text


def main():
    rare = dict(rows("family_names.tsv"))
    families, places, text = count(sys.argv[1], rare)
    total, kinds = sum(text.values()), len(text)
    in_text = lambda c: math.log((text[c] + 50) / (total + 50 * kinds))
    table = {}
    named = sum(places[0].values())
    for family in families:
        chance = math.log((places[0][family] + 0.5) / (named + 0.5 * len(families)))
        table[family] = [round(10 * (chance - sum(map(in_text, family)))), None, None, None]
    for character in set(places[1]) | set(places[2]) | set(places[3]):
        if sum(place[character] for place in places[1:]) < LEAST:
            continue
        row = table.setdefault(character, [None] * 4)
        for place in (1, 2, 3):
            seen = sum(places[place].values())
            chance = math.log((places[place][character] + 0.5) / (seen + 0.5 * kinds))
            row[place] = round(10 * (chance - in_text(character)))
    print(HEAD)
    for key in sorted(table):
        print(key, *("-" if value is None else value for value in table[key]), sep="\t")


if __name__ == "__main__":
    main()
