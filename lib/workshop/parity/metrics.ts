import { z } from "zod";
import {
  coverageOf,
  effectiveRank,
  frechetDistance,
  kernelDistance,
  meanCosine,
  ranks,
  recallAtK,
  sameLabel,
  transposed,
  uniformity,
} from "../../eval/mod.ts";
import { compare, type Comparison, type Tolerances } from "./compare.ts";
import { expectTensors, type Reference, shaped } from "./reference.ts";
import { settings } from "./settings.ts";

const KERNEL = "(x.y/d + 1)^3, unbiased";
const shares = z.strictObject({
  precision: z.number(),
  recall: z.number(),
  density: z.number(),
  coverage: z.number(),
});
const fixed = z.strictObject({
  fid: z.number(),
  kid: z.number(),
  kid_kernel: z.literal(KERNEL).optional(),
  effective_rank_a: z.number(),
  uniformity_a: z.number(),
  mean_pairwise_cosine_a: z.number(),
  group: z.array(z.number()),
  retrieval: z.string().optional(),
  i2t_rank: z.array(z.number()),
  t2i_rank: z.array(z.number()),
});
const PRDC = /^prdc_real_a_fake_b_k(\d+)$/, RECALL = /^(i2t|t2i)_r@(\d+)$/;

/** The measures: Fréchet and kernel distance, spread, precision to coverage, ranks with ties. */
export function checkMetrics(reference: Reference, { output }: Tolerances): Comparison[] {
  const named = Object.entries(reference.json);
  const open = (key: string) => PRDC.test(key) || RECALL.test(key);
  const j = settings(fixed, Object.fromEntries(named.filter(([key]) => !open(key))), "io.json");
  expectTensors(reference, ["a", "b", "sim"]);
  const { data: left, shape } = shaped(reference.io, "a", [undefined, undefined]);
  const dim = shape[1] as number, n = j.group.length;
  const a = Float64Array.from(left);
  const b = Float64Array.from(shaped(reference.io, "b", [undefined, dim]).data);
  const sim = Float64Array.from(shaped(reference.io, "sim", [n, n]).data);
  const found = {
    i2t: ranks(sim, n, n, sameLabel(j.group)),
    t2i: ranks(transposed(sim, n, n), n, n, sameLabel(j.group)),
  };
  const scalar = (name: string, actual: number, expected: number) =>
    compare(name, [actual], [expected], output);
  return [
    scalar("fid", frechetDistance(a, b, dim), j.fid),
    scalar("kid", kernelDistance(a, b, dim), j.kid),
    scalar("effective_rank_a", effectiveRank(a, dim), j.effective_rank_a),
    scalar("uniformity_a", uniformity(a, dim), j.uniformity_a),
    scalar("mean_pairwise_cosine_a", meanCosine(a, dim), j.mean_pairwise_cosine_a),
    compare("i2t_rank", found.i2t, j.i2t_rank, 0),
    compare("t2i_rank", found.t2i, j.t2i_rank, 0),
    ...named.filter(([key]) => open(key)).flatMap(([key, value]) => {
      const k = Number(PRDC.exec(key)?.[1]);
      if (k > 0) {
        const expected = settings(shares, value, `io.json, ${key}`);
        return Object.entries(coverageOf(a, b, dim, k)).map(([name, share]) =>
          scalar(`${key}.${name}`, share, expected[name as keyof typeof expected])
        );
      }
      const [, way, depth] = RECALL.exec(key) as unknown as [string, "i2t" | "t2i", string];
      const expected = settings(z.number(), value, `io.json, ${key}`);
      return [scalar(key, recallAtK(found[way], Number(depth)), expected)];
    }),
  ];
}
