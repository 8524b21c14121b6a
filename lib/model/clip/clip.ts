import type { ParamSpecs } from "../nn/params.ts";
import type { ClipConfig } from "./config.ts";
import { textSpecs } from "./text.ts";
import { visionSpecs } from "./vision.ts";

/** Every parameter of CLIP; the temperature starts at ln(1/0.07) as published. */
export function clipSpecs(c: ClipConfig): ParamSpecs {
  return {
    logit_scale: { shape: [], init: { value: Math.log(1 / 0.07) } },
    ...textSpecs(c.text, c.projection),
    ...visionSpecs(c.vision, c.projection),
  };
}
