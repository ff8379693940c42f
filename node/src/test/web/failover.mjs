// A page that is open while its system's master dies: FailoverPageIT tells the story.
// failover.mjs SYSTEM PICTURES: says "master HOST" when it shows one, then waits until it shows another.
import { browser as launch, inaccessible, opened } from "./page.mjs";

const [system, pictures] = process.argv.slice(2);
const browser = await launch();
const { page, complaints } = await opened(browser, `#/systems/${system}`);
const lead = page.locator(".lead strong").first();
await page.locator(".state", { hasText: "Running" }).first().waitFor();
await page.waitForFunction(() => document.querySelectorAll("line.snap").length > 0);
const first = await lead.textContent();
console.log(`master ${first}`);

await page.waitForFunction(
  (old) => {
    const strong = document.querySelector(".lead strong");
    const state = document.querySelector(".title .state");
    return strong && strong.textContent !== old && state?.textContent === "Running";
  },
  first,
  { timeout: 120000 },
);
const second = await lead.textContent();
console.log(`after ${second}`);
await page.locator(".change.failover").first().waitFor({ timeout: 60000 });
await page.screenshot({ path: `${pictures}/failover-wide.png`, fullPage: true });
await page.goto(page.url().replace(/#.*/, "#/"));
await page.getByText(`${second} was elected master`).first().waitFor({ timeout: 60000 });
await page.screenshot({ path: `${pictures}/failover-overview.png`, fullPage: true });
const bad = await inaccessible(page);
if (bad.length > 0 || complaints.length > 0) {
  console.log(`complaints ${JSON.stringify([...bad, ...complaints])}`);
  process.exitCode = 1;
}
console.log("done");
await browser.close();
