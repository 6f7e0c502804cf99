"""Writes how common English words are, for talking points.

    english_words.py COUNTS > src/talking_points/english_words.tsv

COUNTS has a word and its count a line, as `frequency_dictionary_en_82_765.txt` of SymSpell (MIT), whose counts are those of
words on web pages (Google, 2006). The table keeps the 20,000 most frequent words, grouped by their share of all words.
"""
import itertools, math, sys

KEPT = 20_000
HEAD = """\
# English words by their share of running text: minus its decimal logarithm in tenths, then the words. Made by
# training/english_words.py from the counts of words on web pages in the word list of SymSpell (MIT).
"""

lines = open(sys.argv[1], encoding="utf-8-sig").read().splitlines()
counts = {word: int(count) for word, count in map(str.split, lines)}
total = sum(counts.values())
words = sorted((word for word in counts if word.isalpha()), key=lambda word: (-counts[word], word))[:KEPT]
rarity = lambda word: round(-10 * math.log10(counts[word] / total))
sys.stdout.write(HEAD)
for tenths, group in itertools.groupby(words, rarity):
    print(tenths, " ".join(group), sep="\t")
