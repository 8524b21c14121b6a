/** Fetching data sets, against servers on the loopback address that break off and lie. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { abo } from "unidiff/data/sources/abo.ts";
import { hubSource } from "unidiff/data/sources/hub.ts";
import { type LumaManifest, lumaSource } from "unidiff/data/sources/luma.ts";
import { sourceOf, SOURCES } from "unidiff/data/sources/mod.ts";
import { mirrored } from "unidiff/data/sources/source.ts";
import { loadFolder } from "unidiff/data/load.ts";
import { type Behaviour, serveFile } from "../runtime/file_server.ts";
import { inFolder, plainPicture } from "./folder.ts";
import { gzip, writeParquet, writeTar } from "./archives.ts";

type Bytes = Uint8Array<ArrayBuffer>;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const utf8 = (text: string) => new TextEncoder().encode(text);
const quick = { wait: () => Promise.resolve(), attempts: 3 };

/** Serves files by path, named in UNIDIFF_MIRROR; a path's n-th request behaves as `plan` says. */
async function withMirror(
  files: Record<string, Uint8Array>,
  plan: (path: string, n: number) => Behaviour,
  test: (requests: string[]) => Promise<void>,
): Promise<void> {
  const counts = new Map<string, number>(), requests: string[] = [];
  await using server = serveFile(new Uint8Array(), (_, asked) => {
    const path = decodeURIComponent(asked.split("?")[0]!.slice(1));
    const n = counts.get(path) ?? 0;
    counts.set(path, n + 1);
    requests.push(path);
    const body = files[path] as Bytes | undefined;
    return body === undefined ? { status: 404 } : { body, ...plan(path, n) };
  });
  Deno.env.set("UNIDIFF_MIRROR", server.url);
  try {
    await test(requests);
  } finally {
    Deno.env.delete("UNIDIFF_MIRROR");
  }
}

const csv = "app/code/Magento/ConfigurableSampleData/fixtures/products.csv";
const table = utf8(
  "sku,product_type,categories,name,description,base_image,additional_attributes,additional_images\n" +
    ["MH01", "MJ02", "MS03", "WH01"].flatMap((sku) => {
      const file = `/m/h/${sku.toLowerCase()}-red_main.jpg`;
      const kind = sku.startsWith("M") ? "Men/Tops/Jackets" : "Women/Tops/Tees";
      return [
        `${sku}-S-Red,simple,x,x,x,${file},color=Red,`,
        `${sku},configurable,Default Category/${kind},Name ${sku},Text.,${file},material=Wool,`,
      ];
    }).join("\n"),
);

async function shop(): Promise<{ files: Record<string, Uint8Array>; manifest: LumaManifest }> {
  const pinned = (bytes: Uint8Array) => [bytes.length, sha256(bytes)] as const;
  const licence = utf8("Open Software License"), pictures: Record<string, Uint8Array> = {};
  for (const [i, sku] of ["mh01", "mj02", "ms03", "wh01"].entries()) {
    pictures[`m/h/${sku}-red_main.jpg`] = await plainPicture(`rgb(${60 * i},9,9)`, "jpeg");
  }
  const prefix = "raw.githubusercontent.com/shop/data/c0ffee/";
  return {
    files: {
      [prefix + csv]: table,
      [`${prefix}LICENSE.txt`]: licence,
      ...Object.fromEntries(Object.entries(pictures).map(([p, b]) => [`${prefix}media/${p}`, b])),
    },
    manifest: {
      repository: "shop/data",
      commit: "c0ffee",
      files: { [csv]: pinned(table), "LICENSE.txt": pinned(licence) },
      media: "media/",
      pictures: Object.fromEntries(Object.entries(pictures).map(([p, b]) => [p, pinned(b)])),
      splits: { test: ["MJ02"], validation: ["MS03"] },
    },
  };
}

Deno.test("lumaSource() fetches through broken transfers and makes whole sets", () =>
  inFolder(async (to) => {
    const { files, manifest } = await shop(), source = lumaSource(manifest);
    const plan = (path: string, n: number): Behaviour =>
      n > 0
        ? {}
        : path.endsWith("mh01-red_main.jpg")
        ? { dropAfter: 100 }
        : path.endsWith(".csv")
        ? { status: 503 }
        : {};
    await withMirror(files, plan, async (requests) => {
      const folders = await source.fetch({ to, download: quick });
      assert.deepEqual(folders, [join(to, "fashion-man"), join(to, "fashion-woman")]);
      const set = await loadFolder(folders[0]!, { cache: join(to, ".cache") });
      assert.deepEqual(set.records.map(({ captions, split }) => [captions[0], split]), [
        ["A man wearing a red jacket, made of wool.", "train"],
        ["A man wearing a red jacket, made of wool.", "test"],
        ["A man wearing a red jacket, made of wool.", "validation"],
      ]);
      assert.match(await Deno.readTextFile(join(folders[0]!, "LICENSE.txt")), /Open Software/);
      assert.deepEqual([...Deno.readDirSync(join(to, ".parts"))], []);
      const before = requests.length;
      assert.deepEqual(await source.fetch({ to, download: quick }), folders);
      assert.equal(requests.length, before);
    });
  }));

Deno.test("lumaSource() makes no set of wrong bytes, and goes on with what came", () =>
  inFolder(async (to) => {
    const { files, manifest } = await shop(), source = lumaSource(manifest);
    const wrong = (path: string): Behaviour =>
      path.endsWith("ms03-red_main.jpg") ? { body: "<html>not here</html>" } : {};
    const only = ["fashion-man"];
    await withMirror(files, wrong, () =>
      assert.rejects(
        source.fetch({ to, only, download: quick }),
        /ms03-red_main\.jpg: .*21 bytes, expected \d+/,
      ));
    assert.deepEqual([...Deno.readDirSync(to)].map(({ name }) => name), [".parts"]);
    await withMirror(files, () => ({}), async (requests) => {
      assert.deepEqual(await source.fetch({ to, only, download: quick }), [
        join(to, "fashion-man"),
      ]);
      assert.ok(!requests.some((path) => path.endsWith(".csv")), "the table was there already");
    });
  }));

Deno.test("hubSource() takes size and hash from the hub, goes on after a cut and checks the bytes", () =>
  inFolder(async (to) => {
    const image = { bytes: await plainPicture("red"), path: null };
    const rows = [1, 2, 3, 4].map((id) => ({ id, image, text: `A cup ${id}.` }));
    await writeParquet(join(to, "made.parquet"), rows, 2);
    const bytes = await Deno.readFile(join(to, "made.parquet"));
    const lfs = { oid: sha256(bytes), size: bytes.length, pointerSize: 134 };
    const path = "data/train-00000-of-00001.parquet";
    const entry = { type: "file", oid: "00", size: bytes.length, path, lfs };
    const repository = "someone/cups", commit = "0".repeat(40), hub = "huggingface.co";
    const files = {
      [`${hub}/api/datasets/${repository}/tree/${commit}/`]: utf8(JSON.stringify([entry])),
      [`${hub}/api/datasets/${repository}/tree/${commit}`]: utf8(JSON.stringify([entry])),
      [`${hub}/datasets/${repository}/resolve/${commit}/${path}`]: bytes,
    };
    const licence = { name: "free", text: "free" };
    const set = { name: "cups", title: "", repository, commit, bytes: 1, licence };
    const plan = (asked: string, n: number): Behaviour =>
      asked.endsWith(".parquet") && n === 0 ? { dropAfter: bytes.length >> 1 } : {};
    await withMirror(files, plan, async () => {
      const source = hubSource({ ...set, files: { [path]: lfs.oid } });
      const [folder] = await source.fetch({ to, download: quick });
      assert.equal((await loadFolder(folder!, { cache: join(to, ".cache") })).records.length, 4);
    });
    const reject = (wanted: Record<string, string | undefined>, message: RegExp) =>
      withMirror(files, () => ({}), () =>
        assert.rejects(
          hubSource({ ...set, name: "other", files: wanted }).fetch({ to, download: quick }),
          message,
        ));
    await reject(
      { "data/gone.parquet": undefined },
      /expected data\/gone\.parquet, found data\/tr/,
    );
    await reject({ [path]: "ff" }, /has the hash [0-9a-f]{64}, expected ff/);
    files[`${hub}/datasets/${repository}/resolve/${commit}/${path}`] = bytes.map((b) => b ^ 1);
    await reject({ [path]: undefined }, /sha256 [0-9a-f]{64}, expected /);
  }));

Deno.test("abo is read from its archives as they came", () =>
  inFolder(async (to) => {
    const listing = (i: number) => ({
      item_id: `B${i}`,
      main_image_id: `m${i}`,
      item_name: [{ language_tag: "en_US", value: `Chair ${i}` }],
      product_type: [{ value: "CHAIR" }],
    });
    const ids = [1, 2, 3, 4],
      archive = async (name: string, content: Record<string, Uint8Array>) => {
        await writeTar(join(to, name), content);
        return await Deno.readFile(join(to, name));
      };
    const base = "amazon-berkeley-objects.s3.amazonaws.com/archives";
    const pictures = await Promise.all(
      ids.map(async (i) =>
        [`images/small/0/m${i}.jpg`, await plainPicture("red", "jpeg")] as const
      ),
    );
    const files = {
      [`${base}/abo-listings.tar`]: await archive("listings.tar", {
        "listings/metadata/listings_0.json.gz": await gzip(
          ids.map((i) => JSON.stringify(listing(i))).join("\n"),
        ),
      }),
      [`${base}/abo-images-small.tar`]: await archive("images.tar", {
        "images/metadata/images.csv.gz": await gzip(
          ["image_id,height,width,path", ...ids.map((i) => `m${i},9,9,0/m${i}.jpg`)].join("\n"),
        ),
        ...Object.fromEntries(pictures),
      }),
    };
    await withMirror(files, () => ({}), async () => {
      const [folder] = await abo.fetch({ to, download: quick });
      assert.equal((await loadFolder(folder!, { cache: join(to, ".cache") })).records.length, 4);
      await Deno.remove(folder!, { recursive: true });
    });
    files[`${base}/abo-images-small.tar`] = utf8("another");
    await withMirror(files, () => ({}), () =>
      assert.rejects(
        abo.fetch({ to, download: quick }),
        /abo-images-small\.tar: sha256 .*expected/,
      ));
  }));

Deno.test("sources are known by their names and by those of their sets", () => {
  assert.deepEqual(sourceOf("fashion-woman")?.only, ["fashion-woman"]);
  assert.deepEqual(sourceOf("luma")?.only, ["fashion-man", "fashion-woman"]);
  assert.equal(sourceOf("fashion-gen"), undefined);
  for (const { licence, version } of SOURCES) assert.ok(licence.text.length > 50 && version !== "");
  assert.equal(mirrored("https://host/a", undefined), "https://host/a");
  assert.equal(mirrored("https://host/a", "http://m/x/"), "http://m/x/host/a");
});
