/**
 * The commands in code blocks of README and docs are run, block by block, on the nano preset with a small set
 * of pictures; what cannot be run here is listed with its reason.
 */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { exists } from "unidiff/runtime/files.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { studyFolder } from "unidiff/study/setting.ts";
import { inFolder } from "./data/folder.ts";
import { tinyDataSet } from "./study/tiny.ts";
import { said } from "./tasks/said.ts";

/** Commands that no test can run, or that others run. */
const NOT_RUN: [RegExp, string][] = [
  [/^(test|check)\b/, "these are the tests"],
  [/^data get|^weights get/, "reaches a hub"],
  [/^(lab|notebooks)\b/, "tests/notebooks runs the notebooks in a kernel"],
  [/^(fullsize|bench|pretrain|stress|pack|setup)\b/, "minutes to hours; tests of their own"],
  [/^tune\b|--full\b/, "hundreds of runs; tests/tasks/tune_test.ts has a small one"],
  [/--unpack\b/, "of hours of runs; tests/report/packed_test.ts unpacks some"],
  [/--engine slurm|^study stop/, "needs a cluster; tests/study/slurm_test.ts has one"],
];

/** Lines with a command in fenced or indented blocks, in order. */
function blocksOf(text: string): string[] {
  const lines: string[] = [];
  let fenced = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) fenced = !fenced;
    else if (fenced || line.startsWith("    ")) lines.push(line.trim());
  }
  return lines.flatMap((line) => {
    const found = /^(?:[A-Z_]+=\S+ )?(?:npx -y deno@\S+|deno) task ([^#]*)/.exec(line);
    return found ? [found[1]!.split(/\s{2,}/)[0]!.trim()] : [];
  });
}

/** What stands for the names in the docs. */
interface Places {
  readonly set: string;
  readonly folder: string;
  readonly study: (name: string) => string;
}

/** A shown command's words as they can be run here. */
async function runnable(command: string, { set, folder, study }: Places): Promise<string[]> {
  const at = (...parts: string[]) => join(folder, ...parts);
  const runs = join(studyFolder(study("main")), "runs");
  const run = async () => {
    for await (const { name } of Deno.readDir(runs)) if (name.includes("--A3--")) return name;
    throw new Error(`${runs}: no run of A3`);
  };
  const names: Record<string, () => string | Promise<string>> = {
    "../my-photographs": () => set,
    "./my-pictures": () => set,
    "./photo.jpg": () => join(set, "images", "red-cup.png"),
    CLIP_FOLDER: () => at("published", "clip"),
    SD_FOLDER: () => at("published", "diffusion"),
    PATH: () => at("published"),
    FROM: () => join(projectFolder, "data", "mini", "clip.safetensors"),
    TO: () => at("converted"),
    OUT: () => at("exported"),
    FOLDER: () => join("tests", "golden", "clip_tiny"),
    "results/main/runs/RUN": async () => join(runs, await run()),
    "parity.json": () => at("parity.json"),
    "fashion-man": () => set,
    "ecommerce-product": () => "ecommerce-product",
    "fashion-man,fashion-woman": () => `${set},fashion-woman-drawn:60`,
    "fashion-man-drawn,fashion-woman-drawn": () => "fashion-man-drawn:60,fashion-woman-drawn:60",
    "results/reference/main": () => studyFolder(study("main")),
    full: () => study("main"),
    "256": () => "8",
  };
  for (const name of ["main", "mine", "three-seeds", "directions"]) {
    names[name] = () => study(name);
  }
  const words: string[] = [];
  for (const [, quoted, bare] of command.matchAll(/"([^"]*)"|(\S+)/g)) {
    const word = quoted ?? bare!, stand = Object.hasOwn(names, word) ? names[word] : undefined;
    words.push(stand ? await stand() : word);
  }
  const [task = ""] = words, more: string[] = [];
  const sanity = words.indexOf("--sanity");
  if (sanity > 0) words[sanity + 1] = "fashion-man-drawn:60"; // hundreds of pictures take minutes
  const lacks = (option: string) => !words.includes(option);
  const preset = words.indexOf("--preset");
  if (preset > 0) words[preset + 1] = "nano";
  if (task === "reproduce") {
    if (preset < 0) more.push("--preset", "nano");
    // The setting of a study is that of its last call.
    const own = words.includes("--clip") ? "published" : "main";
    if (lacks("--output")) more.push("--output", study(own));
    if (lacks("--rows")) more.push("--rows", "A0,A3");
    more.push("--no-notebooks");
  }
  if (task === "report" && words.length === 1) more.push(study("main"));
  if (task === "finetune") more.push("--preset", "nano", "--steps", "2");
  if (task === "generate") more.push("--steps", "2", "--output", at("drawn"));
  if (task === "search") more.push("--output", at(`found-${words.length}-${words[1]!.length}`));
  if (task === "drawn") more.push("--output", at("sheets"));
  if (task === "data" && ["stats", "preview"].includes(words[1]!)) {
    more.push("--output", at("data"));
  }
  if (task === "evaluate" && words.length === 2) {
    more.push("--measures", "retrieval,kid,attributes");
  }
  if (words[1] === "convert" && words[2]!.endsWith(".safetensors")) {
    words[3] = at("converted.safetensors");
  }
  return [...words, ...more];
}

Deno.test("the commands in code blocks of README and docs run, in their order", () =>
  inFolder(async (folder) => {
    const set = await tinyDataSet(folder), studies = new Set<string>();
    const study = (name: string) => {
      const own = `docs-${name}-${Deno.pid}`;
      studies.add(own);
      return own;
    };
    const places = { set, folder, study };
    const run = async (words: readonly string[]) => {
      const { code, out, err } = await said(words[0]!, ...words.slice(1));
      assert.equal(code, 0, `${words.join(" ")}\n${out.slice(-1500)}\n${err.slice(-1500)}`);
    };
    const done = new Set<string>(), reasons = new Set<string>();
    try {
      // What docs take for granted: a study, and a published checkpoint.
      await Promise.all([
        run(await runnable("reproduce", places)),
        run(["weights", "export", "mini", join(folder, "published")]),
      ]);
      const pages = [join(projectFolder, "README.md")];
      for await (const { name } of Deno.readDir(join(projectFolder, "docs"))) {
        if (name.endsWith(".md")) pages.push(join(projectFolder, "docs", name));
      }
      for (const page of pages.sort()) {
        for (const command of blocksOf(await Deno.readTextFile(page))) {
          const not = NOT_RUN.find(([pattern]) => pattern.test(command));
          if (not) reasons.add(not[1]);
          if (not || done.has(command)) continue;
          done.add(command);
          await run(await runnable(command, places));
        }
      }
    } finally {
      for (const name of studies) {
        if (await exists(studyFolder(name))) {
          await Deno.remove(studyFolder(name), { recursive: true });
        }
      }
    }
    assert.ok(done.size > 20, `${done.size} commands run`);
    assert.equal(reasons.size, NOT_RUN.length, "every reason is one of a command that is shown");
  }));
