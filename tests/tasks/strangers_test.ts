/** A data set made to harm: what its captions, names and attributes say stays text wherever it is shown. */
import assert from "node:assert/strict";
import { extname, join } from "@std/path";
import { JSDOM } from "jsdom";
import { listFiles } from "unidiff/data/formats/format.ts";
import { studyFolder } from "unidiff/study/setting.ts";
import { inFolder, writeFolder } from "../data/folder.ts";
import { said } from "./said.ts";

/** Each would call `evil` or reach out where it was taken for markup. */
const HARM = [
  '<script>evil("script")</script>',
  '</script><script>evil("closed")</script>',
  '<img src=evil.png onerror=evil("picture")>',
  '"><svg onload=evil("svg")><a xlink:href="javascript:evil()">',
  '[shirt](javascript:evil("link")) ![](https://example.org/seen.png)',
  "]]><!--<style>*{display:none}</style>",
  "${evil()} {{evil()}} `evil()` $(evil) &lt;script&gt;",
  "=HYPERLINK(evil())",
];

/** Elements and attributes that nobody but a stranger put there. */
function harmOf({ window: { document } }: JSDOM): string[] {
  const harm: string[] = [];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name) || /^(https?:\/\/example|javascript:|evil)/.test(value)) {
        harm.push(`${element.tagName} ${name}=${value}`);
      }
    }
    const text = element.tagName.toLowerCase() === "style" ? element.textContent : "";
    if (text?.includes("{display:none}")) harm.push(text);
  }
  return harm;
}

Deno.test("captions, products and attributes of a stranger stay text in pages, pictures and tables", () =>
  inFolder(async (parent) => {
    const folder = join(parent, "set"), name = `test-strangers-${Deno.pid}`;
    const colours = ["red", "blue", "green", "black"];
    const lines = [...Array(32).keys()].map((i) => ({
      file_name: `images/${i}.png`,
      text: `${HARM[i % HARM.length]} ${colours[i % 4]} ${i}`,
      product: ["__proto__", "constructor", "../../evil", '<b onclick="evil()">'][i] ?? `p${i}`,
      category: HARM[(i >> 3) % HARM.length],
    }));
    const pictures = lines.map((line, i) => [line.file_name, colours[i % 4]!] as const);
    await writeFolder(folder, lines, Object.fromEntries(pictures));
    try {
      assert.ok(harmOf(new JSDOM(HARM.join("\n"))).length >= 3, "the test sees no harm");
      const args = ["--data", folder, "--preset", "nano", "--rows", "A0,A6", "--no-notebooks"];
      const { code, err } = await said("reproduce", ...args, "--output", name);
      assert.equal(code, 0, err);
      const made = studyFolder(name), files = [...await listFiles(made)];
      const page = await Deno.readTextFile(join(made, "index.html"));
      assert.ok(page.includes("evil("), "no caption is shown: this tests nothing");
      const called: unknown[] = [];
      const shown = new JSDOM(page, {
        runScripts: "dangerously",
        beforeParse(window: Record<string, unknown>) {
          window["evil"] = (how: unknown) => called.push(how);
        },
      });
      assert.deepEqual(called, []);
      assert.deepEqual(harmOf(shown), []);
      shown.window.close();
      for (const file of files.filter((path) => [".svg", ".html"].includes(extname(path)))) {
        const text = await Deno.readTextFile(join(made, file));
        const type = extname(file) === ".svg" ? "image/svg+xml" : "text/html";
        assert.deepEqual(harmOf(new JSDOM(text, { contentType: type })), [], file);
      }
      const outside = [...Deno.readDirSync(parent)].map((entry) => entry.name);
      assert.deepEqual(outside, ["set"]);

      const drawn = join(parent, "drawn");
      const prompts = ["../../evil", "<img src=evil.png onerror=evil()>"];
      const few = ["--count", "1", "--steps", "1", "--output", drawn];
      const drew = await said("generate", ...prompts, ...few);
      assert.equal(drew.code, 0, drew.err);
      for await (const entry of Deno.readDir(drawn)) assert.match(entry.name, /^[\w.-]+$/);
    } finally {
      await Deno.remove(studyFolder(name), { recursive: true }).catch(() => {});
    }
  }));
