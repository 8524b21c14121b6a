/** What notebooks show step by step, on the smallest model. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { itcLoss } from "unidiff/losses/itc.ts";
import { collapseByHand } from "../notebooks/lessons/collapse.ts";
import { visibleBatch } from "../notebooks/lessons/batch.ts";
import { between, drawnBy, noiseToPicture } from "../notebooks/lessons/drawing.ts";
import { centred, cosines, embeddings, middleFeature } from "../notebooks/lessons/features.ts";
import { gradientTable, rowGradient } from "../notebooks/lessons/gradients.ts";
import { noiseLevels } from "../notebooks/lessons/noise.ts";
import { captionTable, roundTrip, tokenTable } from "../notebooks/lessons/words.ts";
import { rscLoss } from "unidiff/losses/rsc.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { loadModel } from "unidiff/study/start.ts";
import { rowOf } from "unidiff/study/rows.ts";
import { presetOf } from "unidiff/study/presets.ts";
import { inFolder } from "./data/folder.ts";
import { tinyDataSet, tinyStudy } from "./study/tiny.ts";

Deno.test("a visible batch: its losses and gradients are those that training computes", () =>
  inFolder(async (folder) => {
    await startBackend();
    const seen = await visibleBatch(tinyStudy(await tinyDataSet(folder)), { count: 5 });
    assert.equal(new Set(seen.captions).size, 5);
    assert.match(seen.labels[0]!, /^1 [a-z]+$/);
    const tensors = tf.memory().numTensors;

    const { image, text } = embeddings(seen), feature = middleFeature(seen);
    const value = (loss: tf.Scalar) => {
      const [number] = loss.dataSync();
      loss.dispose();
      return number as number;
    };
    const itc = value(
      itcLoss(image, text, seen.model.params.logit_scale as tf.Scalar, seen.batch.targets),
    );
    const rsc = value(rscLoss(image, feature, { ...seen.preset.train.rsc, direction: "both" }));
    const only = (weights: object) => (
      { title: "", weights: { itc: 0, is: 0, rsc: 0, direction: "both" as const, ...weights } }
    );
    const own = {
      itc: rowGradient(seen, only({ itc: 1 })),
      rsc: rowGradient(seen, only({ rsc: 1 })),
    };
    assert.ok(Math.abs(own.itc.value - itc) < 1e-5, `${own.itc.value} ${itc}`);
    assert.ok(Math.abs(own.rsc.value - rsc) < 1e-5, `${own.rsc.value} ${rsc}`);
    assert.equal(own.itc.norms.unet, 0);
    assert.equal(own.rsc.norms.text, 0);
    assert.ok(own.itc.norms.vision > 0 && own.rsc.norms.unet > 0);
    const is = rowGradient(seen, rowOf("A2"));
    assert.equal(is.norms.vision, 0);
    const table = gradientTable(seen, { IS: rowOf("A2"), "form d": rowOf("A7d") });
    assert.deepEqual(table.rows.map(({ loss }) => loss), ["IS", "form d"]);

    const { table: levels, picture } = await noiseLevels(seen, [10, 900]);
    const [low, high] = levels.rows as { signal: number; error: number }[];
    assert.ok(low!.signal > 0.9 && high!.signal < 0.05 && low!.error > 0);
    // Clean, then seen and guessed at both steps.
    assert.ok((await sharp(picture).metadata()).height > 5 * 96);

    const likeness = cosines(feature), unit = centred(feature);
    assert.ok(Math.abs(likeness.arraySync()[2]![2]! - 1) < 1e-5);
    assert.ok(Math.abs(unit.sum(0).abs().max().dataSync()[0]!) < 1e-3);
    tf.dispose([image, text, feature, likeness, unit]);
    assert.ok(tf.memory().numTensors <= tensors + 3, "tensors leak");
  }));

Deno.test("between() ends where its captions alone would, and drawings are of the size they say", async () => {
  await startBackend();
  const model = await loadModel(presetOf("nano")), prompts = ["A red cup.", "A blue hat."];
  const options = { steps: 2, guidance: 2, seed: 3 }, tensors = tf.memory().numTensors;
  const lines = await drawnBy(model, prompts, { few: options, more: { ...options, steps: 3 } });
  const way = await between(model, prompts[0]!, prompts[1]!, options, { count: 3 });
  // Both first pictures begin as the same noise under the same caption.
  const first = async (png: Uint8Array, left: number, bottom: number) => {
    const { height = 0 } = await sharp(png).metadata();
    return await sharp(png).removeAlpha().extract({
      left,
      top: height - bottom,
      width: 100,
      height: 100,
    }).raw().toBuffer();
  };
  const { width = 0 } = await sharp(lines).metadata();
  const cell = 116; // 112 pixels and a gap
  const a = await first(lines, width - 2 * cell, 2 * cell), b = await first(way, 4, cell);
  const off = a.reduce((sum, x, i) => Math.max(sum, Math.abs(x - b[i]!)), 0);
  assert.ok(off <= 1, `the pictures differ by ${off} of 255`);
  await between(model, prompts[0]!, prompts[1]!, options, { count: 2, noise: "between" });
  const steps = await noiseToPicture(model, prompts[0]!, { ...options, steps: 4 }, 4);
  assert.ok((await sharp(steps).metadata()).width! > 5 * 112);
  assert.equal(tf.memory().numTensors, tensors);
});

Deno.test("tokens, captions and the autoencoder's round trip are shown as they are", () =>
  inFolder(async (folder) => {
    await startBackend();
    const set = await new StudyContext(presetOf("nano")).dataSet(await tinyDataSet(folder));
    const model = await loadModel(presetOf("nano"));
    const [tokens] = tokenTable(model, ["A red cup."]).rows;
    assert.equal(tokens!.count, String(tokens!.ids).split(" ").length);
    const counts = captionTable(set).rows.map(({ count }) => count);
    assert.deepEqual(counts.slice(0, 2), [32, 32]);
    const { psnr } = await roundTrip(model, set, { count: 4 });
    assert.ok(psnr > 0 && psnr < 30, `${psnr} dB of a random autoencoder`);
  }));

Deno.test("collapseByHand(): the more common, the higher the cosine; all equal has no direction left", () => {
  const rows = collapseByHand([0, 0.5, 1]).rows as Record<string, number>[];
  const cosines = rows.map(({ meanCosine }) => meanCosine!);
  assert.ok(Math.abs(cosines[0]!) < 0.05 && cosines[1]! > 0.3 && Math.abs(cosines[2]! - 1) < 1e-6);
  assert.ok(Math.abs(rows[2]!.effectiveRank! - 1) < 0.05);
});
