import assert from "node:assert/strict";
import { join } from "@std/path";
import { StudyContext } from "unidiff/study/context.ts";
import { goodLine, inFolder, writeFolder } from "../data/folder.ts";
import { quick } from "./tiny.ts";

Deno.test("truncation() counts captions longer than the context, without a model", () =>
  inFolder(async (parent) => {
    const folder = join(parent, "set"), long = "a red sofa and ".repeat(12);
    const lines = ["one", "two", "three"].map((stem, i) =>
      goodLine(stem, { text: i < 2 ? [long, "A red sofa."] : "A red sofa.", product: stem })
    );
    await writeFolder(
      folder,
      lines,
      Object.fromEntries(lines.map(({ file_name }) => [file_name, "red"])),
    );
    const found = await new StudyContext(quick).truncation(folder);
    assert.deepEqual(found, { captions: 5, longer: 2, context: 32 });
  }));
