import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { download, type DownloadOptions } from "unidiff/runtime/download.ts";
import { hashFile } from "unidiff/runtime/hash.ts";
import { stream } from "unidiff/runtime/random.ts";
import { retryAfter } from "unidiff/runtime/request.ts";
import { inFolder } from "../data/folder.ts";
import { type Behaviour, serveFile } from "./file_server.ts";

const file = Uint8Array.from(stream(0, "file").uniforms(3_000_000), (x) => Math.floor(256 * x));
const sha256 = createHash("sha256").update(file).digest("hex");
const known = { size: file.length, sha256 };

/** Fetches from a server that behaves so, request by request; the last behaviour goes on. */
async function fetched(
  path: string,
  behaviours: (Behaviour | Response)[],
  options: DownloadOptions = known,
) {
  const waits: number[] = [];
  await using server = serveFile(file, (i) => behaviours[Math.min(i, behaviours.length - 1)] ?? {});
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  try {
    const done = await download(`${server.url}/x.bin`, path, { wait, ...options });
    return { ...done, waits, requests: server.requests };
  } catch (error) {
    throw Object.assign(error as Error, { waits, requests: server.requests });
  }
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** Runs a test in a folder where the file is to come. */
const into = (test: (path: string, folder: string) => Promise<void>) => () =>
  inFolder((folder) => test(join(folder, "deep", "x.bin"), join(folder, "deep")));

async function assertWhole(path: string, folder: string) {
  assert.deepEqual(names(folder), ["x.bin"]);
  assert.equal(await hashFile(path), sha256);
}

Deno.test(
  "download() fetches a file once and tells its progress",
  into(async (path, folder) => {
    const progress: [number, number | undefined][] = [];
    const onProgress = (done: number, total?: number) => void progress.push([done, total]);
    const first = await fetched(path, [{}], { ...known, onProgress });
    assert.deepEqual([first.fetched, first.kept], [file.length, 0]);
    await assertWhole(path, folder);
    assert.deepEqual(progress[0], [0, file.length]);
    assert.deepEqual(progress.at(-1), [file.length, file.length]);
    const second = await fetched(path, [{ status: 500 }]);
    assert.deepEqual([second.fetched, second.requests.length], [0, 0]);
    await assert.rejects(fetched(path, [{}], { size: 5 }), /3000000 bytes, expected 5; nothing is/);
  }),
);

Deno.test(
  "download() goes on where a connection dropped, also in a later call",
  into(async (path, folder) => {
    const drop = { dropAfter: 1_200_000 };
    const { requests, waits } = await fetched(path, [drop, drop, {}]);
    assert.equal(requests.length, 3);
    assert.match(requests[1]?.headers.get("range") ?? "", /^bytes=\d{6,7}-$/);
    assert.equal(requests[1]?.headers.get("if-range"), '"v1"');
    assert.deepEqual(waits, [1000, 1000], "what brings a megabyte is no failure in a row");
    await assertWhole(path, folder);
    await Deno.remove(path);

    const error = await fetched(path, [drop, { dropAfter: 0 }], { ...known, attempts: 3 })
      .catch((e) => e);
    assert.match(error.message, /given up after 3 attempts\. \d+ bytes are kept in .*x\.bin\.part/);
    assert.deepEqual(error.waits, [1000, 2000]);
    assert.deepEqual(names(folder), ["x.bin.part", "x.bin.part.etag"]);
    const later = await fetched(path, [{}]);
    assert.ok(later.kept > 1_000_000 && later.fetched < 2_000_000, JSON.stringify(later));
    await assertWhole(path, folder);
  }),
);

Deno.test(
  "download() starts over where a server ignores ranges or the file has changed",
  into(async (path, folder) => {
    const ignoring = await fetched(path, [{ dropAfter: 1_500_000 }, { noRanges: true }]);
    assert.ok(ignoring.fetched > file.length);
    await assertWhole(path, folder);
    for (const [etag, hash] of [['"old"', undefined], ['"v1"', sha256]] as const) {
      await Deno.remove(path);
      await Deno.writeFile(`${path}.part`, new Uint8Array(1000)); // not the file's first bytes
      await Deno.writeTextFile(`${path}.part.etag`, etag);
      const again = await fetched(path, [{}], { size: file.length, sha256: hash });
      assert.equal(again.fetched >= file.length, true);
      await assertWhole(path, folder);
    }
    await Deno.remove(path);
    await Deno.writeFile(`${path}.part`, new Uint8Array(1000));
    await fetched(path, [{ noEtag: true }], {}); // nothing to check it by: not kept
    await assertWhole(path, folder);
  }),
);

Deno.test(
  "download() waits as a server asks and longer after each failure, but not for ever",
  into(async (path, folder) => {
    const busy = (value: string) => ({ status: 429, headers: { "retry-after": value } });
    const { waits } = await fetched(path, [busy("7"), { status: 503 }, { status: 502 }, {}]);
    assert.deepEqual(waits, [7000, 2000, 4000]);
    await assertWhole(path, folder);
    await Deno.remove(path);
    await assert.rejects(fetched(path, [busy("3600")]), /429 and asks to wait 3600 s; try later/);
    const error = await fetched(path, [{ status: 500 }]).catch((e) => e);
    assert.match(error.message, /the server says 500 .*given up after 6 attempts/);
    assert.deepEqual(error.waits, [1000, 2000, 4000, 8000, 16000]);
    assert.equal(retryAfter("Wed, 21 Oct 2015 07:28:30 GMT", Date.UTC(2015, 9, 21, 7, 28)), 30000);
  }),
);

Deno.test(
  "download() asks once where asking again cannot help, and shows no token",
  into(async (path, folder) => {
    const headers = { authorization: "Bearer secret-token" };
    const cases: [Behaviour, RegExp][] = [
      [{ status: 401 }, /the server says 401 \(no access\); set HF_TOKEN/],
      [{ status: 403 }, /the server says 403 \(no access\)/],
      [{ status: 404 }, /the server says 404 \(no such file\)/],
      [{ status: 400 }, /the server says 400, expected 200/],
    ];
    for (const [behaviour, message] of cases) {
      const options = { ...known, headers, access: "set HF_TOKEN" };
      const error = await fetched(path, [behaviour], options).catch((e) => e);
      assert.match(error.message, message);
      assert.equal(error.requests.length, 1);
      assert.equal(error.requests[0].headers.get("authorization"), "Bearer secret-token");
      assert.doesNotMatch(error.message + error.stack, /secret-token/);
      assert.ok(!names(folder).includes("x.bin"));
    }
  }),
);

Deno.test(
  "download() refuses a file that is short, long or other, and leaves no trace of it",
  into(async (path, folder) => {
    const flipped = file.slice();
    flipped[77] = flipped[77] as number ^ 1;
    const cases: [Behaviour, RegExp][] = [
      [{ body: file.slice(0, 1000) }, /the file has 1000 bytes, expected 3000000/],
      [{ body: "<html>captive portal</html>" }, /the file has 27 bytes, expected 3000000/],
      [{ body: flipped }, /sha256 [0-9a-f]{64}, expected [0-9a-f]{64}/],
    ];
    for (const [behaviour, message] of cases) {
      await assert.rejects(fetched(path, [behaviour]), message);
      assert.ok(!names(folder).includes("x.bin"));
    }
    const git = createHash("sha1").update(`blob ${file.length}\0`).update(file).digest("hex");
    await fetched(path, [{}], { gitSha1: git });
    await assertWhole(path, folder);
  }),
);

Deno.test(
  "download() gives up on silence and goes on with the next connection",
  into(async (path, folder) => {
    const options = { ...known, silence: 300 };
    const { requests } = await fetched(path, [{ silentAfter: 2_000_000 }, {}], options);
    assert.equal(requests.length, 2);
    assert.match(requests[1]?.headers.get("range") ?? "", /^bytes=[1-9]/);
    await assertWhole(path, folder);
  }),
);

Deno.test(
  "download() does not send Authorization on to another host",
  into(async (path, folder) => {
    await using other = serveFile(file, () => ({}));
    const elsewhere = other.url.replace("127.0.0.1", "localhost");
    const redirect = Response.redirect(`${elsewhere}/cdn?signature=1`, 302);
    const { requests } = await fetched(path, [redirect], {
      ...known,
      headers: { authorization: "Bearer secret-token" },
    });
    assert.equal(requests[0]?.headers.get("authorization"), "Bearer secret-token");
    assert.equal(other.requests[0]?.headers.get("authorization"), null);
    await assertWhole(path, folder);
  }),
);
