/** Everything that can be fetched, and what has to be asked for. */
import { abo } from "./abo.ts";
import { hubSource } from "./hub.ts";
import { lumaSource } from "./luma.ts";
import type { AskedSource, Source } from "./source.ts";

const deepfashionCopy = hubSource({
  name: "deepfashion-multimodal",
  title: "DeepFashion-MultiModal, a copy of 42,537 thumbnails with captions",
  repository: "Marqo/deepfashion-multimodal",
  commit: "aa2162b21db2e2f8e1f6974a1488169d1afa8fb9",
  files: { "data/data-00000-of-00001.parquet": undefined },
  bytes: 153e6,
  licence: {
    name: "DeepFashion-MultiModal: non-commercial research only, no redistribution",
    text:
      "The data set is available for non-commercial research purposes only; its pictures come " +
      "from the Internet and are not the property of its makers; it must not be copied, published " +
      "or distributed further beyond one site of one organisation. Terms: " +
      "https://github.com/yumingj/DeepFashion-MultiModal#agreement",
  },
});

const kaggleCopy = hubSource({
  name: "kaggle-fashion",
  title: "Kaggle Fashion Product Images (small), a copy of 44,072 shop photographs with titles",
  repository: "ashraq/fashion-product-images-small",
  commit: "bd09c69e56fc0b1f279743fef89d735f3bdf8a42",
  files: {
    "data/train-00000-of-00002-6cff4c59f91661c3.parquet":
      "0f9b4042c6eea3c77aa0794630c956d1985de791c365abdb332f9d9cfa78d00a",
    "data/train-00001-of-00002-bb459e5ac5f01e71.parquet": undefined,
  },
  bytes: 271e6,
  licence: {
    name: "the uploader's tag on Kaggle: MIT",
    text: "The uploader tagged the set MIT, but the photographs were gathered from shops, whose " +
      "rights the tag does not settle: use them for research, do not publish them. " +
      "https://www.kaggle.com/datasets/paramaggarwal/fashion-product-images-small",
  },
});

/** What `deno task data get` can fetch. */
export const SOURCES: readonly Source[] = [lumaSource(), deepfashionCopy, kaggleCopy, abo];

/** What its makers give out themselves. */
export const ASKED: readonly AskedSource[] = [
  {
    name: "deepfashion-multimodal-originals",
    title: "DeepFashion-MultiModal, 44,096 pictures of 750 × 1101",
    licence: "non-commercial research only, no redistribution",
    where: "https://github.com/yumingj/DeepFashion-MultiModal (links to Google Drive); unpack " +
      "images.zip, labels.zip and captions.json into one folder",
    format: "deepfashion-multimodal",
  },
  {
    name: "fashion-gen",
    title: "Fashion-Gen, 293,008 pictures with descriptions",
    licence: "asked for at registration",
    where: "https://fashion-gen.com (registration; arXiv 1806.08317): " +
      "fashiongen_256_256_train.h5 and fashiongen_256_256_validation.h5 in one folder",
    format: "fashion-gen",
  },
  {
    name: "hm",
    title: "H&M Personalized Fashion Recommendations, 105,542 articles",
    licence: "the competition's terms",
    where: "https://www.kaggle.com/competitions/h-and-m-personalized-fashion-recommendations " +
      "(an account that accepted its rules): articles.csv beside images/",
    format: "hm",
  },
  {
    name: "product1m",
    title: "Product1M, over a million cosmetics with Chinese titles",
    licence: "research use",
    where: "https://github.com/zhanxlin/Product1M: the lists product1m_*_ossurl_v2.txt; the " +
      "pictures come from the addresses in them (many are dead) as images/<item id>.jpg",
    format: "product1m",
  },
  {
    name: "m5product",
    title: "M5Product, 6,313,067 products with Chinese captions",
    licence: "signed licence, researchers only, no redistribution",
    where: "https://xiaodongsuper.github.io/M5Product_dataset/ (a signed form by mail): " +
      "meta_info.json beside its pictures",
    format: "m5product",
  },
];

/** The source of a name or of one of its sets, and which sets are meant. */
export function sourceOf(name: string): { source: Source; only: readonly string[] } | undefined {
  const source = SOURCES.find((one) => one.name === name || one.sets.includes(name));
  return source && { source, only: source.name === name ? source.sets : [name] };
}
