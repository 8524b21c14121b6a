/** Which draws of a batch each loss sees, and whom its gradient reaches. */
import assert from "node:assert/strict";
import type { LossTerms, LossWeights } from "unidiff/losses/total.ts";
import { nano } from "unidiff/model/config.ts";
import { modelSpecs } from "unidiff/model/model.ts";
import { makeSchedule } from "unidiff/model/diffusion/schedule.ts";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import type { Params } from "unidiff/model/nn/params.ts";
import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { randomBatch } from "unidiff/study/memory/random_model.ts";
import { presets } from "unidiff/study/presets.ts";
import type { JointBatch } from "unidiff/train/batch.ts";
import type { RscConfig } from "unidiff/train/consistency.ts";
import { disposeBatch } from "unidiff/train/joint_data.ts";
import { jointLoss, limitsOf } from "unidiff/train/objective.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";

const schedule = makeSchedule(nano.schedule);
const everything: LossWeights = { itc: 1, is: 1, rsc: 1, direction: "both" };

/** The terms of a batch, and of the batch with other draws. */
function withBatch(
  use: (
    terms: (changes?: Partial<JointBatch>, rsc?: Partial<RscConfig>) => Record<string, number>,
    b: JointBatch,
  ) => void,
): void {
  const params = initialParams(modelSpecs(nano), 0), batch = randomBatch(nano, 4);
  tf.tidy(() =>
    use((changes = {}, rsc = {}) => {
      const own = { ...presets.nano.train.rsc, ...rsc };
      const { terms } = jointLoss(params, nano, schedule, everything, own, {
        ...batch,
        ...changes,
      });
      return numbers(terms);
    }, batch)
  );
  tf.dispose(params);
  disposeBatch(batch);
}

const numbers = (terms: LossTerms) =>
  Object.fromEntries(Object.entries(terms).map(([name, t]) => [name, t.dataSync()[0] as number]));

const again = (x: tf.Tensor, name: string) =>
  tf.tensor(stream(9, name).normals(x.size), x.shape) as never;

/** Other words in every caption; the empty one, the last, stays. */
function otherWords({ tokens }: JointBatch): JointBatch["tokens"] {
  const length = tokens.ids.length / tokens.count, last = tokens.ids.length - length;
  const ids = tokens.ids.map((id, at) => at < last && at % length < 3 ? id + 50 : id);
  return { ...tokens, ids };
}

onBackends("IS sees its own noise and time steps, RSC its own", () => {
  withBatch((terms, b) => {
    const plain = terms(), differs = (a: number, b: number) => Math.abs(a - b) > 1e-6;
    for (
      const changes of [{ noise: again(b.noise, "n") }, {
        timesteps: Int32Array.from(b.timesteps, (t) => t + 500),
      }]
    ) {
      const found = terms(changes as Partial<JointBatch>);
      assert.ok(differs(found.is!, plain.is!), Object.keys(changes).join());
      assert.equal(found.rsc, plain.rsc);
      assert.equal(found.itc, plain.itc);
    }
    const rscDraws = [{ rscNoise: again(b.rscNoise, "r") }, {
      rscTimesteps: Int32Array.from(b.rscTimesteps, (t) => t + 500),
    }];
    for (const changes of rscDraws) {
      const found = terms(changes as Partial<JointBatch>);
      assert.ok(differs(found.rsc!, plain.rsc!), Object.keys(changes).join());
      assert.equal(found.is, plain.is);
    }
  });
});

onBackends("a dropped caption is the empty one for IS, and only for IS", () => {
  withBatch((terms, b) => {
    const n = b.pixels.shape[0], all = tf.ones([n, 1, 1]) as tf.Tensor3D, tokens = otherWords(b);
    assert.ok(Math.abs(terms({ tokens }).is! - terms().is!) > 1e-6, "kept captions are read");
    assert.equal(terms({ tokens, dropped: all }).is, terms({ dropped: all }).is);
    const first = tf.tensor3d(Array.from({ length: n }, (_, i) => i === 0 ? 1 : 0), [n, 1, 1]);
    const [none, some, whole] = [terms(), terms({ dropped: first }), terms({ dropped: all })];
    assert.ok(none.is !== some.is && some.is !== whole.is);
    assert.equal(whole.itc, none.itc);
    assert.equal(whole.rsc, none.rsc);
  });
});

onBackends("RSC's feature is read under the caption or under none, as its settings say", () => {
  withBatch((terms, b) => {
    const tokens = otherWords(b);
    for (const form of ["a", "f"] as const) {
      const of = (condition: RscConfig["condition"], changes = {}) =>
        terms(changes, { form, condition }).rsc!;
      assert.ok(Math.abs(of("caption", { tokens }) - of("caption")) > 1e-7, form);
      assert.equal(of("null", { tokens }), of("null"), form);
      assert.notEqual(of("null"), of("caption"), form);
    }
  });
});

onBackends("a teacher held at the start is the start's: CLIP's, the UNet's, or both", () => {
  const start = initialParams(modelSpecs(nano), 0), moved = initialParams(modelSpecs(nano), 1);
  const batch = randomBatch(nano, 4);
  /** Moved parameters, but for those of some networks. */
  const but = (kept: RegExp): Params =>
    Object.fromEntries(
      Object.keys(start).map((
        name,
      ) => [name, (kept.test(name) ? start : moved)[name] as tf.Tensor]),
    );
  const unet = /^(conv|time_|down_|mid_|up_)/, vision = /^(vision_model|visual_projection)/;
  const text = /^text_model/;
  const loss = (p: Params, teacher: RscConfig["teacher"], direction: LossWeights["direction"]) => {
    const rsc = { ...presets.nano.train.rsc, teacher }, weights = { ...everything, direction };
    return tf.tidy(() =>
      numbers(jointLoss(p, nano, schedule, weights, rsc, batch, { start }).terms).rsc as number
    );
  };
  // CLIP's text tower is the start's here, which gives the UNet its states.
  const tuned = but(text),
    mixed = (kept: RegExp) => but(new RegExp(`${kept.source}|${text.source}`));
  const c2d = loss(mixed(vision), "tuned", "c2d"), d2c = loss(mixed(unet), "tuned", "d2c");
  assertClose([loss(tuned, "start", "c2d"), loss(tuned, "start", "d2c")], [c2d, d2c], 1e-5);
  assertClose([loss(tuned, "start", "both")], [(c2d + d2c) / 2], 1e-5);
  for (const [direction, held] of [["c2d", c2d], ["d2c", d2c]] as const) {
    assert.ok(Math.abs(loss(tuned, "tuned", direction) - held) > 1e-3 * held, direction);
  }
  tf.dispose([start, moved]);
  disposeBatch(batch);
});

onBackends("RSC's settings reach their form: centre, temperature, feature", () => {
  withBatch((terms) => {
    const differ = (form: RscConfig["form"], a: Partial<RscConfig>, b: Partial<RscConfig>) =>
      assert.notEqual(
        terms({}, { form, ...a }).rsc,
        terms({}, { form, ...b }).rsc,
        `${form} ${JSON.stringify(b)}`,
      );
    for (const form of ["a", "f"] as const) {
      differ(form, { centre: true }, { centre: false });
      differ(form, { feature: "middle" }, { feature: "up" });
    }
    differ("a", { temperature: 0.1 }, { temperature: 0.5 });
  });
});

onBackends("in form e CLIP is the instrument: its gradient is that of its own side alone", () => {
  const params = initialParams(modelSpecs(nano), 0), batch = randomBatch(nano, 3);
  const names = Object.keys(params).filter((name) =>
    /^(vision_model|visual_projection)\./.test(name)
  );
  const variables = names.map((name) => tf.variable(params[name] as tf.Tensor));
  const own: Params = {
    ...params,
    ...Object.fromEntries(names.map((name, i) => [name, variables[i]!])),
  };
  const rsc = { ...presets.nano.train.rsc, form: "e" as const };
  const gradients = (direction: LossWeights["direction"]) => {
    const weights = { itc: 0, is: 0, rsc: 1, direction };
    return valueAndGrads(() => jointLoss(own, nano, schedule, weights, rsc, batch).total, variables)
      .grads;
  };
  tf.tidy(() => {
    assert.ok(gradients("c2d").every((grad) => grad === undefined), "CLIP teaches: none at all");
    // Both ways are half of each, and of these c2d gives CLIP nothing.
    const [both, d2c] = [gradients("both"), gradients("d2c")];
    for (const [i, name] of names.entries()) {
      if (name.endsWith("k_proj.bias")) continue; // rounding about zero
      const half = tf.mul(d2c[i]!, 0.5), size = Math.max(1e-6, ...half.dataSync().map(Math.abs));
      assertClose([...both[i]!.dataSync(), size], [...half.dataSync(), size], 1e-4, name);
    }
  });
  tf.dispose([params, variables]);
  disposeBatch(batch);
});

onBackends("beyond its bound the logit scale still has a gradient", () => {
  const params = initialParams(modelSpecs(nano), 0), batch = randomBatch(nano, 4);
  const scale = tf.tidy(() => tf.variable(tf.scalar(Math.log(100) + 0.5)));
  const own = { ...params, logit_scale: scale };
  const weights = { itc: 1, is: 0, rsc: 0, direction: "both" as const };
  tf.tidy(() => {
    const { rsc } = presets.nano.train;
    const { grads } = valueAndGrads(
      () => jointLoss(own, nano, schedule, weights, rsc, batch).total,
      [scale],
    );
    assert.ok(Math.abs(grads[0]!.dataSync()[0] as number) > 1e-4);
  });
  assert.deepEqual(limitsOf("logit_scale"), [0, Math.log(100)]);
  assert.equal(limitsOf("text_projection.weight"), undefined);
  tf.dispose([params, scale]);
  disposeBatch(batch);
});
