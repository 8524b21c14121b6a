/** The renderer: pictures with captions, drawn from numbers. */
export { withArticle } from "./captions.ts";
export { COLOURS, hex, shadeOf } from "./colour.ts";
export { DRAWING_VERSION, type DrawnCorpus, drawnCorpus, drawnSeeds } from "./corpus.ts";
export { drawSample, PRODUCTS } from "./draw.ts";
export { rasterise, toPng } from "./fashion/draw.ts";
export { type DrawnPicture, drawnPictures } from "./fashion/pictures.ts";
export { WARDROBE } from "./fashion/wardrobe.ts";
export type { Gender } from "./fashion/kind.ts";
