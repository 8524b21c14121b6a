/** Fetching of repositories from a server of the test's own, which behaves badly where it is told. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { stream } from "unidiff/runtime/random.ts";
import { findPublished, hubCache } from "unidiff/weights/hub_cache.ts";
import { getRepository, neededFiles } from "unidiff/weights/hub_get.ts";
import { inFolder } from "../data/folder.ts";
import { type Behaviour, serveFile } from "../runtime/file_server.ts";

const commit = "0123456789abcdef0123456789abcdef01234567", repo = "someone/small-clip";
const big = Uint8Array.from(stream(0, "big").uniforms(2_500_000), (x) => Math.floor(256 * x));
const text = (value: string) => new TextEncoder().encode(value);

/** The files of the repository; those of over 1 kB are in LFS. */
const files: Record<string, Uint8Array<ArrayBuffer>> = {
  "README.md": text("# CLIP"),
  "config.json": text("{}"),
  "merges.txt": text("#version: 0.2\n"),
  "vocab.json": text("{}"),
  "model.safetensors": big,
  "pytorch_model.bin": big.slice(),
  "tf_model.h5": big.slice(),
};

const entries = Object.entries(files).map(([path, bytes]) => ({
  type: "file",
  path,
  size: bytes.length,
  oid: createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex"),
  ...(bytes.length > 1000
    ? {
      lfs: {
        oid: createHash("sha256").update(bytes).digest("hex"),
        size: bytes.length,
        pointerSize: 130,
      },
    }
    : {}),
}));

/** A hub with that repository; `bad` tells what goes wrong with a path, its n-th time. */
function hub(bad: (path: string, time: number) => Behaviour | undefined = () => undefined) {
  const times = new Map<string, number>();
  return serveFile(big, (_, path) => {
    const time = (times.get(path) ?? 0) + 1;
    times.set(path, time);
    const wrong = bad(path, time);
    if (wrong?.status !== undefined) return wrong;
    if (path.startsWith(`/api/models/${repo}/revision/main?`)) {
      return Response.json({ _id: "1", id: repo, sha: commit, lastModified: "2024-01-01" });
    }
    if (path.startsWith(`/api/models/${repo}/tree/${commit}`)) return Response.json(entries);
    const file = files[path.replace(`/${repo}/resolve/${commit}/`, "")];
    return file ? { body: file, ...wrong } : { status: 404, body: "Entry not found" };
  });
}

async function get(
  cache: string,
  bad?: Parameters<typeof hub>[0],
  options: Parameters<typeof getRepository>[1] = {},
) {
  await using server = hub(bad);
  const waits: number[] = [];
  const lines: string[] = [];
  const folder = await getRepository(repo, {
    endpoint: server.url,
    cache,
    token: "hf_secret",
    wait: (ms) => Promise.resolve(void waits.push(ms)),
    progress: { where: "lines", write: (line) => lines.push(line) },
    ...options,
  }).catch((error) => {
    assert.doesNotMatch(`${error.message}${error.stack}`, /hf_secret/);
    throw Object.assign(error, { requests: server.requests });
  });
  assert.doesNotMatch(lines.join(), /hf_secret/);
  return { folder, waits, lines, paths: server.requests.map(({ path }) => path), server };
}

const needed = ["config.json", "merges.txt", "model.safetensors", "vocab.json"];
const visible = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).filter((n) => !n.startsWith(".")).sort();

Deno.test("getRepository() fetches what a model needs, once, and keeps it where it is found by name", () =>
  inFolder(async (cache) => {
    const first = await get(cache);
    assert.equal(first.folder, join(cache, "models--someone--small-clip", "snapshots", commit));
    assert.deepEqual(visible(first.folder), needed);
    assert.deepEqual(await Deno.readFile(join(first.folder, "model.safetensors")), big);
    assert.match(first.lines.at(-1) ?? "", /someone\/small-clip: done: 3\/3 MB .*4 files/);
    const sent = first.server.requests.map(({ headers }) => headers.get("authorization"));
    assert.ok(sent.every((value) => value === "Bearer hf_secret"), sent.join());
    const second = await get(cache);
    assert.ok(second.paths.every((path) => path.startsWith("/api/")), second.paths.join());
    assert.equal(await findPublished(repo, cache), first.folder);
    await assert.rejects(
      findPublished("no/such", cache),
      /"deno task weights get no\/such" fetches it/,
    );
  }));

Deno.test("getRepository() waits, resumes and goes on through a bad line", () =>
  inFolder(async (cache) => {
    const { waits, paths, folder } = await get(cache, (path, time) => {
      if (path.includes("/tree/") && time === 1) {
        return { status: 429, headers: { "retry-after": "3" } };
      }
      if (path.includes("/revision/") && time === 1) return { status: 502 };
      if (path.endsWith("vocab.json") && time < 3) return { status: 503 };
      if (path.endsWith("model.safetensors") && time === 1) return { dropAfter: 1_500_000 };
    });
    assert.deepEqual(waits.toSorted((a, b) => a - b), [1000, 1000, 1000, 2000, 3000]);
    assert.equal(paths.filter((path) => path.endsWith("model.safetensors")).length, 2);
    assert.deepEqual(await Deno.readFile(join(folder, "model.safetensors")), big);
    assert.deepEqual(visible(folder), needed);
  }));

Deno.test("getRepository() says what is wrong and how to go on, and leaves no half file", () =>
  inFolder(async (cache) => {
    const flipped = big.slice();
    flipped[5] = flipped[5] as number ^ 1;
    const api = (status: number) => (path: string) =>
      path.startsWith("/api/") ? { status } : undefined;
    const model = (behaviour: Behaviour) => (path: string) =>
      path.endsWith("model.safetensors") ? behaviour : undefined;
    const cases: [Parameters<typeof hub>[0], RegExp][] = [
      [api(401), /says 401 \(no access\); the token in HF_TOKEN has no access/],
      [api(404), /says 404 \(not found\); check the name and the revision/],
      [api(500), /says 500; try again later/],
      [api(429), /says 429; try again later/],
      [
        (path) => path.endsWith("merges.txt") ? { body: "#version: 0.3\n" } : undefined,
        /git-sha1 .*, expected/,
      ],
      [model({ status: 403 }), /resolve\/.*model\.safetensors: the server says 403 \(no access\)/],
      [model({ status: 404 }), /model\.safetensors: the server says 404 \(no such file\)/],
      [model({ body: big.slice(0, 999) }), /the file has 999 bytes, expected 2500000/],
      [model({ body: flipped }), /sha256 [0-9a-f]{64}, expected [0-9a-f]{64}/],
      [model({ dropAfter: 10 }), /given up after 6 attempts\. \d+ bytes are kept in .*\.part/],
    ];
    for (const [bad, message] of cases) {
      await assert.rejects(get(cache, bad), message);
      const folder = join(cache, "models--someone--small-clip", "snapshots", commit);
      const there = await Deno.stat(join(folder, "model.safetensors")).then(
        () => true,
        () => false,
      );
      assert.ok(!there, `${message}`);
    }
    await assert.rejects(
      get(cache, undefined, { endpoint: "http://127.0.0.1:9" }),
      /http:\/\/127\.0\.0\.1:9 cannot be reached .*HF_ENDPOINT/,
    );
    await assert.rejects(
      get(cache, undefined, { files: ["pytorch_model.bin"] }),
      /is a pickle file.*code/,
    );
    await assert.rejects(get(cache, undefined, { files: ["x.json"] }), /no file "x\.json" among 7/);
    assert.deepEqual(visible((await get(cache)).folder), needed, "the next call ends it");
  }));

Deno.test("neededFiles() of a pipeline: its parts in one variant, shards with their index, no pickles", () => {
  const common = ["model_index.json", "scheduler/scheduler_config.json", "tokenizer/vocab.json"];
  const configs = ["text_encoder/config.json", "unet/config.json", "vae/config.json"];
  const stem = "diffusion_pytorch_model",
    shard = (i: number, v = "") => `${stem}${v}-0000${i}-of-00002.safetensors`;
  const rest = [
    "v1-5-pruned.ckpt",
    "safety_checker/model.safetensors",
    "feature_extractor/preprocessor_config.json",
    ...["", ".fp16"].flatMap((v) => [
      `text_encoder/model${v}.safetensors`,
      `text_encoder/pytorch_model${v}.bin`,
      `vae/${stem}${v}.safetensors`,
      `unet/${shard(1, v)}`,
      `unet/${shard(2, v)}`,
    ]),
    `unet/${stem}.safetensors.index.json`,
    `unet/${stem}.safetensors.index.fp16.json`,
    "unet/diffusion_pytorch_model.non_ema.bin",
  ];
  const all = [...common, ...configs, ...rest];
  const of = (v: string, index: string) => [
    ...common,
    ...configs,
    `text_encoder/model${v}.safetensors`,
    `unet/${index}`,
    `unet/${shard(1, v)}`,
    `unet/${shard(2, v)}`,
    `vae/${stem}${v}.safetensors`,
  ];
  assert.deepEqual(neededFiles("a/b", all), of("", `${stem}.safetensors.index.json`));
  assert.deepEqual(
    neededFiles("a/b", all, "fp16"),
    of(".fp16", `${stem}.safetensors.index.fp16.json`),
  );
  assert.throws(
    () => neededFiles("a/b", ["README.md"]),
    /expected config\.json \(CLIP\) or model_index/,
  );
  assert.throws(
    () => neededFiles("a/b", ["config.json", "pytorch_model.bin"]),
    /a\/b: expected model\.safetensors .*pytorch_model\.bin, a pickle file/,
  );
});

Deno.test("hubCache() prefers the project's variable, then the hub's own", () => {
  const at = (vars: Record<string, string>) => hubCache((name) => vars[name]);
  assert.equal(at({ UNIDIFF_CACHE: "/u", HF_HOME: "/h" }), "/u/hub");
  assert.equal(at({ HF_HOME: "/h", HF_HUB_CACHE: "/c" }), "/c");
  assert.equal(at({ HF_HOME: "/h" }), "/h/hub");
  assert.match(at({}), /\.cache.hub$/);
});
