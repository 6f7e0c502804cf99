// The report of the sample corpus, as a person uses it, from one file and from the server.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { browser, folder, served, tonggao } from "./browser.mjs";

const out = path.join(folder(), "out");
tonggao("detect", "corpus-samples/news", "-o", out, "--quiet");
const file = path.join(out, "report.html");
const lines = (name) => readFileSync(path.join(out, name), "utf8").trim().split("\n").map((line) => JSON.parse(line));
/** The market that opened again: six pages, from the agency. */
const market = lines("clusters.jsonl").find((cluster) => cluster.size === 6);
const view = `#/cluster/${market.cluster}`;

let chrome, server;
before(async () => {
  chrome = await browser();
  server = await served(out);
});
after(async () => {
  await chrome.context.close();
  const { signal } = await server.stop();
  assert.equal(signal, "SIGINT", "Ctrl-C ends the server, and whoever started it sees that");
});

const roads = { file: () => file, serve: () => server.address };

for (const [road, address] of Object.entries(roads)) {
  test(`${road}: the overview leads to the verdict and to an edit`, async () => {
    const { page, open, errors } = chrome;
    await open(address(), "#/");
    const clustered = lines("documents.jsonl").filter(({ cluster }) => cluster !== null).length;
    const sets = lines("clusters.jsonl").length;
    assert.match(await page.innerText("h1"), new RegExp(`^${clustered - sets} of 44 pages repeat another page here: ${clustered} pages belong to ${sets} reprint sets`));
    await page.getByRole("link", { name: market.title }).click();
    await page.waitForSelector(".verdict");
    assert.match(await page.innerText(".verdict"), /^Most likely first run by 霁通社 \(probability >0\.99\), because pages of other outlets credit it/);
    const credited = market.origin.evidence.find(({ kind }) => kind === "credited_by_others");
    const told = new RegExp(`\\+${credited.weight.toFixed(2)}\\s*pages of other outlets credit it\\s*霁通社`);
    assert.match(await page.innerText(".side.for"), told);
    assert.equal(await page.locator(".members tbody tr").count(), 6);
    const shortened = page.locator(".members tr", { hasText: "ky_9f31" });
    assert.match(await shortened.innerText(), /shortened[\s\S]*70%[\s\S]*given/);
    await page.goto(`${page.url()}/pair/ht-20240103-004/ky_9f31`);
    await page.waitForSelector(".columns .text");
    const left = page.locator(".column").first();
    const cut = (await left.locator("del.cut").allInnerTexts()).join("");
    assert.ok(cut.length > 100, `a paragraph was cut: ${cut}`);
    assert.ok(!(await page.locator(".column").nth(1).innerText()).includes(cut.slice(-30)), "the right page does not have it");
    assert.equal(await page.locator(".column").nth(1).locator("del").count(), 0);
    assert.match(await left.locator("p.furniture").first().innerText(), /文字稿库/);
    await page.keyboard.press("j");
    assert.equal(await page.locator(".mark.active").count() > 0, true, "j goes to an edit");
    await page.getByRole("button", { name: "In one text" }).click();
    assert.ok((await page.locator(".text.one del").count()) > 0 && (await page.locator(".text.one ins").count()) > 0);
    assert.deepEqual(errors, []);
  });

  test(`${road}: an outside origin, and a search`, async () => {
    const { page, open, errors } = chrome;
    await open(address(), "#/clusters");
    await page.keyboard.press("/");
    await page.keyboard.type("夜课");
    await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
    assert.match(page.url(), /#\/clusters\?q=/, "the search can be shared");
    assert.match(await page.innerText("tbody"), /临澍晚报\s*no page here/);
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".verdict");
    assert.match(await page.innerText(".verdict"), /^Most likely comes from 临澍晚报, which has no page in this set/);
    await page.keyboard.press("Escape");
    await page.waitForSelector(".filters");
    await open(address(), "#/clusters?outlet=快柚新闻&from=2024-01-09&sort=earliest");
    await page.waitForSelector("tbody tr");
    const ran = lines("documents.jsonl").filter((page) => page.outlet === "快柚新闻" && page.cluster !== null);
    const late = new Set(ran.map((page) => page.cluster).filter((n) => lines("clusters.jsonl")[n].last_published.slice(0, 10) >= "2024-01-09"));
    assert.equal(await page.locator("tbody tr").count(), late.size);
    assert.deepEqual(errors, []);
  });

  test(`${road}: a talking point with its contexts`, async () => {
    const { page, open, errors } = chrome;
    await open(address(), "#/points?q=板凳");
    await page.getByRole("link", { name: "板凳搬到田埂边" }).click();
    await page.waitForSelector(".contexts");
    assert.match(await page.innerText(".lede"), /Found in 5 articles of 5 outlets, and on 2 pages of unknown ones/);
    const marks = await page.locator(".contexts mark").allInnerTexts();
    assert.ok(marks.length >= 4 && marks.every((mark) => /板凳[搬]到田埂[边邊]/.test(mark)), marks.join());
    assert.deepEqual(errors, []);
  });
}

test("both languages, remembered", async () => {
  const { page, open } = chrome;
  await open(file, view);
  await page.locator("button.lang").click();
  await page.waitForFunction(() => document.documentElement.lang === "zh-Hans");
  assert.match(await page.innerText(".verdict"), /^最可能由霁通社首发（概率 >0\.99），因为其他媒体的页面注明它为来源/);
  await open(file, "#/points");
  assert.equal(await page.innerText("h1"), "共用说法");
  await page.locator("button.lang").click();
  await page.waitForFunction(() => document.documentElement.lang === "en");
  const dictionaries = ["en", "zh"].map((lang) => JSON.parse(readFileSync(new URL(`../src/lang/${lang}.json`, import.meta.url), "utf8")));
  const keys = (words) => Object.keys(words).filter((key) => !/\.[01]$/.test(key)).sort();
  assert.deepEqual(keys(dictionaries[0]), keys(dictionaries[1]), "both dictionaries say the same things");
});

test("--lang decides the language of a report", async () => {
  const { page, open } = chrome;
  const sheet = path.join(folder(), "sheet.html");
  tonggao("report", out, "--lang", "zh", "-o", sheet);
  await open(sheet, view);
  assert.match(await page.innerText(".verdict"), /^最可能由霁通社首发/);
});

test("an origin that people named is marked", async () => {
  const { page, open } = chrome;
  const note = "A person says so, which outweighs the evidence.";
  await open(file, view);
  await page.waitForSelector(".verdict");
  assert.ok(!(await page.innerText(".argued")).includes(note));
  const [verdicts, judged] = [path.join(folder(), "verdicts.jsonl"), path.join(folder(), "judged")];
  writeFileSync(verdicts, JSON.stringify({ page: "ky_9f31", origin: "临澍晚报" }));
  tonggao("detect", "corpus-samples/news", "-o", judged, "--verdicts", verdicts, "--quiet");
  await open(path.join(judged, "report.html"), view);
  await page.waitForSelector(".verdict");
  assert.match(await page.innerText(".verdict"), /临澍晚报/);
  assert.ok((await page.innerText(".argued")).includes(note));
});

test("a set prints with what it rests on", async () => {
  const { page, open } = chrome;
  await open(file, view);
  await page.waitForSelector(".members");
  await page.emulateMedia({ media: "print" });
  const paper = await page.innerText("body");
  await page.emulateMedia({ media: null });
  const run = JSON.parse(readFileSync(path.join(out, "run.json"), "utf8"));
  for (const words of [market.title, "An origin is a guess from evidence, not a finding of fact.", `tonggao ${run.version}`, run.input_hash, '"timezone":28800', lines("documents.jsonl").find(({ id }) => id === "ky_9f31").sha256]) {
    assert.ok(paper.includes(words), `${words} is not on paper`);
  }
  assert.ok(!paper.includes("Search headlines") && !paper.includes("All reprint sets"), "what is for the screen stays there");
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.subarray(0, 5).toString() === "%PDF-" && pdf.length > 20_000);
});

test("on a phone nothing stands over the edge", async () => {
  const { page, open } = chrome;
  await page.setViewportSize({ width: 360, height: 740 });
  for (const hash of ["#/", "#/clusters", view, `${view}/pair/ht-20240103-004/ky_9f31`, "#/points", "#/points/0"]) {
    await open(file, hash);
    await page.waitForTimeout(100);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(over, 0, `${hash} is ${over} pixels too wide`);
  }
  await page.setViewportSize({ width: 1280, height: 860 });
});

test("no view has a serious fault of accessibility, in either theme", async () => {
  // The policy of the page lets no other script in, so axe gets a page that is told to pass it by.
  const { page, open, context } = await browser({ bypassCSP: true });
  const faults = [];
  for (const hash of ["#/", "#/clusters", view, `${view}/pair/ht-20240103-004/ky_9f31`, "#/points", "#/points/0"]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await open(file, hash);
      await page.waitForTimeout(100);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => window.axe.run());
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      for (const { id, nodes } of serious) faults.push(`${hash} ${colorScheme}: ${id}: ${nodes[0].html}: ${nodes[0].failureSummary}`);
    }
  }
  await context.close();
  assert.deepEqual(faults, []);
});

test("what is not there is said, not guessed", async () => {
  const { page, open } = chrome;
  await open(file, "#/cluster/999");
  assert.match(await page.innerText(".failure"), /tonggao serve OUT/);
  await open(file, "#/nowhere");
  assert.match(await page.innerText(".failure"), /no such view/);
});
