/** What makes a case pass, fail, or be no case: on copies of the reference values. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "@std/path";
import { casesIn, checkCase, kindOf } from "unidiff/workshop/parity/check.ts";
import { compare, largest, singlePrecision } from "unidiff/workshop/parity/compare.ts";
import { readReference } from "unidiff/workshop/parity/reference.ts";
import { caseText, parityJson, summaryText, worst } from "unidiff/workshop/parity/report.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { type RawTensor, readSafetensors, writeSafetensors } from "unidiff/weights/safetensors.ts";
import { onBackends } from "../../backends.ts";
import { inFolder } from "../../data/folder.ts";
import { goldenFolder } from "../../golden.ts";
import { assertCase } from "../../parity.ts";

for (const name of ["clip_eos2", "unet_heads", "vae_odd", "samplers_v"]) {
  onBackends(`${name} of make.py passes`, () => assertCase(name));
}
for (const name of ["metrics", "tokenizer", "published_shapes"]) {
  Deno.test(`${name} passes`, () => assertCase(name));
}

Deno.test("kindOf() tells every kind by its content", async () => {
  const expected = {
    clip_tiny: "CLIP",
    unet_tiny: "UNet",
    vae_tiny: "autoencoder",
    samplers: "samplers",
    samplers_v: "samplers",
    optim: "optimiser",
    metrics: "metrics",
    rsc_a: "consistency",
    tokenizer: "tokenizer",
    published_shapes: "shapes",
  };
  for (const [name, kind] of Object.entries(expected)) {
    assert.equal(kindOf(await readReference(goldenFolder(name))), kind);
  }
});

Deno.test("casesIn() gives the folder itself, or its subfolders in order", async () => {
  assert.deepEqual(await casesIn(goldenFolder("rsc_a")), [goldenFolder("rsc_a")]);
  const names = (await casesIn(goldenFolder(""))).map((path) => path.split("/").at(-1));
  assert.deepEqual(names.slice(0, 3), ["clip_eos2", "clip_gelu", "clip_tiny"]);
});

Deno.test("compare() divides by the largest value expected; NaN and infinity never pass", () => {
  const { error, passed } = compare("x", [1, -3.9], [1, -4], 0.03);
  assert.ok(passed && Math.abs(error - 0.025) < 1e-12);
  assert.equal(compare("x", [1, -3.9], [1, -4], 0.02).passed, false);
  assert.deepEqual(compare("x", [0], [0], 0), {
    ...{ tensor: "x", error: 0, tolerance: 0 },
    passed: true,
  });
  for (const [actual, expected] of [[NaN, 1], [1, NaN], [Infinity, 1], [1e-30, 0]] as const) {
    assert.equal(compare("x", [0, actual], [0, expected], 1e9).passed, false, `${actual}`);
  }
  assert.ok(Number.isNaN(largest([1, NaN, 2])));
  assert.throws(() => compare("x", [1], [1, 2], 1), /"x": computed 1 values, the reference has 2/);
});

/** Checks a copy of a case after a change, on the quickest backend to start. */
async function changed(
  name: string,
  change: (folder: string) => void | Promise<void>,
): Promise<Awaited<ReturnType<typeof checkCase>>> {
  await startBackend("wasm");
  let result: Awaited<ReturnType<typeof checkCase>> | undefined;
  await inFolder(async (parent) => {
    const folder = join(parent, name);
    cpSync(goldenFolder(name), folder, { recursive: true });
    await change(folder);
    result = await checkCase(folder, singlePrecision);
  });
  return result!;
}

/** Rewrites a file's tensors. */
const tensors =
  (file: string, change: (all: Map<string, RawTensor>) => void) => async (folder: string) => {
    const path = join(folder, `${file}.safetensors`), all = await readSafetensors(path);
    change(all);
    await writeSafetensors(path, Object.fromEntries(all));
  };

/** Rewrites a JSON file. */
const json = (file: string, change: Record<string, unknown>) => (folder: string) => {
  const path = join(folder, file), old = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...old, ...change }));
};

/** Adds 0.01 to one number of a tensor, or to the one at `at`. */
const nudge = (name: string, at = 0) => (all: Map<string, RawTensor>) => {
  all.get(name)!.data[at]! += 0.01;
};

for (
  const [name, weights] of Object.entries({
    clip_eos2: [
      "text_model.encoder.layers.0.mlp.fc1.weight",
      "vision_model.embeddings.patch_embedding.weight",
      "logit_scale",
    ],
    unet_heads: ["conv_in.weight", "mid_block.attentions.0.transformer_blocks.0.attn2.to_q.weight"],
    vae_odd: ["encoder.conv_in.weight", "decoder.conv_out.bias"],
  })
) {
  Deno.test(`one changed weight makes ${name} fail`, async () => {
    for (const weight of weights) {
      const result = await changed(name, tensors("weights", nudge(weight)));
      assert.equal(result.problem, undefined);
      assert.equal(result.passed, false, weight);
      assert.match(caseText(result), /^FAIL {2}/);
    }
  });
}

Deno.test("an autoencoder with the attention names and shapes of older files passes", async () => {
  const old = { to_q: "query", to_k: "key", to_v: "value", "to_out.0": "proj_attn" };
  const { passed, problem } = await changed(
    "vae_tiny",
    tensors("weights", (all) => {
      for (const [name, tensor] of [...all]) {
        const [, head, part, kind] = /^(.*attentions\.0)\.(to_.*)\.(weight|bias)$/.exec(name) ?? [];
        if (!head) continue;
        all.delete(name);
        const shape = kind === "weight" ? [...tensor.shape, 1, 1] : tensor.shape;
        all.set(`${head}.${old[part as keyof typeof old]}.${kind}`, { ...tensor, shape });
      }
    }),
  );
  assert.equal(problem, undefined);
  assert.ok(passed);
});

Deno.test("one changed reference value makes every kind fail, and is named", async () => {
  const value = { schedule: "alphas_cumprod", rsc: "grad_diffusion", optim: "ema.b" };
  for (
    const [name, tensor] of [
      ["samplers", value.schedule],
      ["samplers", "pndm_10"],
      ["rsc_a", value.rsc],
      ["optim", value.optim],
      ["clip_eos2", "grad.text_projection.weight"],
      // A gradient that is truly zero is compared too.
      ["clip_eos2", "grad.text_model.encoder.layers.0.self_attn.k_proj.bias"],
    ] as const
  ) {
    const { passed, comparisons } = await changed(name, tensors("io", nudge(tensor)));
    const failed = comparisons.filter(({ passed }) => !passed).map(({ tensor }) => tensor);
    assert.deepEqual([passed, failed], [false, [tensor]]);
  }
  const failing = async (name: string, file: string, change: Record<string, unknown>) =>
    (await changed(name, json(file, change))).comparisons.filter(({ passed }) => !passed)
      .map(({ tensor }) => tensor);
  assert.deepEqual(await failing("metrics", "io.json", { kid: 0.17001 }), ["kid"]);
  assert.deepEqual(
    await failing("tokenizer", "tokenizer.json", {
      cases: [{ text: "a cat", ids: [49406, 320, 2368, 49406], padded5: [1, 2, 3, 4] }],
    }),
    ['ids of "a cat"', 'padded5 of "a cat"'],
  );
  assert.deepEqual(await failing("published_shapes", "sd15_vae.json", { "conv.weight": [1, 2] }), [
    "sd15_vae: conv.weight",
  ]);
});

Deno.test("a tensor missing, added or misshapen, a setting unknown: an error that names it", async () => {
  const without = (name: string) => (all: Map<string, RawTensor>) => void all.delete(name);
  const withOne = (name: string) => (all: Map<string, RawTensor>) =>
    void all.set(name, { dtype: "F32", shape: [1], data: new Float32Array(1) });
  const reshaped = (name: string, shape: number[]) => (all: Map<string, RawTensor>) =>
    void (all.get(name)!.shape = shape);
  const problems: [string, (folder: string) => void | Promise<void>, RegExp][] = [
    [
      "clip_eos2",
      tensors("io", without("text_pooled")),
      /1 missing: "text_pooled"$/,
    ],
    [
      "unet_heads",
      tensors("io", (all) => {
        without("grad.conv_in.bias")(all);
        withOne("grad.conv_in.scale")(all);
      }),
      /1 missing: "grad.conv_in.bias"; 1 not expected: "grad.conv_in.scale"$/,
    ],
    ["vae_odd", tensors("weights", without("quant_conv.bias")), /"quant_conv.bias" is missing/],
    ["vae_odd", tensors("weights", withOne("extra")), /"extra" is not expected/],
    [
      "vae_odd",
      tensors("weights", reshaped("quant_conv.bias", [2, 3])),
      /"quant_conv.bias" has shape \[2,3\], expected \[6\]/,
    ],
    [
      "vae_odd",
      tensors("io", reshaped("mean", [1, 3, 1, 2])),
      /"mean" has shape \[1, 3, 1, 2\], expected \[1, 3, 2, 1\]/,
    ],
    [
      "clip_eos2",
      tensors("io", reshaped("pixel_values", [3, 12, 12, 3])),
      /"pixel_values" has shape \[3, 12, 12, 3\], expected \[3, 3, 12, 12\]/,
    ],
    ["samplers", tensors("io", without("ddpm_10_noise")), /1 missing: "ddpm_10_noise"/],
    ["rsc_a", tensors("io", withOne("gram")), /1 not expected: "gram"/],
    [
      "unet_heads",
      json("config.json", { use_linear_projection: true }),
      /use_linear_projection is/,
    ],
    ["vae_odd", json("config.json", { use_quant_conv: false }), /use_quant_conv is false/],
    ["optim", json("io.json", { amsgrad: true }), /Unrecognized key: "amsgrad"/],
    ["metrics", json("io.json", { is_score: 1 }), /Unrecognized key: "is_score"/],
    ["samplers", json("io.json", { model: "eps = x" }), /model: .*0.9 x cos/],
    ["samplers", json("io.json", { timesteps: { heun_10: [1] } }), /not expected|"heun_10"/],
    ["rsc_a", json("io.json", { tau: "0.1" }), /tau: /],
    ["unet_heads", json("config.json", { _class_name: "UNet3D" }), /no known kind.*"UNet3D"/],
    [
      "rsc_a",
      (folder) => Deno.writeTextFileSync(join(folder, "io.json"), "{"),
      /io.json is no JSON/,
    ],
    [
      "rsc_a",
      (folder) => Deno.truncateSync(join(folder, "io.safetensors"), 500),
      /io.safetensors: /,
    ],
  ];
  for (const [name, change, message] of problems) {
    const { passed, problem = "no problem", comparisons } = await changed(name, change);
    assert.match(problem, message);
    assert.deepEqual([passed, comparisons.length], [false, 0]);
  }
});

Deno.test("the report names the worst tensor, groups gradients and keeps JSON plain", () => {
  const comparisons = [
    compare("out", [1.00001], [1], 2e-5),
    compare("grad.a", [1.00005], [1], 1e-4),
    compare("grad.b", [1], [1], 1e-4),
    { ...compare("grad.k", [0], [0], 1e-6), note: "zero" },
    compare("grad.c", [NaN], [1], 1e-4),
  ];
  const result = {
    ...{ name: "case", folder: "there/case", kind: "UNet" as const },
    ...{ comparisons, passed: false, seconds: 1.25 },
  };
  assert.equal(worst(comparisons)?.tensor, "grad.c");
  const text = caseText(result);
  assert.match(text, /^FAIL {2}case \(UNet\), 5 tensors compared, 1\.\d s\n/);
  assert.match(text, /2 gradients of parameters, most: grad\.a\s+5\.0e-5 of 1\.0e-4\n/);
  assert.match(text, /grad\.c\s+not finite of 1\.0e-4 {2}FAIL\n/);
  assert.match(text, /1 gradients of parameters, truly zero\s+0 of 1\.0e-6 \[1\]\n\s+\[1\] zero$/);
  assert.match(summaryText([result], "wasm"), /0 of 1 cases pass on wasm$/);
  const json = parityJson([result], { name: "wasm" }, singlePrecision);
  const read = JSON.parse(JSON.stringify(json));
  assert.deepEqual([read.passed, read.cases[0].largest.tensor], [false, "grad.c"]);
  assert.equal(read.cases[0].comparisons.length, 5);
});
