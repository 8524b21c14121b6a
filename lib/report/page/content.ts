/** Everything that the page of a study shows. */
import type { ExamplePictures, ExampleSheet } from "../examples.ts";
import type { FoldedReport } from "../folds/report.ts";
import type { Figure } from "../plot.ts";
import type { RunRecord } from "../record.ts";
import type { SampleSet } from "../samples.ts";
import type { Table } from "../table.ts";

/** What is shown of one data set. */
export interface PageSection {
  readonly dataset: string;
  readonly tables: readonly Table[];
  /** Figures by the name of their files in plots/. */
  readonly figures: Readonly<Record<string, Figure>>;
  readonly samples: SampleSet | undefined;
  /** What retrieval found for a few queries, with pictures where they can be shown. */
  readonly examples?: { readonly sheet: ExampleSheet; readonly pictures?: ExamplePictures };
}

/** Everything that the page shows. */
export interface PageContent {
  /** The study's folder. */
  readonly folder: string;
  readonly runs: readonly RunRecord[];
  readonly sections: readonly PageSection[];
  /** Headline findings in Markdown; the page has no such part where it is empty. */
  readonly findings: string;
  /** What runs over folds say; the opening then shows that, not a table of rows. */
  readonly overFolds?: FoldedReport;
  /** Tables over all data sets: the abstract's claims as they stand here. */
  readonly overSets?: readonly Table[];
  /** The numbers beside the reference's, where there is one. */
  readonly reproduced?: { readonly line: string; readonly table: Table };
}
