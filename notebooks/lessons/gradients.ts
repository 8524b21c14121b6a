/** How strongly each loss pulls at each network. */
import type { Table } from "../../lib/report/mod.ts";
import { gradientOf, type Row, trainingOf, weightsOf } from "../../lib/study/mod.ts";
import type { VisibleBatch } from "./batch.ts";

/** The total loss of a row on a visible batch, and its gradient by network. */
export function rowGradient({ preset, model, schedule, batch }: VisibleBatch, row: Row) {
  const { rsc } = trainingOf(preset, row), weights = weightsOf(preset, row);
  return gradientOf(model, schedule, weights, rsc, batch);
}

/** A table of gradients on a visible batch: a line for each named row of losses. */
export function gradientTable(seen: VisibleBatch, rows: Readonly<Record<string, Row>>): Table {
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
      const { value, norms } = rowGradient(seen, row);
      return { loss, value, ...norms };
    }),
  };
}
