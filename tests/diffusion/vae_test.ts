import { tf } from "unidiff/runtime/tf.ts";
import { vaeDecode, vaeEncode, vaeSpecs } from "unidiff/diffusion/vae.ts";
import { vaeConfig } from "unidiff/weights/hub_config.ts";
import { paramsFromTensors } from "unidiff/weights/params.ts";
import { onBackends } from "../backends.ts";
import { loadCase } from "../golden.ts";
import { assertOutput, picture } from "../parity.ts";

onBackends("the autoencoder equals diffusers on vae_tiny", async () => {
  const { config, weights, io } = await loadCase("vae_tiny");
  const c = vaeConfig(config);
  const params = paramsFromTensors(weights, vaeSpecs(c), "vae_tiny");
  tf.tidy(() => {
    const { mean, logVariance } = vaeEncode(params, c, picture(io, "image"));
    assertOutput(io, "moments", tf.concat([mean, logVariance], 3));
    assertOutput(io, "mean", mean);
    assertOutput(io, "decoded", vaeDecode(params, c, picture(io, "latent")));
  });
  tf.dispose(params);
});
