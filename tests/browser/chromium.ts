/** A real browser for tests, where the machine has one. */
import { join } from "@std/path";
import { chromium as playwright } from "playwright-core";
import { isFile } from "unidiff/data/folders.ts";

type Browser = Awaited<ReturnType<typeof playwright.launch>>;
export type Page = Awaited<ReturnType<Browser["newPage"]>>;

/** The program of Chromium or Chrome on the PATH; undefined where there is none. */
export async function findChromium(): Promise<string | undefined> {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    for (const folder of folders) {
      if (folder !== "" && await isFile(join(folder, name))) return join(folder, name);
    }
  }
}

/** Why tests in a browser are skipped, where {@link findChromium} finds nothing. */
export const WITHOUT_CHROMIUM = 'no Chromium on the PATH; "apt-get install chromium" (Debian) or ' +
  "any package of Chromium or Chrome brings one, then the same command tests them";

/** Starts the browser without a window, hands it over and ends it. */
export async function inChromium(
  program: string,
  use: (browser: Browser) => Promise<void>,
): Promise<void> {
  const quiet = ["background-networking", "component-update", "sync"].map((it) =>
    `--disable-${it}`
  );
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", ...quiet];
  const browser = await playwright.launch({ executablePath: program, args });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}
