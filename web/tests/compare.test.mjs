// What is marked as an edit, on texts small enough to check by eye.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { bundled } from "../build.mjs";

const { compare } = await bundled(path.join(path.dirname(fileURLToPath(import.meta.url)), "../src/compare/segments.ts"));
const page = (text, furniture = []) => ({ text, furniture });
const kinds = (paragraphs, ...wanted) => paragraphs.flat().filter(({ kind }) => wanted.includes(kind)).map(({ text }) => text);

const OPENING = "清晨六点，渡口的三条木船挂着红灯笼下了水。";
const MIDDLE = "撑船的师傅说，停渡十一年，桨一直搁在檐下，每年立夏刷一遍桐油。";
const END = "渡口不收钱，镇里给每条船都买了保险。";

test("a sentence that was cut, and one that was added", () => {
  const { a, b, counts } = compare(page(OPENING + MIDDLE + END), page(OPENING + END + "对岸也装了灯。"));
  assert.equal(kinds(a, "cut").join(""), MIDDLE.slice(0, -1));
  assert.equal(kinds(b, "added").join(""), "对岸也装了灯");
  assert.deepEqual([counts.reworded, counts.moved], [0, 0]);
});

test("words that were replaced", () => {
  const { a, b } = compare(page(OPENING + MIDDLE), page(OPENING.replace("红灯笼", "新彩旗") + MIDDLE));
  assert.deepEqual([kinds(a, "reworded"), kinds(b, "reworded")], [["红灯笼"], ["新彩旗"]]);
});

test("script, width, punctuation and pinyin left in brackets are no edits", () => {
  const { counts, a } = compare(page("創(chuàng)新的時間是２０２４年，來了。"), page("创新的时间是2024年，来了!"));
  assert.deepEqual(counts, { same: 10, cut: 0, added: 0, reworded: 0, moved: 0 });
  assert.equal(a.flat().map(({ text }) => text).join(""), "創(chuàng)新的時間是２０２４年，來了。", "the original text is shown");
});

test("a paragraph that was moved", () => {
  const { steps, a, b } = compare(page(`${MIDDLE}\n${OPENING}\n${END}`), page(`${OPENING}\n${END}\n${MIDDLE}`));
  const moved = steps.filter(({ kind }) => kind === "moved");
  assert.equal(moved.length, 2);
  assert.equal(steps[moved[0].other], moved[1]);
  assert.deepEqual(kinds(a, "moved"), kinds(b, "moved"));
});

test("furniture is dimmed and not compared", () => {
  const { a, counts } = compare(page(`首页 要闻\n${OPENING}`, [[0, 5]]), page(OPENING));
  assert.deepEqual(kinds(a, "furniture"), ["首页 要闻"]);
  assert.deepEqual([counts.cut, counts.added], [0, 0]);
});

test("texts with nothing in common, and empty ones", () => {
  const none = compare(page("甲乙丙丁戊己"), page("子丑寅卯辰巳"));
  assert.equal(none.counts.same, 0);
  assert.deepEqual(compare(page(""), page("")).steps, []);
  assert.equal(compare(page(""), page(OPENING)).counts.added > 0, true);
});

test("every character of both texts is shown once, whatever was edited", () => {
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const words = "山水田林路桥灯船雨雪风云人家门树𠮷a1，。\n";
  const text = () => Array.from({ length: 200 }, () => [...words][random([...words].length)]).join("");
  for (let k = 0; k < 50; k += 1) {
    const x = text();
    const y = random(4) === 0 ? text() : x.slice(random(40)) + x.slice(0, random(60)) + text().slice(0, random(30));
    const { a, b } = compare(page(x), page(y));
    const shown = (paragraphs) => paragraphs.flat().map(({ text }) => text).join("");
    const plain = (text) => text.replaceAll("\n", "");
    assert.deepEqual([shown(a), shown(b)].map(plain), [x, y].map(plain));
  }
});

test("long texts without an anchor are compared in time", () => {
  const long = (word) => Array.from({ length: 30_000 }, (_, k) => word[k % word.length]).join("");
  // Of the processor, which a busy machine does not change; comparing every character with every other takes minutes.
  const started = process.cpuUsage();
  compare(page(long("山水田林")), page(long("风花雪月山")));
  const { user, system } = process.cpuUsage(started);
  assert.ok(user + system < 10e6, `${user + system} microseconds`);
});
