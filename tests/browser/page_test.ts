/// <reference lib="dom" />
/** The report page in a real browser: widths, light and dark, keyboard, zoom, no network. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { join } from "@std/path";
import sharp from "sharp";
import { writeStudyReport } from "unidiff/report/study_report.ts";
import { EXAMPLE_SIZE, type FindPictures } from "unidiff/report/examples.ts";
import { toTiles } from "unidiff/report/grid.ts";
import { pixels, writeRun } from "../report/synthetic_study.ts";
import { inFolder } from "../data/folder.ts";
import { findChromium, inChromium, type Page, WITHOUT_CHROMIUM } from "./chromium.ts";

const chromium = await findChromium();
if (chromium === undefined) console.log(`the page is not tested in a browser: ${WITHOUT_CHROMIUM}`);

const loose = { sanitizeOps: false, sanitizeResources: false, ignore: chromium === undefined };

Deno.test({
  name: "the report page works in a browser, on a phone and a desktop, light and dark",
  ...loose,
  fn: (t) =>
    inFolder(async (study) => {
      for (const row of ["A0", "A1", "A3"] as const) {
        await writeRun(study, row, 0, { shown: row !== "A3" });
      }
      await writeRun(study, "A1", 0, { dataset: "a <b>shop & more" });
      const findings = () => "**found** nothing";
      const { page: path } = await writeStudyReport(study, { findings, pictures });
      // Alone in another folder: it may need nothing from beside it.
      const alone = join(study, "alone.html");
      await Deno.rename(path, alone);
      await inChromium(chromium!, async (browser) => {
        for (const [screen, width] of [["phone", 360], ["desktop", 1280]] as const) {
          for (const colorScheme of ["light", "dark"] as const) {
            await t.step(`${screen}, ${colorScheme}`, async () => {
              const viewport = { width, height: 800 };
              const page = await browser.newPage({ viewport, colorScheme });
              const complaints = listen(page);
              await page.goto(pathToFileURL(alone).href);
              await opens(page, width);
              await fits(page, width);
              await readable(page, colorScheme);
              await zooms(page);
              if (colorScheme === "light") {
                await sortsByKeyboard(page);
                await unfolds(page, width);
              }
              assert.deepEqual(complaints, [], "console errors and requests");
              await page.close();
            });
          }
        }
      });
    }),
});

/** A disc for each id. */
const pictures: FindPictures = (_dataset, ids) => {
  const tiles = ids.map((id) => [id, toTiles(pixels(id, 1, EXAMPLE_SIZE), EXAMPLE_SIZE)] as const);
  return Promise.resolve({ tiles: new Map(tiles), credits: ["Ann (MIT)"], private: false });
};

/** Collects errors and every request but that of the page itself. */
function listen(page: Page): string[] {
  const heard: string[] = [];
  page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => heard.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith("data:") && !url.endsWith("/alone.html")) heard.push(url);
  });
  return heard;
}

/** The opening alone is seen at first; its ablation fits, on a phone as cards; a link unfolds its part. */
async function opens(page: Page, width: number): Promise<void> {
  const found = await page.evaluate(() => {
    const rows = [...document.querySelectorAll(".ablation tbody tr")];
    return {
      width: document.documentElement.scrollWidth,
      folded: [...document.querySelectorAll("details")].every(({ open }) => !open),
      seen: [...document.querySelectorAll("h2")].filter((h) => h.getBoundingClientRect().height > 0)
        .map(({ textContent }) => textContent),
      cards: rows.map((row) => getComputedStyle(row).display === "grid"),
      numbers: rows.map((row) => row.querySelectorAll("td").length),
    };
  });
  assert.equal(found.width, width, "the page scrolls sideways");
  assert.ok(found.folded);
  assert.equal(found.seen[0], "The answer");
  assert.deepEqual(found.cards, [width < 700, width < 700, width < 700]);
  assert.deepEqual(found.numbers, [6, 6, 6], "three numbers for each of two sets");
  await page.locator("nav a", { hasText: "Settings" }).click();
  await page.waitForFunction(() => document.querySelector<HTMLDetailsElement>("#settings")!.open);
  await unfoldAll(page);
}

async function unfoldAll(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll<HTMLDetailsElement>(".part, .inner")) {
      fold.open = true;
    }
  });
}

/** Nothing but tables in their frames is wider than the screen; pictures and plots are there. */
async function fits(page: Page, width: number): Promise<void> {
  const found = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    broken: [...document.images].filter((i) => i.naturalWidth === 0 || !i.alt).length,
    pictures: document.images.length,
    examples: [...document.querySelectorAll(".picture")].map((svg) => {
      const place = svg.querySelector("use")!.getAttribute("href")!.slice(1);
      return svg.ariaLabel && document.getElementById(place)?.tagName === "image";
    }),
    plots: [...document.querySelectorAll(".view")].map((view) =>
      [...view.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().width > 0)
        .map((svg) => Math.round(svg.getBoundingClientRect().width))
    ),
    headings: [...document.querySelectorAll("h1, h2")].map((heading) => heading.textContent),
  }));
  assert.equal(found.width, width, "the page scrolls sideways");
  assert.equal(found.broken, 0);
  assert.equal(
    found.pictures,
    4 * 3 + 4 + 2 * 2,
    "and two rows that both sets have, two prompts of each",
  );
  // Five queries of one way and five neighbours of two rows for five of the other.
  assert.equal(found.examples.length, 5 + 5 * 2 * 5);
  assert.ok(found.examples.every(Boolean), "each has its caption and refers to a picture");
  assert.ok(found.headings.includes("a <b>shop & more"), String(found.headings));
  for (const shown of found.plots) {
    assert.equal(shown.length, 1, "one of the two drawings of a plot");
    assert.ok(shown[0]! > 300 && shown[0]! <= width, String(shown));
  }
}

/** Text stands out from what is behind it by the contrast that WCAG AA asks for. */
async function readable(page: Page, scheme: "light" | "dark"): Promise<void> {
  const colours = await page.evaluate(() => {
    const rgb = (css: string) => css.match(/[\d.]+/g)!.slice(0, 3).map(Number);
    const paper = rgb(getComputedStyle(document.body).backgroundColor);
    const of = (selector: string, property: "color" | "fill") =>
      rgb(getComputedStyle(document.querySelector(selector)!)[property]);
    return {
      paper,
      body: of("p.lead", "color"),
      note: of("p.note", "color"),
      link: of("nav a", "color"),
      plot: of(".view svg text", "fill"),
      asked: of(".asked", "color"),
      mark: of(".mark b", "color"),
      cosine: of(".cosine", "color"),
      caption: of(".says .caption", "color"),
      heading: of("th button", "color"),
    };
  });
  const luminance = (rgb: number[]) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) =>
      c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    );
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const { paper, ...texts } = colours, back = luminance(paper);
  assert.equal(back < 0.5, scheme === "dark", `paper is ${paper}`);
  for (const [name, text] of Object.entries(texts)) {
    const front = luminance(text);
    const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    assert.ok(contrast >= 4.5, `${name}: contrast ${contrast.toFixed(2)} in ${scheme}`);
  }
}

/** A plot grows by its button and by keys, is moved, and comes back. */
async function zooms(page: Page): Promise<void> {
  const box = () =>
    page.evaluate(() => {
      const svgs = [...document.querySelectorAll<SVGSVGElement>("figure.plot:first-of-type svg")];
      return svgs.find((svg) => svg.getBoundingClientRect().width > 0)!.getAttribute("viewBox")!
        .split(" ").map(Number);
    });
  const whole = await box(), figure = page.locator("figure.plot").first();
  const text = figure.locator("svg text:visible").first();
  const before = (await text.boundingBox())!.height;
  await figure.getByRole("button", { name: /^Zoom in/ }).click();
  const closer = await box();
  assert.ok(Math.abs(closer[2]! - whole[2]! / 1.5) < 1e-6, `${whole} → ${closer}`);
  assert.ok((await text.boundingBox())!.height > 1.4 * before, "letters grow");
  const view = figure.locator(".view");
  await view.focus();
  await page.keyboard.press("ArrowRight");
  assert.ok((await box())[0]! > closer[0]!, "the arrow moves it");
  await page.keyboard.press("+");
  assert.ok((await box())[2]! < closer[2]!);
  await page.keyboard.press("0");
  assert.deepEqual(await box(), whole);
}

/** The skip link comes first; a heading sorts by Enter, three ways, and says so. */
async function sortsByKeyboard(page: Page): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.reload();
  await unfoldAll(page);
  await page.keyboard.press("Tab");
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  assert.equal(await focused(), "Skip to the findings");
  await page.keyboard.press("Enter");
  const table = page.locator(".table", { hasText: "Ablation on shop" });
  const rows = async () => (await table.locator("tbody th").allTextContents()).join(" ");
  const button = table.locator("th button", { hasText: "seeds" });
  for (let tabs = 0; tabs < 80; tabs++) {
    if (await button.evaluate((it) => it === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  assert.match(await focused(), /seeds/, "reached by the Tab key");
  const first = table.locator("th button", { hasText: "row" }).first();
  await first.focus();
  const sorted = () => first.evaluate((it) => it.closest("th")!.getAttribute("aria-sort"));
  const states: string[] = [];
  for (let press = 0; press < 3; press++) {
    await page.keyboard.press("Enter");
    states.push(`${await sorted()}: ${await rows()}`);
  }
  assert.deepEqual(states, ["ascending: A0 A1 A3", "descending: A3 A1 A0", "none: A0 A1 A3"]);
  assert.equal(await page.locator("#said").textContent(), "Sorted as at first.");
  // Where a higher number is better, the first press brings the best to the top.
  await table.locator("th button", { hasText: "R sum" }).click();
  assert.equal((await rows()).split(" ")[2], "A0");
}

/** Folded examples open by Enter; right and wrong neighbours differ in word and frame. */
async function unfolds(page: Page, width: number): Promise<void> {
  const folded = page.locator(".examples details", { hasText: "2 more captions" });
  const summary = folded.locator("summary");
  assert.equal(await folded.locator("td").first().isVisible(), false);
  await summary.focus();
  await page.keyboard.press("Enter");
  await folded.locator("td").first().waitFor({ timeout: 5000 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
  const kinds = await folded.locator("td").evaluateAll((cells) =>
    cells.map((cell) => {
      const image = cell.querySelector(".picture")!, box = image.getBoundingClientRect();
      return {
        said: cell.querySelector("b")!.textContent,
        frame: getComputedStyle(image).outlineStyle,
        square: Math.abs(box.width - box.height) < 1,
        inside: box.left >= 0 && box.right <= document.documentElement.clientWidth,
      };
    })
  );
  // Two queries, two rows, five neighbours of which one is right.
  assert.equal(kinds.length, 20);
  assert.equal(kinds.filter(({ said }) => said === "right").length, 4);
  // A disc is really drawn: its centre and its corner differ.
  const shot = sharp(await folded.locator(".picture").first().screenshot()).removeAlpha();
  const { data, info } = await shot.raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const first = (Math.round(y * info.height) * info.width + Math.round(x * info.width)) * 3;
    return [...data.subarray(first, first + 3)];
  };
  assert.deepEqual(at(0.1, 0.1), [255, 255, 255]);
  assert.notDeepEqual(at(0.5, 0.5), [255, 255, 255]);
  for (const { said, frame, square, inside } of kinds) {
    assert.equal(frame, said === "right" ? "solid" : "dashed");
    assert.ok(square && inside);
  }
}
