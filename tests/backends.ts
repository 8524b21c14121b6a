/** Runs a test on each backend that the reference values must hold on. */
import { type BackendName, startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";

/** The backends of parity tests; UNIDIFF_TEST_BACKENDS (a comma list) chooses others. */
const names = (Deno.env.get("UNIDIFF_TEST_BACKENDS") ?? "tensorflow,wasm").split(
  ",",
) as BackendName[];

/** Registers `body` as one test per backend, each inside its own tidy-free scope. */
export function onBackends(name: string, body: () => void | Promise<void>): void {
  for (const backend of names) {
    Deno.test({
      name: `${name} [${backend}]`,
      sanitizeOps: false,
      sanitizeResources: false,
      async fn() {
        try {
          await startBackend(backend);
        } catch (error) {
          console.log(`  skipped on ${backend}: ${error instanceof Error ? error.message : error}`);
          return;
        }
        const before = tf.memory().numTensors;
        await body();
        const left = tf.memory().numTensors - before;
        if (left !== 0) throw new Error(`${left} tensors were left behind`);
      },
    });
  }
}
