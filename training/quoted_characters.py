"""Counts which characters people put in quotation marks, for the class of talking points.

    quoted_characters.py count PAGES...    count and write quoted_characters.tsv here (wants zhconv)
    quoted_characters.py fit               write src/talking_points/quoted_characters.tsv from the counts

PAGES are JSON Lines with a field text, content or body. A quotation has 6 to 60 characters on one line. The counts are of
single characters in simplified script; the table keeps those seen at least 30 times.
"""
import collections, json, math, pathlib, re, sys

HERE = pathlib.Path(__file__).resolve().parent
COUNTS = HERE / "quoted_characters.tsv"
TABLE = HERE.parent / "src/talking_points/quoted_characters.tsv"
QUOTED = re.compile(r"[“「]([^”」“「\n]{6,60})[”」]")
HAN = re.compile(r"[\u4e00-\u9fff]")
LEAST = 30
# Characters of quotations that the share among others weighs as much as.
PRIOR = 20


def count(paths):
    import zhconv
    inside, outside = collections.Counter(), collections.Counter()
    for path in paths:
        for line in open(path, encoding="utf-8"):
            page = json.loads(line)
            text = zhconv.convert(page.get("text") or page.get("content") or page.get("body") or "", "zh-hans")
            for quotation in QUOTED.findall(text):
                inside.update(HAN.findall(quotation))
            outside.update(HAN.findall(QUOTED.sub("", text)))
    kept = sorted(c for c in inside.keys() | outside.keys() if inside[c] + outside[c] >= LEAST)
    with open(COUNTS, "w", encoding="utf-8") as out:
        out.write("# Character, how often in quotations, how often elsewhere.\n")
        out.writelines(f"{c}\t{inside[c]}\t{outside[c]}\n" for c in kept)


def fit():
    rows = [line.rstrip("\n").split("\t") for line in open(COUNTS, encoding="utf-8") if line[0] != "#"]
    rows = [(c, int(i), int(o)) for c, i, o in rows]
    inside, outside = sum(row[1] for row in rows), sum(row[2] for row in rows)
    with open(TABLE, "w", encoding="utf-8") as out:
        out.write("# Characters in simplified script, and how much likelier each is in quotations than elsewhere, in hundredths of\n"
                  "# the natural logarithm. Made by training/quoted_characters.py from counts in five corpora of news pages.\n")
        for c, i, o in rows:
            share = (i + PRIOR * inside / outside) / inside
            out.write(f"{c}\t{round(100 * math.log(share / ((o + PRIOR) / outside)))}\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["count"]:
        count(sys.argv[2:])
    fit()
