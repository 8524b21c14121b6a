import { tf } from "../../runtime/mod.ts";
import { type Params, unet, unetSpecs } from "../../model/mod.ts";
import { isLoss } from "../../losses/mod.ts";
import { paramsFromTensors, unetConfig } from "../../weights/mod.ts";
import type { Comparison, Tolerances } from "./compare.ts";
import { compareGradients, gradientsOf } from "./gradients.ts";
import { expectTensors, type Reference, shaped, tensorOf, weightsOf } from "./reference.ts";
import { compareOutput, picture, plain } from "./tensors.ts";

/** The UNet: output, middle feature, mean square error, gradients of it for parameters and inputs. */
export function checkUnet(reference: Reference, tolerances: Tolerances): Comparison[] {
  const c = unetConfig(reference.config), specs = unetSpecs(c);
  expectTensors(reference, [
    ...["sample", "timestep", "encoder_hidden_states", "target", "out", "mid", "mse"],
    ...["grad_sample", "grad_encoder_hidden_states"],
    ...Object.keys(specs).map((name) => `grad.${name}`),
  ]);
  const sample = shaped(reference.io, "sample", [undefined, c.inChannels, undefined, undefined]);
  const [n, , height, width] = sample.shape as [number, number, number, number];
  const caption = shaped(reference.io, "encoder_hidden_states", [n, undefined, c.crossAttention]);
  const wanted = shaped(reference.io, "target", [n, c.outChannels, height, width]);
  const timesteps = timestepsFor(reference, n);
  const compared: Comparison[] = [];
  tf.tidy(() => {
    const latents = picture(sample), target = picture(wanted), states = plain<tf.Rank.R3>(caption);
    const params = paramsFromTensors(weightsOf(reference, "unet"), specs, "weights.safetensors");
    const against = (name: string, actual: tf.Tensor, tolerance = tolerances.output) =>
      compared.push(compareOutput(reference.io, name, actual, tolerance));
    const { noise, middle } = unet(params, c, { latents, timesteps, states });
    against("out", noise);
    against("mid", middle);
    const loss = (p: Params, latents: tf.Tensor4D, states: tf.Tensor3D) =>
      isLoss(unet(p, c, { latents, timesteps, states }).noise, target);
    const { value, grads } = gradientsOf(params, (p) => loss(p, latents, states));
    against("mse", value);
    compared.push(...compareGradients(reference.io, grads, tolerances.gradient));
    const [dLatents, dStates] = tf.grads((x, s) =>
      loss(params, x as tf.Tensor4D, s as tf.Tensor3D)
    )([latents, states]) as [tf.Tensor, tf.Tensor];
    against("grad_sample", dLatents, tolerances.gradient);
    against("grad_encoder_hidden_states", dStates, tolerances.gradient);
  });
  return compared;
}

/** A time step for each picture; one alone is meant for all. */
function timestepsFor(reference: Reference, n: number): Float32Array {
  const { data } = tensorOf(reference.io, "timestep");
  if (data.length === 1) return new Float32Array(n).fill(data[0] as number);
  return Float32Array.from(shaped(reference.io, "timestep", [n]).data);
}
