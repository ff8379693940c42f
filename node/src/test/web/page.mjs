// What the browser tests share: Debian's Chromium, driven by the Playwright that the page's own
// package-lock.json names, and the rules of accessibility.
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";

const require = createRequire(`${process.env.FLOCKER_WEB}/`);
const { chromium } = require("playwright-core");
const AXE = require.resolve("axe-core/axe.min.js");

export const URL = process.env.FLOCKER_URL;

export function browser() {
  // Root, in a container or a lab, has no sandbox of its own to give.
  return chromium.launch({
    executablePath: process.env.FLOCKER_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}

/** A page that fails its test if it says anything to the console, or asks anybody but its node. */
export async function opened(browser, hash = "", options = {}, url = URL) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    bypassCSP: false,
    ...options,
  });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    // Answers that are refusals, a network that is cut, and a header that counts only over TLS.
    const known = /Failed to load resource|Cross-Origin-Opener-Policy header has been ignored/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !known) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) complaints.push(request.url());
  });
  await page.goto(`${url}/${hash}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return { page, context, complaints };
}

/** What axe-core finds wrong, one line each. It is put in by the debugger, past the page's policy. */
export async function inaccessible(page) {
  const { readFile } = await import("node:fs/promises");
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: await readFile(AXE, "utf8") });
  const found = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] })
      .then((r) => JSON.stringify(r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ") + " " + n.failureSummary).join(" | "))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(found.result.value);
}

/** A way to the node that can be cut, as a network is. */
export async function bridge() {
  const to = new globalThis.URL(URL);
  const open = new Set();
  let cut = false;
  const server = createServer((near) => {
    if (cut) return near.destroy();
    const far = connect(Number(to.port), to.hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.pipe(other);
      one.on("error", () => undefined);
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut() {
      cut = true;
      open.forEach((socket) => socket.destroy());
    },
    mend() {
      cut = false;
    },
    close() {
      this.cut();
      server.close();
    },
  };
}

/** How many pixels the page is wider than its window. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
