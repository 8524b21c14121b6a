/** Running a computation on the backend of shapes. */
import { tf } from "../tf.ts";
import { kernels } from "./shape_kernels.ts";
import { SHAPES, ShapesBackend } from "./shapes_backend.ts";

/**
 * Runs `f` on the backend of shapes and returns to the one before; what `f` made is gone afterwards.
 *
 * Throws where another's computation is being tidied up or recorded; call it between steps.
 */
export async function onShapes<T>(f: (backend: ShapesBackend) => T): Promise<T> {
  const before = tf.getBackend();
  if (tf.findBackend(SHAPES) === null) {
    tf.registerBackend(SHAPES, () => new ShapesBackend());
    for (const [kernelName, shapesOf] of Object.entries(kernels)) {
      tf.registerKernel({
        kernelName,
        backendName: SHAPES,
        kernelFunc: ({ inputs, attrs, backend }) =>
          shapesOf(inputs as never, (attrs ?? {}) as never, backend as ShapesBackend),
      });
    }
  }
  await tf.setBackend(SHAPES);
  const backend = tf.backend() as ShapesBackend;
  try {
    return f(backend);
  } finally {
    await tf.setBackend(before);
  }
}
