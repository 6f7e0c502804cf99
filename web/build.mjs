// Builds src/view/assets from web/src: one script and one style sheet, with the licences of what is bundled.
// `node build.mjs --check` builds beside and fails when what is checked in differs.
import { build } from "esbuild";
import { readFile, writeFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";

const here = path.dirname(fileURLToPath(import.meta.url));
const assets = path.join(here, "../src/view/assets");

/** The program's own table of scripts, so that the page folds text as the program does. */
const foldTable = {
  name: "fold-table",
  setup(on) {
    on.onResolve({ filter: /^fold-table$/ }, () => ({ path: "fold-table", namespace: "fold" }));
    on.onLoad({ filter: /.*/, namespace: "fold" }, async () => {
      const text = await readFile(path.join(here, "../src/clean/tables/fold.tsv"), "utf8");
      const rows = text.split("\n").filter((row) => row && !row.startsWith("#")).map((row) => row.split("\t"));
      const basic = rows.filter(([from, to]) => from?.length === 1 && to?.length === 1);
      const column = (k) => JSON.stringify(basic.map((row) => row[k]).join(""));
      return { contents: `export const from = ${column(0)}; export const to = ${column(1)};`, loader: "js" };
    });
  },
};

const SETTINGS = {
  absWorkingDir: here,
  write: false,
  bundle: true,
  target: "es2023",
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [foldTable],
};

/** A module of the sources as the page runs it, for tests. */
export async function bundled(file) {
  const { outputFiles } = await build({ ...SETTINGS, entryPoints: [file], format: "esm" });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);
}

/** Names, versions and licence texts of the packages that are in the bundle. */
async function licences(result) {
  const inputs = Object.keys(result.metafile.inputs).filter((file) => file.startsWith("node_modules/"));
  const name = (file) => file.split("/").slice(1, file.split("/")[1].startsWith("@") ? 3 : 2).join("/");
  const parts = ["The report's script holds code of these packages, under the licences below.\n"];
  for (const of of [...new Set(inputs.map(name))].sort()) {
    const folder = path.join(here, "node_modules", of);
    const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? (await readFile(path.join(folder, file), "utf8")).trim() : "";
    parts.push(`${"-".repeat(72)}\n${of} ${version} (${license})\n\n${text}\n`);
  }
  return parts.join("\n");
}

/** Builds everything and writes it, or with `check` compares it with what is there. */
async function main(check) {
  const result = await build({
    ...SETTINGS,
    entryPoints: { report: "src/main.tsx" },
    outdir: "out",
    minify: true,
    format: "iife",
    legalComments: "none",
    metafile: true,
  });
  const files = new Map(result.outputFiles.map((file) => [path.basename(file.path), file.text]));
  files.set("LICENCES.txt", await licences(result));
  const stale = [];
  for (const [name, text] of files) {
    const place = path.join(assets, name);
    const held = await readFile(place, "utf8").catch(() => "");
    if (held !== text) stale.push(name);
    if (!check) await writeFile(place, text);
  }
  if (check && stale.length > 0) {
    console.error(`src/view/assets is not what web/src makes: ${stale.join(", ")}. Run \`npm run build\` in web/ and commit it.`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes("--check"));
