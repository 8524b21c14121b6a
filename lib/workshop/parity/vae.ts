import { tf } from "../../runtime/mod.ts";
import { vaeDecode, vaeEncode, vaeMoments, vaeSpecs } from "../../model/mod.ts";
import { paramsFromTensors, vaeConfig } from "../../weights/mod.ts";
import type { Comparison, Tolerances } from "./compare.ts";
import { expectTensors, type Reference, shaped, weightsOf } from "./reference.ts";
import { compareOutput, picture } from "./tensors.ts";

/** The autoencoder: moments and mean of a picture, and the picture of a latent. */
export function checkVae(reference: Reference, { output }: Tolerances): Comparison[] {
  const c = vaeConfig(reference.config);
  expectTensors(reference, ["image", "moments", "mean", "latent", "decoded"]);
  const image = shaped(reference.io, "image", [undefined, c.imageChannels, undefined, undefined]);
  const latent = shaped(reference.io, "latent", [
    undefined,
    c.latentChannels,
    undefined,
    undefined,
  ]);
  const compared: Comparison[] = [];
  tf.tidy(() => {
    const params = paramsFromTensors(
      weightsOf(reference, "vae"),
      vaeSpecs(c),
      "weights.safetensors",
    );
    const against = (name: string, actual: tf.Tensor) =>
      compared.push(compareOutput(reference.io, name, actual, output));
    against("moments", vaeMoments(params, c, picture(image)));
    against("mean", vaeEncode(params, c, picture(image)).mean);
    against("decoded", vaeDecode(params, c, picture(latent)));
  });
  return compared;
}
