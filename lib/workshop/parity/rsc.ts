import { z } from "zod";
import { tf } from "../../runtime/mod.ts";
import { valueAndGrads } from "../../model/mod.ts";
import { rscLoss } from "../../losses/mod.ts";
import type { Comparison, Tolerances } from "./compare.ts";
import { expectTensors, type Reference, shaped } from "./reference.ts";
import { settings } from "./settings.ts";
import { compareOutput, plain } from "./tensors.ts";

const json = z.strictObject({ tau: z.number().positive(), note: z.string().optional() });

/** Relational consistency, form a: both directions, their mean, and its gradients. */
export function checkRsc(reference: Reference, tolerances: Tolerances): Comparison[] {
  const { tau: temperature } = settings(json, reference.json, "io.json");
  expectTensors(reference, [
    ...["clip", "diffusion", "c2d", "d2c", "loss", "grad_clip", "grad_diffusion"],
  ]);
  const left = shaped(reference.io, "clip", [undefined, undefined]);
  const right = shaped(reference.io, "diffusion", [left.shape[0], undefined]);
  const compared: Comparison[] = [];
  tf.tidy(() => {
    const clip = plain<tf.Rank.R2>(left), diffusion = plain<tf.Rank.R2>(right);
    const against = (name: string, actual: tf.Tensor, tolerance = tolerances.output) =>
      compared.push(compareOutput(reference.io, name, actual, tolerance));
    for (const direction of ["c2d", "d2c"] as const) {
      against(direction, rscLoss(clip, diffusion, { temperature, direction }));
    }
    const loss = (c: tf.Tensor, d: tf.Tensor) =>
      rscLoss(c as tf.Tensor2D, d as tf.Tensor2D, { temperature, direction: "both" });
    against("loss", loss(clip, diffusion));
    const { grads } = valueAndGrads(() => loss(clip, diffusion), [clip, diffusion]);
    const [dClip, dDiffusion] = grads as [tf.Tensor, tf.Tensor];
    against("grad_clip", dClip, tolerances.gradient);
    against("grad_diffusion", dDiffusion, tolerances.gradient);
  });
  return compared;
}
