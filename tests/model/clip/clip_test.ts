import { onBackends } from "../../backends.ts";
import { assertCase } from "../../parity.ts";

for (const name of ["clip_tiny", "clip_gelu"]) {
  onBackends(`CLIP equals transformers on ${name}`, () => assertCase(name));
}
