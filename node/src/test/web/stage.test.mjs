// The page against a real server whose cluster is recorded: WebPageIT starts both.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { bridge, browser as launch, inaccessible, opened, overflow, URL } from "./page.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(() => scene("well"));

function scene(name) {
  return fetch(`${URL}/stage/${name}`, { method: "POST" });
}

async function asked() {
  return (await fetch(`${URL}/stage/asked`)).text();
}

const SIZES = [
  { name: "wide", viewport: { width: 1280, height: 900 } },
  { name: "phone", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
];

for (const { name, ...size } of SIZES) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [what, hash, of] of [
      ["overview", "", "well"],
      ["system", "#/systems/shop", "well"],
      ["trouble", "", "trouble"],
      ["system without master", "#/systems/shop", "trouble"],
      ["nothing yet", "", "empty"],
      ["unknown system", "#/systems/nobody", "well"],
    ]) {
      test(`${what}, ${name}, ${colorScheme}: fits, is accessible, says nothing to the console`, async () => {
        await scene(of);
        const { page, context, complaints } = await opened(browser, hash, { ...size, colorScheme });
        await page.getByText("Live", { exact: true }).waitFor();
        assert.deepEqual(await inaccessible(page), []);
        assert.equal(await overflow(page), 0, "wider than the window");
        assert.deepEqual(complaints, []);
        await context.close();
      });
    }
  }
}

test("the overview says who is master, how the copies stand and what happened", async () => {
  const { page, context } = await opened(browser);
  await page.getByRole("heading", { name: "All is well" }).waitFor();
  const shop = page.getByRole("article").filter({ has: page.getByRole("link", { name: "shop" }) });
  await shop.getByText("0.4 s behind").waitFor();
  await page.getByText("master of shop").waitFor();
  await page.getByText("c was elected master").waitFor();
  await page.getByText("b was elected master").waitFor();
  assert.equal(await page.getByText("b is master").count(), 0, "each change once");
  await context.close();
});

test("trouble is told in words, first of all", async () => {
  await scene("trouble");
  const { page, context } = await opened(browser);
  await page.getByRole("heading", { name: "shop is not running" }).waitFor();
  const alarms = page.getByRole("list", { name: "Alarms" });
  await alarms.getByText("b has not been heard for 5 min").waitFor();
  await page.getByText("mail has no copy that could take over").waitFor();
  await context.close();
});

test("the history of a system is a picture, and the same in words", async () => {
  const { page, context } = await opened(browser, "#/systems/shop");
  const picture = page.getByRole("img", { name: /The past of shop/ });
  await page.waitForFunction(() => document.querySelectorAll("line.snap").length > 50);
  assert.equal(await picture.locator("rect.reign").count(), 3);
  assert.equal(await picture.locator(".stash path").count(), 1);
  assert.equal(await picture.locator(".change.failover").count(), 1);
  assert.equal(await picture.locator(".change.switchover").count(), 1);
  await page.getByText("The same in words").click();
  await page.getByText("b took over (epoch 1281)").waitFor();
  await page.getByText("moved to c (epoch 1538)").waitFor();
  await page.getByRole("radio", { name: "6 h" }).check();
  await page.waitForFunction(() => document.querySelectorAll("line.snap").length > 150);
  await context.close();
});

test("moving a system asks first, shows the work and its outcome", async () => {
  const { page, context } = await opened(browser, "#/systems/shop");
  await page.getByRole("button", { name: "Move…" }).click();
  const question = page.getByRole("dialog", { name: "Move shop" });
  await question.getByText("Stops shop on c").waitFor();
  assert.deepEqual(await inaccessible(page), []);
  assert.doesNotMatch(await asked(), /SwitchOver/, "nothing before the answer");
  await question.getByLabel("To which host").selectOption("b");
  await question.getByRole("button", { name: "Move it" }).click();
  const task = page.getByRole("region", { name: "Move shop" });
  await task.getByRole("progressbar").waitFor();
  await task.getByText("From c to b in 1.5 s").waitFor();
  assert.match(await asked(), /SwitchOver\[system=shop, to=Optional\[b\]/);
  await task.getByRole("button", { name: /Close/ }).click();
  assert.equal(await page.getByRole("region", { name: "Move shop" }).count(), 0);
  await context.close();
});

test("a refusal is shown with its reason", async () => {
  const { page, context } = await opened(browser, "#/systems/shop");
  await page.getByRole("button", { name: "Take a snapshot" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take the snapshot" }).click();
  await page.getByText("Not done. the pool is full").waitFor();
  await context.close();
});

test("Escape and Cancel change nothing", async () => {
  const before = await asked();
  const { page, context } = await opened(browser, "#/systems/shop");
  for (const leave of [() => page.keyboard.press("Escape"), () => page.getByRole("button", { name: "Cancel" }).click()]) {
    await page.getByRole("button", { name: "Stop…" }).click();
    await page.getByRole("dialog").waitFor();
    await leave();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  assert.equal(await asked(), before);
  await context.close();
});

test("everything can be reached and done by keyboard", async () => {
  const { page, context } = await opened(browser);
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  const tabTo = async (text) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      if ((await focused()).trim() === text) return;
    }
    assert.fail(`${text} cannot be reached by Tab`);
  };
  await tabTo("shop");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "shop" }).waitFor();
  await tabTo("Move…");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await focused(), "Move…", "back where it was");
  await context.close();
});

test("without contact the page says so, keeps what it knew, and comes back by itself", async () => {
  const way = await bridge();
  const { page, context } = await opened(browser, "", {}, way.url);
  await page.getByText("Live", { exact: true }).waitFor();
  way.cut();
  await page.getByRole("alert").getByText("No contact with a.").waitFor();
  await page.getByRole("heading", { name: "All is well" }).waitFor();
  assert.deepEqual(await inaccessible(page), []);
  const other = page.getByRole("alert").getByRole("link", { name: "b" });
  assert.match(await other.getAttribute("href"), /^http:\/\/10\.77\.0\.12:\d+\/$/);
  way.mend();
  await page.getByText("Live", { exact: true }).waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  await context.close();
  way.close();
});

test("a host that asks who you are gets an answer, and the token that its changes need", async () => {
  const { page, context } = await opened(browser, "", {});
  let known = false;
  const changes = [];
  await context.route("**/v1/session", (route) => {
    const request = route.request();
    if (request.method() === "POST") {
      const { user, password } = request.postDataJSON();
      known = user === "ada" && password === "right";
      return route.fulfill({
        status: known ? 200 : 401,
        json: known
          ? { user: "ada", role: "operator", csrf: "the-token" }
          : { error: { code: "not-authenticated", message: "no" } },
      });
    }
    return route.fulfill({ status: 401, json: { error: { code: "not-authenticated", message: "log in" } } });
  });
  await context.route("**/snapshots?timeout=*", (route) => {
    changes.push(route.request().headers()["x-flocker-csrf"]);
    return route.fulfill({ json: { message: "taken" } });
  });
  await page.reload();
  await page.getByRole("heading", { name: "Log in to Flocker" }).waitFor();
  assert.deepEqual(await inaccessible(page), []);
  await page.getByLabel("Name").fill("ada");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("That name and password do not fit.").waitFor();
  await page.getByLabel("Password").fill("right");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("link", { name: "shop" }).click();
  await page.getByRole("button", { name: "Take a snapshot" }).click();
  await page.getByRole("button", { name: "Take the snapshot" }).click();
  await page.getByText("Done. taken").waitFor();
  assert.deepEqual(changes, ["the-token"]);
  await context.close();
});

test("a viewer is shown no action", async () => {
  const { page, context } = await opened(browser);
  await context.route("**/v1/session", (route) => route.fulfill({ json: { user: "eve", role: "viewer", csrf: "x" } }));
  await page.goto(`${URL}/#/systems/shop`);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "shop" }).waitFor();
  await page.getByRole("button", { name: "Log out" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Stop…" }).count(), 0);
  await context.close();
});

test("what the node does not offer is not shown; what it does, is", async () => {
  const { page, context } = await opened(browser, "#/systems/shop");
  await page.getByRole("button", { name: "Take a snapshot" }).waitFor();
  const posts = [];
  for (const verb of ["barrier", "pause", "resume", "rollback"]) {
    await context.route(`**/v1/systems/shop/${verb}*`, (route) => {
      const request = route.request();
      if (request.method() === "OPTIONS") {
        return route.fulfill({ status: 405, headers: { Allow: "POST" }, json: {} });
      }
      posts.push([verb, request.postDataJSON()]);
      return route.fulfill({ json: { message: `${verb} is done` } });
    });
  }
  await page.reload();
  await page.getByRole("button", { name: "Set a barrier" }).click();
  await page.getByRole("button", { name: "Set the barrier" }).click();
  await page.getByText("Done. barrier is done").waitFor();

  await page.getByRole("button", { name: "Pause…" }).click();
  await page.getByRole("button", { name: "Pause it" }).click();
  assert.equal(await page.getByRole("dialog").count(), 1, "not without a reason");
  await page.getByLabel("Why").fill("new disks");
  await page.getByRole("button", { name: "Pause it" }).click();
  await page.getByText("Done. pause is done").waitFor();
  assert.equal(await page.getByRole("button", { name: "Resume…" }).count(), 0, "it is not paused");

  await page.getByRole("button", { name: /Roll back to flocker-1538-70/ }).click();
  assert.deepEqual(await inaccessible(page), []);
  await page.getByLabel("Type shop to confirm").fill("shops");
  await page.getByRole("button", { name: "Roll it back" }).click();
  assert.equal(await page.getByRole("dialog").count(), 1, "not without the name");
  await page.getByLabel("Type shop to confirm").fill("shop");
  await page.getByRole("button", { name: "Roll it back" }).click();
  await page.getByText("Done. rollback is done").waitFor();
  assert.deepEqual(posts, [
    ["barrier", {}],
    ["pause", { reason: "new disks" }],
    ["rollback", { to: posts[2][1].to, confirm: "shop" }],
  ]);
  assert.match(posts[2][1].to, /^flocker-1538-70-/);
  await context.close();
});

test("what is not accessible is found", async () => {
  const { page, context } = await opened(browser);
  await page.evaluate(() => document.querySelector("main").append(document.createElement("button")));
  assert.match((await inaccessible(page)).join(), /button-name/);
  await context.close();
});
