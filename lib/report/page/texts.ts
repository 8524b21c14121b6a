/** What the page says besides numbers. */

export const LEAD =
  "A CLIP model and a text-to-image diffusion model are fine-tuned together on a small set of " +
  "captioned pictures, once for each row of losses, with the same steps, batches and noise. What " +
  "does each loss contribute?";

/** What a study is, by its folder's name; another is called by its name. */
const TITLES: Readonly<Record<string, string>> = {
  main: "The main job",
  full: "The study",
  study: "The study",
};

/** The heading of a study's page. */
export const titleOf = (study: string): string => TITLES[study] ?? study;

/** Opens the answers of a study that has too few seeds for any. */
export const FEW_SEEDS =
  "Fewer than three seeds allow no conclusion: how far two runs of the same row lie apart is not " +
  "known. The numbers as they are:";

/** Opens the answers of a study over folds that is not far enough for any. */
export const FEW_FOLDS = "No contrast has all of its folds yet: every question is open.";

/** Markdown. */
export const INFERRED = `
The method is UniDiff's (arXiv 2306.00813), of which only the abstract is public. It names the three
losses and their purpose; their formulas, the settings, the weights, the data and the numbers are not
public. No number on this page is the paper's.

- **ITC** and **IS** are the published losses of CLIP and of latent diffusion.
- **RSC** is inferred: each model's similarity of a picture to the others of its batch is a
  distribution, and the two are drawn together (relational KL, the teacher's gradient stopped). So are
  its temperature, its time steps and the layer that its feature is read from.
- The **rows** and the **weights** of the losses are inferred.
- A **miniature** (preset mini) compares rows with the same steps, batches and noise. It cannot tell what models of the
  published size would do.
`;
