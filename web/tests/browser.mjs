// What the tests share: the program, corpora, a browser.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const repository = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");
const target = process.env.CARGO_TARGET_DIR ?? path.join(repository, "target");
export const program = process.env.TONGGAO ?? path.join(target, "debug/tonggao");

/** A folder that is gone when the tests are over. */
export function folder() {
  const made = mkdtempSync(path.join(tmpdir(), "tonggao-web-"));
  process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Runs the program from the root of the repository. */
export function tonggao(...words) {
  if (!existsSync(program)) throw new Error(`${program} is not there: run cargo build first, or say where it is with TONGGAO`);
  return execFileSync(program, words, { cwd: repository, encoding: "utf8" });
}

/** What a run finds in some records, as an output folder. */
export function detected(records) {
  const at = folder();
  writeFileSync(path.join(at, "pages.jsonl"), records.map((record) => JSON.stringify(record) + "\n").join(""));
  tonggao("detect", path.join(at, "pages.jsonl"), "-o", path.join(at, "out"), "--quiet");
  return path.join(at, "out");
}

/** Serves a folder; gives the address and a way to stop. */
export async function served(out) {
  const server = spawn(program, ["serve", out, "--port", "0"], { cwd: repository, stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((resolve, reject) => {
    server.stdout.on("data", (text) => resolve(/http:\S+/.exec(text)?.[0]));
    server.on("exit", (code) => reject(new Error(`serve ended with ${code}`)));
  });
  const stop = () =>
    new Promise((resolve) => {
      server.removeAllListeners("exit");
      server.on("exit", (code, signal) => resolve({ code, signal }));
      server.kill("SIGINT");
    });
  return { address, stop };
}

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Milliseconds after which a browser is taken to hang: what is waited for comes in a second, but on a busy machine. */
const PATIENCE = 300_000;

/** A browser with a profile of its own, in English, which fails the test on any error of a page. */
export async function browser(options = {}) {
  const context = await chromium.launchPersistentContext(folder(), {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    chromiumSandbox: false,
    args: FLAGS,
    locale: "en-GB",
    viewport: { width: 1280, height: 860 },
    timeout: PATIENCE,
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  const errors = [];
  const watch = (page) => {
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  };
  context.on("page", watch);
  const page = await context.newPage();
  /** Opens a view and waits until it is there. */
  const open = async (address, hash) => {
    await page.goto("about:blank");
    await page.goto(`${address.startsWith("http") ? address : `file://${address}`}${hash}`);
    await page.waitForSelector("main h1");
  };
  return { context, page, errors, open };
}
