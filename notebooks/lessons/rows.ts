/** Rows of a single loss, to look at each alone. */
import { rscForms } from "../../lib/losses/mod.ts";
import type { Row } from "../../lib/study/mod.ts";

/** A row that trains with one loss alone. */
export function onlyLoss(loss: "itc" | "is" | "rsc"): Row {
  const weights = { itc: 0, is: 0, rsc: 0, direction: "both" as const, [loss]: 1 };
  return { title: loss.toUpperCase(), weights };
}

/** RSC alone, in each of its candidate forms, by letter and name. */
export function formRows(): Record<string, Row> {
  return Object.fromEntries(
    Object.entries(rscForms).map(([form, name]) => [
      `${form} ${name}`,
      { ...onlyLoss("rsc"), rsc: { form: form as keyof typeof rscForms } },
    ]),
  );
}
