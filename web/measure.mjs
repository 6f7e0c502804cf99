// Size and opening time of the report, and how fast `serve` answers, on a corpus of many reprint sets.
//
//   TONGGAO=target/release/tonggao node measure.mjs [SETS]
//
// The corpus is made here, from a seed: stories of random words, each run by two to six outlets, some shortened.

import { mkdirSync, statSync, createWriteStream } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { browser, folder, served, tonggao } from "./tests/browser.mjs";

const SETS = Number(process.argv[2] ?? 20_000);
let seed = 20_241_011;
const random = (n) => (seed = (seed * 48_271) % 2_147_483_647) % n;
const pick = (list) => list[random(list.length)];

const HAN = Array.from({ length: 2_500 }, (_, k) => String.fromCodePoint(0x4e00 + 7 * k));
const WORDS = Array.from({ length: 6_000 }, () => pick(HAN) + pick(HAN));
const OUTLETS = Array.from({ length: 60 }, (_, k) => `${HAN[3 * k]}${HAN[5 * k + 1]}${k % 3 ? "日报" : "新闻网"}`);

const sentence = () => `${Array.from({ length: 8 + random(10) }, () => pick(WORDS)).join("")}。`;
const paragraph = () => Array.from({ length: 2 + random(4) }, sentence).join("");

async function corpus(file) {
  const stream = createWriteStream(file);
  let pages = 0;
  for (let story = 0; story < SETS; story += 1) {
    const title = sentence().slice(0, 18);
    const body = Array.from({ length: 4 + random(6) }, paragraph);
    const origin = pick(OUTLETS);
    const start = Date.UTC(2023, 0, 1) + random(600) * 86_400_000 + random(86_400) * 1000;
    const copies = 2 + random(5) + (story % 500 === 0 ? 300 : 0);
    for (let copy = 0; copy < copies; copy += 1) {
      const outlet = copy === 0 ? origin : pick(OUTLETS);
      const text = random(5) === 0 && copy > 0 ? body.slice(0, -1) : body;
      const published = new Date(start + copy * random(200) * 60_000).toISOString().slice(0, 19).replace("T", " ");
      const credit = copy === 0 ? `${origin}讯` : `来源：${origin}`;
      const record = { id: `s${story}-${copy}`, title, outlet, published, url: `http://pages.example/${story}/${copy}`, text: [title, credit, ...text].join("\n") };
      if (!stream.write(`${JSON.stringify(record)}\n`)) await once(stream, "drain");
      pages += 1;
    }
  }
  stream.end();
  await once(stream, "finish");
  return pages;
}

const at = folder();
mkdirSync(at, { recursive: true });
const input = path.join(at, "pages.jsonl");
const out = path.join(at, "out");
console.log(`${await corpus(input)} pages, ${(statSync(input).size / 1e6).toFixed(0)} MB`);
console.log(tonggao("detect", input, "-o", out).split("\n")[0]);
const file = path.join(out, "report.html");
console.log(`report.html: ${(statSync(file).size / 1e6).toFixed(2)} MB`);

const { page, context, open } = await browser();
const times = [];
for (let k = 0; k < 5; k += 1) {
  const started = performance.now();
  await open(file, "#/");
  times.push(performance.now() - started);
}
console.log(`opens in ${times.map((time) => time.toFixed(0)).join(", ")} ms (until the overview is shown)`);
await page.evaluate(() => (location.hash = "#/clusters"));
await page.waitForSelector(".filters");
const typed = performance.now();
await page.fill("main input[type=search]", WORDS[0]);
await page.waitForFunction(() => document.querySelectorAll("tbody tr").length < 100);
console.log(`a search among all rows takes ${(performance.now() - typed).toFixed(0)} ms`);
await context.close();

const ready = performance.now();
const server = await served(out);
console.log(`serve is ready after ${(performance.now() - ready).toFixed(0)} ms`);
const took = async (path) => {
  const started = performance.now();
  const answer = await fetch(server.address + path);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return performance.now() - started;
};
const told = (name, list) => {
  const sorted = [...list].sort((x, y) => x - y);
  console.log(`${name}: median ${sorted[sorted.length >> 1].toFixed(1)}, greatest ${sorted.at(-1).toFixed(1)} ms of ${list.length}`);
};
const { sets } = await (await fetch(`${server.address}report/overview`)).json();
const largest = (await (await fetch(`${server.address}report/sets?take=20`)).json()).rows.map(({ set }) => set);
const some = Array.from({ length: 300 }, () => random(sets));
told("the largest sets", await serial(largest.map((set) => `report/set/${set}`)));
told("any set", await serial(some.map((set) => `report/set/${set}`)));
told("two texts", await serial(Array.from({ length: 100 }, () => random(SETS)).map((k) => `report/texts?id=s${k}-0&id=s${k}-1`)));
told("a search for words", await serial(Array.from({ length: 10 }, () => `report/sets?take=100&q=${encodeURIComponent(pick(WORDS))}`)));
await server.stop();

async function serial(paths) {
  const list = [];
  for (const path of paths) list.push(await took(path));
  return list;
}
