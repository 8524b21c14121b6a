import { MobileNetV2MidModel } from "nsfwjs/models/mobilenet_v2_mid";
import { joinedBytes, type tf } from "../runtime/mod.ts";
import { type Extractor, graphExtractor } from "./extractor.ts";

/** What the network is, for records of runs. */
export const MOBILENET = {
  name: "nsfwjs 4.3.0 mobilenet_v2_mid, expanded_conv_15/add, mean over places",
  hash: "49c06f4b344f67a4",
} as const;

/**
 * The default features, 224 wide: MobileNetV2-1.4 of nsfwjs 4.3.0 (MIT), the mean over places of the
 * block `expanded_conv_15/add`, pictures at 224 pixels in [0, 1].
 *
 * It was trained to tell offensive pictures; this block knows garments and products best among the
 * networks that npm packages hold. Distances in it compare rows here and nothing elsewhere: they are
 * not the distances that Inception gives.
 */
export async function mobilenet(): Promise<Extractor> {
  const json = unwrapped<tf.io.ModelJSON>(await MobileNetV2MidModel.modelJson());
  const shards = await Promise.all(
    MobileNetV2MidModel.weightBundles.map(async (load) =>
      Uint8Array.fromBase64(unwrapped<string>(await load()))
    ),
  );
  const weights = joinedBytes(shards);
  const nodes = (json.modelTopology as { node: { name: string }[] }).node;
  const node = nodes.find(({ name }) => name.endsWith("expanded_conv_15/add"))!.name;
  const extractor = await graphExtractor(
    {
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
      weightData: weights.buffer,
      format: "graph-model",
    },
    {
      name: MOBILENET.name,
      node,
      inputSize: 224,
      range: [0, 1],
    },
    [new TextEncoder().encode(JSON.stringify(json.modelTopology)), weights],
  );
  if (extractor.hash !== MOBILENET.hash) {
    throw new Error(
      `${MOBILENET.name}: hash ${extractor.hash}, expected ${MOBILENET.hash}; node_modules holds ` +
        "another package, delete it and run `deno task setup`",
    );
  }
  return extractor;
}

/** A CommonJS module's value, which an import wraps. */
function unwrapped<T>(module: unknown): T {
  return (module as { default: T }).default;
}
