// Pages that attack: nothing of what they hold may run, in the file or from the server.

import assert from "node:assert/strict";
import { request } from "node:http";
import path from "node:path";
import { test } from "node:test";
import { browser, detected, served } from "./browser.mjs";

/** Each would say so in `window.hit` if any of it ran. */
const ATTACKS = [
  "<script>hit=1</script>",
  "</script><script>hit=2</script>",
  "</SCRIPT ><script>hit=3</script>",
  "<!--<script>hit=4</script>-->",
  "--><script>hit=5</script>",
  "]]><script>hit=6</script>",
  "</title><script>hit=7</script>",
  "</style><script>hit=8</script>",
  "</textarea><script>hit=9</script>",
  "</noscript><script>hit=10</script>",
  "<img src=x onerror=hit=11>",
  "<img src=x onerror='hit=12'>",
  '"><img src=x onerror=hit=13>',
  "'><img src=x onerror=hit=14>",
  "<svg onload=hit=15>",
  "<svg><script>hit=16</script></svg>",
  "<svg><animate onbegin=hit=17 attributeName=x dur=1s>",
  "<body onload=hit=18>",
  "<iframe src='javascript:parent.hit=19'></iframe>",
  "<iframe srcdoc='<script>parent.hit=20</script>'></iframe>",
  "<a href='javascript:hit=21'>x</a>",
  "<math><a xlink:href='javascript:hit=22'>x</a></math>",
  "<details open ontoggle=hit=23>",
  "<input autofocus onfocus=hit=24>",
  "<object data='javascript:hit=25'></object>",
  "<embed src='javascript:hit=26'>",
  "<link rel=stylesheet href='javascript:hit=27'>",
  "<style>@import 'javascript:hit=28';</style>",
  "<meta http-equiv=refresh content='0;url=javascript:hit=29'>",
  "<base href='javascript:hit=30//'>",
  "<form action='javascript:hit=31'><button>x</button></form>",
  "<video><source onerror=hit=32></video>",
  "<marquee onstart=hit=33>x</marquee>",
  "<div style='background:url(javascript:hit=34)'>",
  "{{constructor.constructor('hit=35')()}}",
  "${hit=36}",
  "\u2028<script>hit=37</script>\u2029",
  "&lt;script&gt;hit=38&lt;/script&gt;",
  "\\u003cscript\\u003ehit=39\\u003c/script\\u003e",
  "<template><script>hit=40</script></template>",
];
const ADDRESSES = ["javascript:hit=50", "JaVaScRiPt:hit=51", " javascript:hit=52", "data:text/html,<script>opener.hit=53</script>", "vbscript:hit=54", "https://pages.example/\"onmouseover=hit=55//", "http://[", "//evil.example/"];

const BODY =
  "昨日，枫桥镇的老渡口重新开渡，三条木船挂着红灯笼下了水。撑船的罗师傅说，停渡十一年，桨一直搁在檐下，每年立夏刷一遍桐油。" +
  "第一天来坐船的多是带孩子的老人，船到江心，他们指着对岸的粮站，说从前交公粮要排一整夜的队。渡口不收钱，镇里给每条船买了保险，又在两岸各装了一盏灯。";

/** Two pages of each attack, copies of each other, with the attack in every field. */
const records = ATTACKS.flatMap((attack, k) =>
  [0, 1].map((copy) => ({
    id: `p${k}-${copy}${attack}`,
    title: `${attack} 第${k}号渡口`,
    outlet: `${["东", "西"][copy]}岸报 ${attack}`,
    url: ADDRESSES[(2 * k + copy) % ADDRESSES.length],
    published: `2024-03-0${1 + copy} 08:00`,
    text: `来源：${attack}\n${BODY.replaceAll("渡口", `渡口${k}号${attack}`)}\n${attack}第${k}号渡船共载客${k * 37}人。${"甲乙丙丁戊己庚辛"[k % 8].repeat(3)}家的人都来了，${attack}说笑声传得很远。`,
  })),
);

async function attacked(address) {
  const { page, context, errors, open } = await browser();
  const hits = [];
  page.on("dialog", (dialog) => (hits.push(dialog.message()), dialog.dismiss()));
  const check = async (where) => {
    await page.waitForTimeout(30);
    assert.equal(await page.evaluate(() => window.hit), undefined, `something ran at ${where}`);
    const links = await page.$$eval("a[href]", (links) => links.map((link) => link.getAttribute("href")));
    for (const link of links) assert.match(link, /^(#|https?:\/\/)/, `a link at ${where}`);
    const rels = await page.$$eval('a[href^="http"]', (links) => links.map((link) => link.rel));
    assert.ok(rels.every((rel) => rel === "noopener noreferrer"));
    assert.equal(await page.locator("iframe, object, embed, base, img, form[action], main style, main script, main link").count(), 0, `markup at ${where}`);
  };
  await open(address, "#/");
  await check("overview");
  await open(address, "#/clusters");
  await page.waitForSelector("tbody tr");
  await check("sets");
  const sets = await page.$$eval("tbody a", (links) => links.map((link) => link.getAttribute("href")));
  assert.ok(sets.length >= 30, `${sets.length} sets`);
  for (const set of sets) {
    await page.goto("about:blank");
    await open(address, set);
    await page.waitForSelector(".members");
    await check(set);
    const pair = await page.locator(".members a.button").first().getAttribute("href");
    await page.evaluate((hash) => (location.hash = hash), pair);
    await page.waitForSelector(".columns .text");
    await check(pair);
  }
  for (const hash of ["#/points", "#/points/0", `#/clusters?q=${encodeURIComponent(ATTACKS[0])}`, `#/${encodeURIComponent(ATTACKS[10])}`, `#/cluster/0/pair/${encodeURIComponent(ATTACKS[1])}/x`, "#/%E0%A4%A"]) {
    await open(address, hash).catch(() => page.waitForSelector(".failure, .note"));
    await check(hash);
  }
  await context.close();
  assert.deepEqual(hits, []);
  // A refused address is told by the browser; nothing else may be wrong.
  assert.deepEqual(errors.filter((error) => !/404/.test(error)), []);
}

const out = detected(records);

test("nothing of a hostile page runs from the file", () => attacked(path.join(out, "report.html")));

test("nothing of a hostile page runs from the server", async () => {
  const server = await served(out);
  await attacked(server.address);
  await server.stop();
});

/** The answer to a bare request. */
function asked(address, options) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address);
    const asking = request({ hostname, port, ...options }, (answer) => {
      let body = "";
      answer.on("data", (part) => (body += part));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
    });
    asking.on("error", reject);
    asking.end();
  });
}

test("the server answers only what it should", async () => {
  const server = await served(out);
  const ask = (path, more = {}) => asked(server.address, { path, ...more });
  const fine = await ask("/");
  assert.equal(fine.status, 200);
  assert.match(fine.headers["content-security-policy"], /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'/);
  assert.equal(fine.headers["x-content-type-options"], "nosniff");
  assert.equal(fine.headers["x-frame-options"], "DENY");
  assert.equal(fine.headers["access-control-allow-origin"], undefined);
  assert.equal((await ask("/report/overview")).status, 200);
  // A name that was made to point here (DNS rebinding) is refused, and tells nothing.
  for (const host of ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example"]) {
    const refused = await ask("/report/overview", { headers: { host } });
    assert.ok(refused.status === 403 || refused.status === 400, `${host}: ${refused.status}`);
    assert.ok(!refused.body.includes("渡口"));
  }
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    assert.equal((await ask("/report/overview", { method })).status, 405, method);
  }
  for (const path of ["/run.json", "/../run.json", "/%2e%2e/run.json", "/report/../../etc/passwd", "/report/set/..%2f..%2fetc%2fpasswd", "/report/set/-1", "/report/set/999999", "/report/texts?id=../../etc/passwd", "//etc/passwd", "/report/set/99999999999999999999"]) {
    const { status, body } = await ask(path);
    assert.ok(status === 404 || status === 400 || body === "[null]", `${path}: ${status}`);
    assert.ok(!body.includes("root:"), path);
  }
  assert.equal((await server.stop()).signal, "SIGINT");
});
