/** The networks: CLIP, the diffusion model, and what joins them. */
export { clipSpecs } from "./clip/clip.ts";
export {
  type ClipConfig,
  clipPixelMean,
  clipPixelStd,
  type ClipTextConfig,
  type ClipTowerConfig,
  clipVitL14,
} from "./clip/config.ts";
export { textEmbedding, textSpecs, textTower, type Tokens } from "./clip/text.ts";
export {
  byteSymbols,
  countTruncated,
  END_TOKEN,
  START_TOKEN,
  Tokenizer,
  tokenizerFrom,
  vocabularyFrom,
  WORD_END,
  WORD_PATTERN,
} from "./clip/tokenizer.ts";
export { embeddedTokenizer, loadTokenizer } from "./clip/tokenizer_files.ts";
export { clipPixels, imageEmbedding, visionTower } from "./clip/vision.ts";
export { mini, type ModelConfig, nano, operationsAtATime, sd15, trainingUse } from "./config.ts";
export {
  type ScheduleConfig,
  sdSchedule,
  type UNetConfig,
  type VaeConfig,
} from "./diffusion/config.ts";
export { resnet, resnetSpecs } from "./diffusion/resnet.ts";
export {
  type Denoiser,
  guided,
  type SamplerName,
  samplerOf,
  type SamplerOptions,
  samplers,
} from "./diffusion/samplers/mod.ts";
export { cleanOf, predictions } from "./diffusion/samplers/prediction.ts";
export { spacings } from "./diffusion/samplers/timesteps.ts";
export {
  addNoise,
  makeSchedule,
  minSnrWeights,
  predictClean,
  predictionTarget,
  type Schedule,
  velocity,
} from "./diffusion/schedule.ts";
export {
  type Encoded,
  unet,
  unetEncode,
  unetFirstUp,
  unetFromMiddle,
  unetSpecs,
} from "./diffusion/unet.ts";
export { vaeDecode, vaeEncode, vaeMoments, vaeSpecs } from "./diffusion/vae.ts";
export { captionStates, drawLatents, type DrawOptions, drawPictures } from "./draw.ts";
export {
  decodeLatents,
  embedCaptions,
  embedImages,
  encodeLatents,
  latentShape,
  type Model,
  modelSpecs,
  tokensOf,
  type Tower,
  towerOf,
} from "./model.ts";
export { gelu, quickGelu, silu } from "./nn/activation.ts";
export { attention } from "./nn/attention.ts";
export { untracked, valueAndGrads } from "./nn/backward.ts";
export { withCheckpoints } from "./nn/checkpoint.ts";
export { conv2d } from "./nn/conv.ts";
export { linear } from "./nn/linear.ts";
export { groupNorm, layerNorm } from "./nn/norm.ts";
export {
  convSpecs,
  linearSpecs,
  normSpecs,
  param,
  type Params,
  type ParamSpec,
  type ParamSpecs,
} from "./nn/params.ts";
export { noisePredictor } from "./predict.ts";
