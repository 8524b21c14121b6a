/** Data as people have it: each kind of trouble ends in a reading, or in a line that says what to do. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { parseAddress } from "unidiff/data/address.ts";
import { findDataSet } from "unidiff/data/find.ts";
import { readCsv } from "unidiff/data/formats/csv.ts";
import { tarEntries } from "unidiff/data/formats/tar_index.ts";
import { loadFolder } from "unidiff/data/load.ts";
import { isPicture, PICTURE_ENDINGS, undecodable } from "unidiff/data/picture_kinds.ts";
import { splitOf } from "unidiff/data/record.ts";
import { unpacked } from "unidiff/data/formats/unpacked.ts";
import { decodeText, NotText, textFault } from "unidiff/data/text.ts";
import { exists, writeAtomic } from "unidiff/runtime/files.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { gzip, writeTar } from "./archives.ts";
import { goodLine, inFolder, plainPicture, writeFolder } from "./folder.ts";

const cp1252 = (text: string) =>
  Uint8Array.from(text, (letter) => letter === "’" ? 0x92 : letter.charCodeAt(0));
const utf16 = (text: string) => {
  const marked = `\uFEFF${text}`;
  const units = Uint16Array.from({ length: marked.length }, (_, i) => marked.charCodeAt(i));
  return new Uint8Array(units.buffer);
};
const shades = ["red", "green", "blue", "gold", "gray", "pink", "teal", "navy", "black", "brown"];

/** Ten pictures and other files in a folder. */
async function pictures(
  folder: string,
  ending: string,
  beside: (i: number) => Record<string, string | Uint8Array>,
): Promise<void> {
  for (const [i, shade] of shades.entries()) {
    const files = { [`p${i}${ending}`]: await plainPicture(shade, "jpeg"), ...beside(i) };
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      await Deno.mkdir(join(path, ".."), { recursive: true });
      await Deno.writeFile(
        path,
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
    }
  }
}

Deno.test("decodeText() reads UTF-8 and UTF-16 with its mark, and names the byte that is neither", () => {
  const words = "naïve façade 🙂 日本";
  assert.equal(decodeText(new TextEncoder().encode(words)), words);
  assert.equal(decodeText(new TextEncoder().encode(`\uFEFF${words}`)), words);
  assert.equal(decodeText(utf16(words)), words);
  const swapped = utf16(words).map((_, i, all) => all[i ^ 1]!);
  assert.equal(decodeText(swapped), words);
  assert.throws(() => decodeText(cp1252("it’s"), 100), (error: Error) => {
    assert.ok(error instanceof NotText);
    assert.match(error.message, /^byte 102 \(0x92\) is no UTF-8, .*iconv -f WINDOWS-1252 -t UTF-8/);
    return true;
  });
  assert.throws(() => decodeText(new TextEncoder().encode("é").subarray(0, 1)), /byte 0 \(0xc3\)/);
  assert.match(textFault("a\u0000b")!, /U\+0000 .*UTF-16 without a byte order mark/);
  assert.match(textFault("a\u009bb")!, /U\+009B/);
  assert.match(textFault("a\ud800b")!, /lone surrogate/);
  assert.equal(textFault("tab\tand\nline 🙂"), undefined);
});

Deno.test("captions in another encoding are bad rows with the way out; UTF-16 with its mark is read", () =>
  inFolder(async (folder) => {
    await pictures(folder, ".jpg", (i) => ({
      [`p${i}.txt`]: i === 3
        ? cp1252("the baker’s hat")
        : i === 4
        ? utf16("a façade")
        : `a ${shades[i]} thing`,
    }));
    await assert.rejects(
      loadFolder(folder),
      /p3\.jpg: .*p3\.txt: byte 9 \(0x92\) is no UTF-8.*iconv/,
    );
    const { records, skipped } = await loadFolder(folder, { skipBad: true });
    assert.deepEqual([records.length, skipped.map(({ kind }) => kind)], [9, ["not text"]]);
    assert.ok(records.some(({ captions }) => captions[0] === "a façade"));
  }));

Deno.test("a line of metadata that is no text, or holds a control character, spoils no other", () =>
  inFolder(async (folder) => {
    await writeFolder(folder, [], Object.fromEntries(shades.map((s) => [`images/${s}.png`, s])));
    const lines = shades.map((shade, i) => {
      const line = JSON.stringify(
        goodLine(shade, { text: i === 2 ? "x’y" : i === 5 ? "a\u0000b" : shade }),
      );
      return i === 2 ? cp1252(`${line}\n`) : new TextEncoder().encode(`${line}\n`);
    });
    await Deno.writeFile(
      join(folder, "metadata.jsonl"),
      new Uint8Array(await new Blob(lines as BlobPart[]).arrayBuffer()),
    );
    const { records, skipped } = await loadFolder(folder, { skipBad: true });
    assert.equal(records.length, 8);
    const bad = skipped.filter(({ mild }) => !mild);
    assert.deepEqual(bad.map(({ where, kind }) => [where.split(":").at(-1), kind]), [
      ["3", "malformed line"],
      ["6", "control character"],
    ]);
    await Deno.writeFile(
      join(folder, "metadata.jsonl"),
      utf16(shades.map((s) => JSON.stringify(goodLine(s))).join("\n")),
    );
    assert.equal((await loadFolder(folder)).records.length, 10);
  }));

Deno.test("rows of a table are told by the line of the file, whatever their cells hold", () => {
  const csv =
    'file_name,text\na.png,"two\nlines"\n\nb.png,"three\n\nlines"\nc.png,plain\nd.png,it’s\n';
  const { header, rows } = readCsv(cp1252(csv), "a.csv");
  assert.deepEqual(header, ["file_name", "text"]);
  assert.deepEqual(rows.map(({ line }) => line), [2, 5, 8, 9]);
  assert.ok(rows[3]!.cells instanceof NotText);
  assert.deepEqual(rows[1]!.cells, ["b.png", "three\n\nlines"]);
  assert.deepEqual(readCsv(utf16("a,b\n1,é\n"), "a.csv").rows[0]!.cells, ["1", "é"]);
});

Deno.test("the list of pictures is sharp's; others beside captions are told with the way out", () =>
  inFolder(async (folder) => {
    for (const ending of [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".avif"]) {
      assert.ok(PICTURE_ENDINGS.includes(ending), ending);
    }
    assert.ok(
      isPicture("A.JPE") && !isPicture("a.bmp") && !isPicture("a.svg") && !isPicture("a.txt"),
    );
    assert.match(undecodable("x/IMG_1.HEIC")!, /HEVC.*magick IMG_1\.HEIC/);
    await pictures(folder, ".jfif", (i) => ({ [`p${i}.TXT`]: shades[i]! }));
    await Deno.writeTextFile(join(folder, "q.heic"), "?");
    await Deno.writeTextFile(join(folder, "q.txt"), "a phone's picture");
    await Deno.writeTextFile(join(folder, "lost.txt"), "no picture");
    await Deno.writeTextFile(join(folder, "README.txt"), "about the set");
    const { records, skipped } = await loadFolder(folder, { skipBad: true });
    assert.equal(records.length, 10);
    assert.deepEqual(skipped.map(({ kind, mild }) => [kind, mild ?? false]).sort(), [
      ["caption without a picture", true],
      ["picture of a kind that cannot be read", false],
    ]);
    await Deno.remove(join(folder, "q.heic"));
    await Deno.remove(join(folder, "q.txt"));
    assert.equal((await loadFolder(folder)).records.length, 10, "a lost caption stops nothing");
  }));

Deno.test("kohya's folders and captions are read", () =>
  inFolder(async (folder) => {
    await pictures(
      join(folder, "10_shirt"),
      ".jpg",
      (i) => ({ [`p${i}.caption`]: `a ${shades[i]} shirt` }),
    );
    const { format, records } = await loadFolder(folder);
    assert.deepEqual([format, records.length, records[0]!.id], [
      "captioned",
      10,
      "10_shirt/p0.jpg",
    ]);
  }));

Deno.test("names of pictures may be of another system: backslashes, case, composed letters", () =>
  inFolder(async (folder) => {
    const files = Object.fromEntries(
      shades.map((s, i) => [i === 2 ? "images/Café.PNG" : `images/${s}.png`, s]),
    );
    const names = shades.map((s, i) =>
      i === 2 ? "images/cafe\u0301.png" : i === 3 ? `images\\${s}.png` : `images/${s}.png`
    );
    await writeFolder(
      folder,
      names.map((file_name, i) => ({ ...goodLine(shades[i]!), file_name })),
      files,
    );
    const { records } = await loadFolder(folder);
    assert.equal(records.length, 10);
    assert.ok(records.some(({ id }) => id === "images/Café.PNG"));
    await writeFolder(
      folder,
      [...names, "elsewhere/red.png"].map((file_name, i) => ({ ...goodLine(`x${i}`), file_name })),
      {},
    );
    await assert.rejects(
      loadFolder(folder),
      /elsewhere\/red\.png, found no such file; there is images\/red\.png/,
    );
    await writeFolder(folder, [{ ...goodLine("x"), file_name: "..\\..\\etc\\x.png" }], {});
    await assert.rejects(loadFolder(folder), /expected a path inside/);
  }));

Deno.test("folders of splits with lists of their own are read; pictures that no line names are counted", () =>
  inFolder(async (folder) => {
    for (
      const [split, some] of [["train", shades.slice(0, 6)], ["val", shades.slice(6, 8)], [
        "Test",
        shades.slice(8),
      ]] as const
    ) {
      const lines = some.map((s) => ({ file_name: `${s}.png`, text: s }));
      await writeFolder(
        join(folder, split),
        lines,
        Object.fromEntries(some.map((s) => [`${s}.png`, s])),
      );
    }
    await Deno.writeFile(join(folder, "train", "more.png"), await plainPicture("white"));
    const { records, skipped, splits } = await loadFolder(folder);
    assert.equal(splits, "given");
    const of = (split: string) => records.filter((record) => record.split === split).length;
    assert.deepEqual([of("train"), of("validation"), of("test")], [6, 2, 2]);
    assert.deepEqual(skipped.map(({ kind, mild }) => [kind, mild]), [[
      "picture that the metadata does not name",
      true,
    ]]);
    assert.deepEqual(["val", "Test", "DEV", "training"].map(splitOf), [
      "validation",
      "test",
      "validation",
      "train",
    ]);
    assert.equal(splitOf("holdout"), undefined);
  }));

Deno.test("links are followed, each folder once; one that leads nowhere is told and stops nothing", () =>
  inFolder(async (folder) => {
    const real = join(folder, "real"), set = join(folder, "set");
    await pictures(real, ".jpg", (i) => ({ [`p${i}.txt`]: shades[i]! }));
    await Deno.mkdir(set);
    await Deno.symlink(real, join(set, "pictures"));
    await Deno.symlink("..", join(real, "round"));
    await Deno.symlink("nowhere.jpg", join(set, "gone.jpg"));
    const { records, skipped } = await loadFolder(set);
    assert.equal(records.length, 10);
    assert.deepEqual(skipped.map(({ kind }) => kind), ["broken link"]);
  }));

Deno.test("a folder may have any name; options stand behind it all the same", () =>
  inFolder(async (folder) => {
    const odd = join(folder, "my pics #1 100% é");
    await writeFolder(
      odd,
      shades.map((s) => goodLine(s)),
      Object.fromEntries(shades.map((s) => [`images/${s}.png`, s])),
    );
    assert.equal((await findDataSet(odd, { skipBad: true })).records.length, 10);
    assert.equal((await findDataSet(`${odd}#take=4`)).records.length, 4);
    assert.deepEqual(parseAddress(`${odd}#split=part`), { place: odd, columns: { split: "part" } });
    assert.throws(() => parseAddress("./nowhere#1"), /found "#1", expected one of/);
  }));

Deno.test("WebDataset: dots in keys, files apart, splits of folders; damaged samples are told", () =>
  inFolder(async (folder) => {
    const dotted: Record<string, string | Uint8Array> = {};
    for (const [i, s] of shades.entries()) dotted[`22.${i}.jpg`] = await plainPicture(s, "jpeg");
    for (const [i, s] of shades.entries()) dotted[`22.${i}.txt`] = s; // after all pictures
    await Deno.mkdir(join(folder, "dots"));
    await writeTar(join(folder, "dots", "0.tar"), dotted);
    assert.equal((await loadFolder(join(folder, "dots"))).records.length, 10);

    for (const [split, from] of [["train", 0], ["test", 5]] as const) {
      const files: Record<string, string | Uint8Array> = {};
      for (const s of shades.slice(from, from + 5)) {
        files[`${s}.jpg`] = await plainPicture(s, "jpeg");
        files[`${s}.txt`] = s;
      }
      await Deno.mkdir(join(folder, "parts", split), { recursive: true });
      await writeTar(join(folder, "parts", split, "0.tar"), files);
    }
    const { records } = await loadFolder(join(folder, "parts"));
    assert.ok(records.every(({ id, split }) => id.startsWith(split)));
    assert.deepEqual(new Set(records.map(({ split }) => split)), new Set(["train", "test"]));

    const odd: Record<string, string | Uint8Array> = {};
    for (const [i, s] of shades.entries()) {
      odd[`${i}.jpg`] = await plainPicture(s, "jpeg");
      odd[`${i}.json`] = ["null", "5", '"text"', "[]", "{"][i] ??
        JSON.stringify({ caption: s, split: i < 8 ? "val" : "train" });
    }
    await Deno.mkdir(join(folder, "odd"));
    await writeTar(join(folder, "odd", "0.tar"), odd);
    const found = await loadFolder(join(folder, "odd"), { skipBad: true });
    assert.equal(found.records.length, 5);
    assert.ok(
      found.skipped.every(({ kind }) => kind === "malformed json") && found.skipped.length === 5,
    );
  }));

Deno.test("a pointer of Git LFS in a picture's place is told as one, with the way out", () =>
  inFolder(async (folder) => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";
    await writeFolder(folder, ["a", "b", "c"].map((stem) => goodLine(stem)), {
      "images/a.png": "red",
      "images/b.png": "blue",
      "images/c.png": new TextEncoder().encode(pointer),
    });
    const set = await loadFolder(folder, { skipBad: true });
    assert.match(JSON.stringify(set.skipped), /c\.png.*pointer of Git LFS.*git lfs pull/);
  }));

Deno.test("compressed shards are unpacked once; one that is damaged or made to fill disks is refused", () =>
  inFolder(async (folder) => {
    const files: Record<string, string | Uint8Array> = {};
    for (const [i, s] of shades.entries()) {
      files[`${i}.jpg`] = await plainPicture(s, "jpeg");
      files[`${i}.txt`] = s;
    }
    const plain = join(folder, "plain.tar"), set = join(folder, "set");
    await writeTar(plain, files);
    await Deno.mkdir(set);
    const zipped = await gzip(await Deno.readFile(plain));
    await Deno.writeFile(join(set, "0.tar.gz"), zipped);
    const { records } = await loadFolder(set);
    assert.equal(records.length, 10);
    assert.ok(
      records.every(({ id, where }) => id.startsWith("0.tar.gz/") && where.startsWith(set)),
    );
    assert.ok((await records[0]!.image.bytes()).length > 100);

    const path = join(folder, "1.tgz"), cache = join(folder, "cache");
    const left = () => [...Deno.readDirSync(cache)].map(({ name }) => name);
    await Deno.writeFile(path, zipped);
    const once = await unpacked(path, cache);
    assert.deepEqual(await Deno.readFile(once), await Deno.readFile(plain));
    assert.equal(await unpacked(path, cache), once);
    await Deno.writeFile(path, zipped.subarray(0, zipped.length / 2));
    await assert.rejects(unpacked(path, cache), /1\.tgz: cannot be unpacked/);
    await Deno.writeTextFile(path, "?");
    await assert.rejects(unpacked(path, cache), /1\.tgz: cannot be unpacked/);
    await Deno.writeFile(path, await gzip(new Uint8Array(2 ** 27)));
    await assert.rejects(unpacked(path, cache), /1\.tgz: .* grows beyond \d+ bytes/);
    assert.deepEqual(left().filter((name) => name.startsWith(".")), []);
  }));

Deno.test("a tar with sizes that cannot be is refused by name, at once", () =>
  inFolder(async (folder) => {
    const block = (name: string, type: string, size: string, body: string) => {
      const header = new Uint8Array(512), encode = new TextEncoder();
      header.set(encode.encode(name));
      header.set(encode.encode(size), 124);
      header.fill(32, 148, 156);
      header[156] = type.charCodeAt(0);
      header.set(encode.encode("ustar"), 257);
      const sum = header.reduce((a, b) => a + b, 0);
      header.set(encode.encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
      const content = new Uint8Array(Math.ceil(body.length / 512) * 512);
      content.set(encode.encode(body));
      return [header, content];
    };
    const record = (text: string) => {
      const bare = ` ${text}\n`, length = bare.length + (bare.length > 8 ? 2 : 1);
      return `${length}${bare}`;
    };
    const read = async (parts: Uint8Array[]) => {
      const path = join(folder, "x.tar");
      await Deno.writeFile(path, new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer()));
      return [...tarEntries(path)];
    };
    const file = block("a.jpg", "0", "00000000000", "");
    for (const size of ["-1536", "abc", "1e3", ""]) {
      const pax = record(`size=${size}`);
      const parts = block("pax", "x", pax.length.toString(8).padStart(11, "0"), pax);
      await assert.rejects(read([...parts, ...file]), /a pax size of|says .* bytes/, size);
    }
    const lies = "999999 path=a\n";
    await assert.rejects(
      read([...block("pax", "x", lies.length.toString(8).padStart(11, "0"), lies), ...file]),
      /a pax record of length 999999/,
    );
    await assert.rejects(read(block("pax", "x", "77777777777", "")), /ends within|a header of/);
    await assert.rejects(read(block("a.jpg", "0", "zzz", "")), /the archive is damaged/);
  }));

Deno.test("many writers of one file at once: one of them is there in the end, whole, and nothing else", () =>
  inFolder(async (folder) => {
    const path = join(folder, "x.json");
    await Promise.all(shades.map((shade) => writeAtomic(path, shade.repeat(1000))));
    const text = await Deno.readTextFile(path);
    assert.ok(shades.some((shade) => text === shade.repeat(1000)));
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["x.json"]);
  }));

const cases = join(Deno.env.get("UNIDIFF_DATA") ?? join(projectFolder, "nowhere"), "..", "cases");
const there = await exists(cases);
if (!there) {
  console.log("inputs from public bug reports are not tried: no folder cases beside UNIDIFF_DATA");
}

Deno.test({
  name: "inputs from public bug reports end in a reading or a line that names file and way out",
  ignore: !there,
  async fn() {
    for await (const { name } of Deno.readDir(cases)) {
      for await (const { name: set, isDirectory } of Deno.readDir(join(cases, name))) {
        if (!isDirectory) continue;
        const folder = join(cases, name, set);
        try {
          const { records, skipped } = await findDataSet(folder, { skipBad: true });
          assert.ok(records.length > 0, name);
          for (const { captions } of records) {
            for (const caption of captions) assert.equal(textFault(caption), undefined);
          }
          assert.ok(skipped.every(({ where, reason }) => where !== "" && reason !== ""), name);
        } catch (error) {
          assert.equal((error as Error).constructor, Error, `${name}: ${error}`);
          assert.match((error as Error).message, /iconv|gunzip|broken picture|leads nowhere/, name);
        }
      }
    }
  },
});
