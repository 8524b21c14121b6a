/**
 * RSC, reciprocal semantic consistency, in six candidate forms.
 *
 * INFERRED, all of them: the paper says in one sentence that RSC makes the visual features of CLIP and of
 * the diffusion model consistent. Form a is the project's reading; each has a published relative, named
 * with it. In every one the teacher's gradient is stopped (reciprocal.ts), and a batch is at least two
 * pictures. Which features of a step a form compares: train/consistency.ts.
 */
import { tf } from "../runtime/mod.ts";
import { itcLoss } from "./itc.ts";
import { type Direction, reciprocal, stopGradient, type Teachers, unitRows } from "./reciprocal.ts";

/** The candidates by letter, with the features they compare. */
export const rscForms = {
  a: "relational KL",
  b: "cross-modal KL",
  c: "instance contrast",
  d: "cosine alignment",
  e: "CLIP of the reconstruction",
  f: "Gram matching",
} as const;
export type RscForm = keyof typeof rscForms;

/** Whether a form compares W·d with CLIP's embedding, W being a linear map that is trained with it. */
export function needsProjection(form: RscForm): boolean {
  return form === "b" || form === "c" || form === "d";
}

/** Settings of {@link rscLoss}. */
export interface RscOptions {
  readonly temperature: number;
  readonly direction: Direction;
  /** Subtract the batch mean from both sides first, so that a common offset is no similarity. */
  readonly centre?: boolean;
}

/**
 * Form a: RSC as relational KL.
 *
 * INFERRED: the paper's formula is not public. With P_i = softmax over j≠i of cos(x_i, x_j)/τ on
 * either side, CLIP's distribution Pc and the diffusion model's Pd are drawn together:
 * c→d is mean_i KL(sg Pc_i ‖ Pd_i), d→c is mean_i KL(sg Pd_i ‖ Pc_i), both is half of each. The
 * teacher's gradient is stopped. Relatives: Deep Mutual Learning (1706.00384), TinyCLIP.
 *
 * `clip`: [batch, a] and `diffusion`: [batch, b], any widths, normalised here. Scalar. Needs a batch
 * of at least 3: with two items every distribution is certain. `teachers` are other features that
 * teach, such as those of the starting models, which do not drift.
 */
export function rscLoss(
  clip: tf.Tensor2D,
  diffusion: tf.Tensor2D,
  o: RscOptions,
  teachers?: Teachers,
): tf.Scalar {
  const n = clip.shape[0];
  if (n < 3) throw new Error(`rscLoss: expected a batch of at least 3, found ${n}`);
  return tf.tidy(() =>
    reciprocal(
      relations(clip, o),
      relations(diffusion, o),
      o.direction,
      divergence,
      teachers && {
        clip: relations(teachers.clip, o),
        diffusion: relations(teachers.diffusion, o),
      },
    )
  );
}

/** [batch, batch]: the cosine of every pair of rows, after the batch's mean is taken off where `centre`. */
function cosineMatrix(x: tf.Tensor2D, centre = false): tf.Tensor2D {
  const unit = unitRows(centre ? tf.sub(x, tf.mean(x, 0, true)) : x);
  return tf.matMul(unit, unit, false, true);
}

/** log P, [batch, batch]: each row the log-distribution of an item's similarity to the others. */
function relations(x: tf.Tensor2D, o: RscOptions): tf.Tensor2D {
  return tf.tidy(() => {
    const cosines = cosineMatrix(x, o.centre);
    const itself = tf.mul(tf.eye(x.shape[0]), -1e9);
    return tf.logSoftmax(tf.add(tf.mul(cosines, 1 / o.temperature), itself)) as tf.Tensor2D;
  });
}

/** mean_i KL(teacher_i ‖ student_i) of the log-distributions in two matrices' rows. */
export function divergence(teacher: tf.Tensor2D, student: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    // An item's similarity to itself has no mass on either side.
    const terms = tf.mul(tf.exp(teacher), tf.sub(teacher, student));
    return tf.mul(tf.sum(terms), 1 / teacher.shape[0]) as tf.Scalar;
  });
}

/**
 * Form b: mutual KL of the two models' matches between pictures and captions.
 *
 * `image`, `projected` (the diffusion feature in CLIP's space) and `text`: [batch, d], normalised
 * here. Q = softmax(x Uᵀ/τ) over captions, and over pictures; the mean of both divergences. The
 * captions' gradient is stopped: RSC moves visual features. Relatives: ALBEF's soft targets, TinyCLIP.
 */
export function crossModalKl(
  image: tf.Tensor2D,
  projected: tf.Tensor2D,
  text: tf.Tensor2D,
  o: { readonly temperature: number; readonly direction: Direction },
): tf.Scalar {
  return tf.tidy(() => {
    const captions = stopGradient(unitRows(text));
    const scores = (x: tf.Tensor2D) =>
      tf.mul(tf.matMul(unitRows(x), captions, false, true), 1 / o.temperature) as tf.Tensor2D;
    return reciprocal(scores(image), scores(projected), o.direction, (teacher, student) => {
      const rows = divergence(logSoftmax(teacher), logSoftmax(student));
      const columns = divergence(
        logSoftmax(tf.transpose(teacher)),
        logSoftmax(tf.transpose(student)),
      );
      return tf.mul(tf.add(rows, columns), 0.5) as tf.Scalar;
    });
  });
}

/**
 * Form c: contrast of each picture's two features with those of the others (symmetric InfoNCE).
 *
 * `image` and `projected`: [batch, d], normalised here. `targets` as in itcLoss. Relative: CLIP.
 */
export function instanceContrast(
  image: tf.Tensor2D,
  projected: tf.Tensor2D,
  o: { readonly temperature: number; readonly direction: Direction },
  targets?: tf.Tensor2D,
): tf.Scalar {
  return tf.tidy(() => {
    const scale = tf.scalar(-Math.log(o.temperature));
    return reciprocal(
      unitRows(image),
      unitRows(projected),
      o.direction,
      (teacher, student) => itcLoss(teacher, student, scale, targets),
    );
  });
}

/**
 * Forms d and e: the mean of 1 − cos(x_i, y_i) over a batch.
 *
 * `image` and `other`: [batch, d], normalised here; `other` is W·d in form d, CLIP's embedding of the
 * decoded clean latent in form e. Relatives: REPA (2410.06940); perceptual losses under CLIP.
 */
export function cosineAlignment(
  image: tf.Tensor2D,
  other: tf.Tensor2D,
  o: { readonly direction: Direction },
): tf.Scalar {
  return tf.tidy(() =>
    reciprocal(unitRows(image), unitRows(other), o.direction, (teacher, student) => {
      const cosines = tf.sum(tf.mul(teacher, student), 1);
      return tf.mean(tf.sub(1, cosines)) as tf.Scalar;
    })
  );
}

/**
 * Form f: the mean over pairs of pictures of (cos(v_i, v_j) − cos(d_i, d_j))².
 *
 * `clip`: [batch, a] and `diffusion`: [batch, b], any widths, normalised here; `centre` as in rsc.ts.
 * Relative: CyCLIP's in-modal term (2205.14459).
 */
export function gramMatching(
  clip: tf.Tensor2D,
  diffusion: tf.Tensor2D,
  o: { readonly direction: Direction; readonly centre?: boolean },
): tf.Scalar {
  return tf.tidy(() =>
    reciprocal(
      cosineMatrix(clip, o.centre),
      cosineMatrix(diffusion, o.centre),
      o.direction,
      (teacher, student) => tf.mean(tf.square(tf.sub(teacher, student))) as tf.Scalar,
    )
  );
}

const logSoftmax = (x: tf.Tensor) => tf.logSoftmax(x) as tf.Tensor2D;
