import { onBackends } from "../backends.ts";
import { assertCase } from "../parity.ts";

onBackends(
  "AdamW, clipping, schedule and average equal torch over 12 steps",
  () => assertCase("optim"),
);
