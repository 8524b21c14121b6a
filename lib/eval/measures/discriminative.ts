/** Measures of embeddings and of the noise loss: nothing is drawn for them. */
import { attributeTasks, labelsOf } from "../attributes.ts";
import { debiasedCka, linearCka } from "../cka.ts";
import { alignment, spread } from "../collapse.ts";
import { labelledPrecision } from "../labelled_precision.ts";
import { noiseLosses } from "../noise_loss.ts";
import { mean } from "../statistics.ts";
import { unetFeatures } from "../unet_features.ts";
import { classCaptions, classEmbeddings, TEMPLATES, zeroShot } from "../zero_shot.ts";
import { embedCaptions } from "../../model/mod.ts";
import { type Measure, NotMeasurable } from "./subject.ts";

/** The IS loss on the measured pictures. */
export const noiseMeasure: Measure = {
  name: "noise",
  title: "the IS loss: denoising error on the measured pictures, fixed draws",
  ofDrawn: false,
  async compute(subject) {
    const { model, config } = subject, { captions, latents } = await subject.test();
    const losses = await noiseLosses(model, captions, latents, config.timesteps, config.seed);
    return { metrics: { "is.test": mean(losses) }, queries: { "is.test": losses } };
  },
};

/** The spread of embeddings and features. */
export const collapseMeasure: Measure = {
  name: "collapse",
  title: "effective rank, mean cosine, uniformity of image, text and UNet features; alignment",
  ofDrawn: false,
  async compute(subject) {
    const { images, texts } = await subject.embedded("test");
    const { features, dim } = await subject.unetFeatures();
    const { projection } = subject.model.config.clip;
    return {
      metrics: {
        ...named("collapse.image", spread(images, projection)),
        ...named("collapse.text", spread(texts, projection)),
        ...named("collapse.unet", spread(features, dim)),
        "collapse.alignment": alignment(images, texts, projection),
      },
    };
  },
};

/** How alike CLIP and the UNet see the pictures, and how far both are from where they began. */
export const ckaMeasure: Measure = {
  name: "cka",
  title: "linear CKA between CLIP and UNet features, and of each to the starting model",
  ofDrawn: false,
  async compute(subject) {
    const { projection: p } = subject.model.config.clip;
    const now = await subject.embedded("test"), before = await subject.embedded("test", "start");
    const unet = await subject.unetFeatures(), start = await subject.unetFeatures("start");
    const pairs = {
      "image-unet": [now.images, p, unet.features, unet.dim],
      "image-text": [now.images, p, now.texts, p],
      "image-start": [now.images, p, before.images, p],
      "text-start": [now.texts, p, before.texts, p],
      "unet-start": [unet.features, unet.dim, start.features, start.dim],
    } as const;
    const metrics: Record<string, number> = {};
    for (const [name, [x, dimX, y, dimY]] of Object.entries(pairs)) {
      metrics[`cka.${name}`] = linearCka(x, dimX, y, dimY);
      metrics[`cka.${name}.debiased`] = debiasedCka(x, dimX, y, dimY);
    }
    return { metrics };
  },
};

/** Whether pictures of one class lie together, for CLIP and for the UNet. */
export const classMapMeasure: Measure = {
  name: "class-map",
  title: "picture-to-picture mAP by each attribute, for CLIP image and UNet features",
  ofDrawn: false,
  async compute(subject) {
    const { attributes } = await subject.test(), { images } = await subject.embedded("test");
    const unet = await subject.unetFeatures(), { projection } = subject.model.config.clip;
    const metrics: Record<string, number> = {};
    for (const task of attributeTasks(attributes, attributes, 2)) {
      const labels = labelsOf(task, attributes);
      const clip = labelledPrecision(images, projection, labels);
      metrics[`class-map.${task.key}.image`] = clip.map;
      metrics[`class-map.${task.key}.unet`] =
        labelledPrecision(unet.features, unet.dim, labels).map;
      metrics[`class-map.${task.key}.chance`] = clip.chance;
      metrics[`class-map.${task.key}.queries`] = clip.queries;
    }
    return { metrics: filled(metrics) };
  },
};

/**
 * What each teacher of RSC tells apart: the relations of CLIP's image embeddings, of the UNet's feature
 * under the caption and without, and of that feature where one picture stands for all, which knows the
 * caption alone. By equal captions and by each attribute.
 */
export const teachersMeasure: Measure = {
  name: "teachers",
  title:
    "what RSC's teachers tell apart: mAP by caption and attribute; with one picture for all too",
  ofDrawn: false,
  async compute(subject) {
    const { captions, attributes, latents } = await subject.test(), { config, model } = subject;
    const { images } = await subject.embedded("test"), without = await subject.unetFeatures();
    const read = (of: Float32Array) =>
      unetFeatures(model, of, config.featureTimestep, config.seed, captions);
    const size = latents.length / captions.length, first = latents.subarray(0, size);
    const one = new Float32Array(latents.length);
    for (let i = 0; i < captions.length; i++) one.set(first, i * size);
    const [given, caption] = [await read(latents), await read(one)];
    const teachers = {
      clip: { features: images, dim: model.config.clip.projection },
      unet: without,
      "unet-caption": given,
      "caption-alone": caption,
    };
    const names = [...new Set(captions)], metrics: Record<string, number> = {};
    const tasks = [
      { key: "caption", labels: captions.map((text) => [names.indexOf(text)]) },
      ...attributeTasks(attributes, attributes, 2).map((task) => (
        { key: task.key, labels: labelsOf(task, attributes) }
      )),
    ];
    for (const { key, labels } of tasks) {
      if (!hasFellows(labels)) continue;
      for (const [name, { features, dim }] of Object.entries(teachers)) {
        metrics[`teachers.${name}.${key}`] = labelledPrecision(features, dim, labels).map;
      }
      metrics[`teachers.chance.${key}`] =
        labelledPrecision(images, teachers.clip.dim, labels).chance;
    }
    return { metrics: filled(metrics) };
  },
};

/** How hard each loss pulls at each network, by the model and by its start, on the same batch. */
export const gradientsMeasure: Measure = {
  name: "gradients",
  title:
    "norms of each loss's gradient in each network, now and at the start, on one training batch",
  ofDrawn: false,
  async compute(subject) {
    const metrics: Record<string, number> = {};
    for (const by of ["model", "start"] as const) {
      for (const [loss, norms] of Object.entries(await subject.gradientNorms(by))) {
        const prefix = by === "model" ? `gradients.${loss}` : `gradients.start.${loss}`;
        Object.assign(metrics, named(prefix, norms));
      }
    }
    return { metrics };
  },
};

/** Whether two pictures share a label. */
function hasFellows(labels: readonly (readonly number[])[]): boolean {
  const all = labels.flatMap((of) => [...new Set(of)]);
  return new Set(all).size < all.length;
}

/** Classification by captions made of class names. */
export const zeroShotMeasure: Measure = {
  name: "zero-shot",
  title: `classification by category and attribute with ${TEMPLATES.length} prompt templates`,
  ofDrawn: false,
  async compute(subject) {
    const { attributes } = await subject.test(), { images } = await subject.embedded("test");
    const { projection } = subject.model.config.clip, metrics: Record<string, number> = {};
    for (const task of attributeTasks(attributes, attributes, 2)) {
      const captions = await embedCaptions(subject.model, classCaptions(task.classes));
      const classes = classEmbeddings(captions, projection, TEMPLATES.length);
      const result = zeroShot(images, classes, projection, labelsOf(task, attributes));
      Object.assign(metrics, named(`zero-shot.${task.key}`, result));
      metrics[`zero-shot.${task.key}.classes`] = task.classes.length;
    }
    return { metrics: filled(metrics) };
  },
};

/** Throws where the records have no attribute that a measure could take. */
function filled(metrics: Record<string, number>): Record<string, number> {
  if (Object.keys(metrics).length > 0) return metrics;
  throw new NotMeasurable("no attribute has two classes of two pictures or more");
}

export function named(prefix: string, values: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, value as number]),
  );
}
