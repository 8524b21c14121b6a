import { tf } from "unidiff/runtime/tf.ts";
import { unet, unetSpecs } from "unidiff/diffusion/unet.ts";
import { isLoss } from "unidiff/losses/is.ts";
import { unetConfig } from "unidiff/weights/hub_config.ts";
import { paramsFromTensors } from "unidiff/weights/params.ts";
import { onBackends } from "../backends.ts";
import { assertClose, loadCase, tensorOf } from "../golden.ts";
import { assertGradients, assertOutput, gradientsOf, picture, plain } from "../parity.ts";
import { nhwcToNchw } from "unidiff/weights/layout.ts";

onBackends("the UNet equals diffusers on unet_tiny", async () => {
  const { config, weights, io } = await loadCase("unet_tiny");
  const c = unetConfig(config);
  const params = paramsFromTensors(weights, unetSpecs(c), "unet_tiny");
  const timesteps = tensorOf(io, "timestep").data;
  tf.tidy(() => {
    const states = plain(io, "encoder_hidden_states") as tf.Tensor3D;
    const latents = picture(io, "sample"), target = picture(io, "target");
    const { noise, middle } = unet(params, c, { latents, timesteps, states });
    assertOutput(io, "out", noise);
    assertOutput(io, "mid", middle);
    const { value, grads } = gradientsOf(
      params,
      (p) => isLoss(unet(p, c, { latents, timesteps, states }).noise, target),
    );
    assertOutput(io, "mse", value);
    assertGradients(io, grads);
    const [dLatents, dStates] = tf.grads((x, s) =>
      isLoss(
        unet(params, c, {
          latents: x as tf.Tensor4D,
          timesteps,
          states: s as tf.Tensor3D,
        }).noise,
        target,
      )
    )([latents, states]) as [tf.Tensor, tf.Tensor];
    const input = nhwcToNchw(dLatents.dataSync() as Float32Array, dLatents.shape).data;
    const names = [...io.keys()].filter((k) => k.startsWith("grad_"));
    assertClose(
      input,
      tensorOf(io, names.find((n) => n.includes("sample")) ?? "grad_sample").data,
      1e-4,
      "d sample",
    );
    assertClose(
      dStates.dataSync(),
      tensorOf(io, names.find((n) => n.includes("hidden")) ?? "grad_encoder_hidden_states").data,
      1e-4,
      "d states",
    );
  });
  tf.dispose(params);
});
