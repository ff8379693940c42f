// Bundles the page: node build.mjs OUTPUT. Names carry a digest of what is in them, so that a
// browser may keep them for ever; each file has its compressed twin beside it.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const output = process.argv[2];
if (!output) {
  console.error("usage: node build.mjs OUTPUT");
  process.exit(2);
}

const bundled = await build({
  entryPoints: ["src/main.tsx"],
  bundle: true,
  minify: true,
  write: false,
  outdir: "out",
  format: "esm",
  target: ["chrome105", "firefox115", "safari16"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  logLevel: "warning",
});

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });

async function put(name, bytes) {
  await writeFile(join(output, name), bytes);
  await writeFile(join(output, name + ".gz"), gzipSync(bytes, { level: 9 }));
}

let page = await readFile("src/index.html", "utf8");
for (const file of bundled.outputFiles) {
  const digest = createHash("sha256").update(file.contents).digest("hex").slice(0, 12);
  const extension = extname(file.path);
  const name = `${basename(file.path, extension)}-${digest}${extension}`;
  page = page.replaceAll(`/main${extension}`, `/assets/${name}`);
  await put(name, file.contents);
}
await put("icon.svg", await readFile("src/icon.svg"));
await put("index.html", page);
