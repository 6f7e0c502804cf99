// The report of an index, read from the index and from the texts where they are.

import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { browser, folder, repository, served, tonggao } from "./browser.mjs";

const at = folder();
const [pages, index] = [path.join(at, "news"), path.join(at, "index")];
cpSync(path.join(repository, "corpus-samples/news"), pages, { recursive: true });
tonggao("index", "create", index, path.join(pages, "wire.jsonl"), "--quiet");
tonggao("index", "add", index, path.join(pages, "portals.jsonl"), path.join(pages, "pages"), "--quiet");
tonggao("index", "compact", index, "--quiet");
const answer = (...words) => JSON.parse(tonggao("index", "query", index, ...words, "--json"));
/** The market that opened again: six pages, from the agency. */
const market = answer("--cluster", "0");

let chrome, server;
before(async () => {
  chrome = await browser();
  server = await served(index);
});
after(async () => {
  await chrome.context.close();
  await server.stop();
});

test("the overview of an index leads to a set, an edit and the next set", async () => {
  const { page, open, errors } = chrome;
  await open(server.address, "#/");
  assert.match(await page.innerText("h1"), /of 44 pages repeat another page here/);
  assert.match(await page.innerText(".foot"), /Commit 3 of the index/);
  assert.ok((await page.locator(".outlets tbody tr").count()) > 5);
  await page.getByRole("link", { name: market.title }).click();
  await page.waitForSelector(".verdict");
  assert.match(await page.innerText(".verdict"), /^Most likely first run by 霁通社 \(probability >0\.9/);
  assert.equal(await page.locator(".members tbody tr").count(), market.size);
  await page.locator("[data-next]").click();
  await page.waitForFunction(() => location.hash === "#/cluster/1");
  await open(server.address, "#/cluster/0/pair/ht-20240103-004/ky_9f31");
  await page.waitForSelector(".columns .text");
  const cut = (await page.locator(".column").first().locator("del.cut").allInnerTexts()).join("");
  assert.ok(cut.length > 100, `a paragraph was cut: ${cut}`);
  assert.deepEqual(errors, []);
});

test("sets are sought by their titles, and a talking point has its contexts", async () => {
  const { page, open, errors } = chrome;
  await open(server.address, "#/clusters?q=夜课");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  assert.match(await page.innerText("tbody"), /临澍晚报\s*no page here/);
  await open(server.address, "#/points?q=板凳");
  await page.getByRole("link", { name: "板凳搬到田埂边" }).click();
  await page.waitForSelector(".contexts");
  const marks = await page.locator(".contexts mark").allInnerTexts();
  assert.ok(marks.length >= 4 && marks.every((mark) => /板凳[搬]到田埂[边邊]/.test(mark)), marks.join());
  await open(server.address, "#/cluster/9999");
  assert.match(await page.innerText(".failure"), /Nothing here has this number/);
  errors.length = 0;
});

test("what is added is shown, and a page whose file has gone is named", async () => {
  const { page, open, errors } = chrome;
  rmSync(path.join(pages, "pages/p07.txt"));
  await open(server.address, "#/cluster/0");
  await page.waitForSelector(".members");
  const gone = page.locator(".members tbody tr", { hasText: "p07.txt" });
  assert.match(await gone.innerText(), /Its file has gone or has changed since it was read/);
  assert.equal(await page.locator(".members tbody tr", { hasText: "Its file has gone" }).count(), 1);
  await open(server.address, "#/cluster/0/pair/ht-20240103-004/p07.txt");
  await page.waitForSelector(".columns");
  assert.match(await page.locator(".column").nth(1).innerText(), /The text cannot be read again/);
  assert.ok((await page.locator(".column").first().innerText()).includes("青篁"));
  const added = path.join(at, "again");
  cpSync(path.join(repository, "corpus-samples/news/pages/p01.txt"), path.join(added, "again.txt"));
  tonggao("index", "add", index, added, "--quiet");
  await open(server.address, "#/");
  assert.match(await page.innerText("h1"), /of 45 pages/);
  assert.deepEqual(errors, []);
});
