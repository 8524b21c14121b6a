/** How strongly each loss pulls at each network. */
import { tf } from "../../lib/runtime/mod.ts";
import { type Params, type Tower, towerOf } from "../../lib/model/mod.ts";
import type { Table } from "../../lib/report/mod.ts";
import { type Row, trainingOf, weightsOf } from "../../lib/study/mod.ts";
import { jointLoss, rscSpecs } from "../../lib/train/mod.ts";
import { initialParams } from "../../lib/weights/mod.ts";
import type { VisibleBatch } from "./batch.ts";

/** A loss on a batch and the Euclidean norm of its gradient in each network; 0 where none arrives. */
export interface LossGradient {
  readonly value: number;
  readonly norms: Readonly<Record<Exclude<Tower, "vae">, number>>;
}

/** The total loss of a row on a visible batch, and its gradient by network. */
export function gradientOf(
  { preset, model, schedule, batch }: VisibleBatch,
  row: Row,
): LossGradient {
  const { rsc } = trainingOf(preset, row), weights = weightsOf(preset, row);
  const squares = { text: 0, vision: 0, unet: 0 };
  // A form's own projection starts at random and is no network of the model.
  const added = initialParams(rscSpecs(model.config, rsc), 0);
  const names = Object.keys(model.params).filter((name) => towerOf(name) !== "vae");
  const variables = names.map((name) => tf.variable(model.params[name] as tf.Tensor));
  const own = Object.fromEntries(names.map((name, i) => [name, variables[i] as tf.Tensor]));
  const params: Params = { ...model.params, ...added, ...own };
  const value = tf.tidy(() => {
    const loss = () => jointLoss(params, model.config, schedule, weights, rsc, batch).total;
    const { value, grads } = tf.variableGrads(loss, variables);
    names.forEach((name, i) => {
      const gradient = grads[(variables[i] as tf.Variable).name];
      if (gradient === undefined) return; // no loss reaches it
      const tower = towerOf(name) as keyof typeof squares;
      squares[tower] += tf.sum(tf.square(gradient)).dataSync()[0] as number;
    });
    return value.dataSync()[0] as number;
  });
  tf.dispose([added, variables]);
  const { text, vision, unet } = squares;
  return {
    value,
    norms: { text: Math.sqrt(text), vision: Math.sqrt(vision), unet: Math.sqrt(unet) },
  };
}

/** A table of {@link gradientOf}: a line for each named row of losses. */
export function gradientTable(batch: VisibleBatch, rows: Readonly<Record<string, Row>>): Table {
  const number = (key: string, title: string, group?: string) => (
    { key, title, align: "right", format: { digits: 4 }, ...(group ? { group } : {}) } as const
  );
  return {
    title: "One batch: each loss, and the norm of its gradient in each network",
    note: "0 where no gradient arrives. RSC's pull on the text tower is stopped by design.",
    columns: [
      { key: "loss", title: "loss", align: "left", format: "text" },
      number("value", "value"),
      number("text", "text tower", "gradient"),
      number("vision", "vision tower", "gradient"),
      number("unet", "UNet", "gradient"),
    ],
    rows: Object.entries(rows).map(([loss, row]) => {
      const { value, norms } = gradientOf(batch, row);
      return { loss, value, ...norms };
    }),
  };
}
