import type { ChartMetadata } from './chart-metadata.js';
import type { Values } from '../values/set-parser.js';

/** A file of a chart: its path within the chart, and its text. */
export interface ChartFile {
  readonly name: string;
  readonly data: string;
}

/** A chart as it was read from a folder. */
export interface Chart {
  readonly metadata: ChartMetadata;
  readonly values: Values;
  readonly templates: readonly ChartFile[];
  /** What is neither template nor metadata: `.Files`. */
  readonly files: readonly ChartFile[];
  readonly crds: readonly ChartFile[];
  readonly dependencies: readonly Chart[];
  /** The text of values.yaml; undefined without that file. */
  readonly rawValues?: string;
  /** The text of values.schema.json. */
  readonly schema?: string;
}

/** Where a chart's CRD comes from (`# Source:`), and its text. */
export interface ChartCrd {
  readonly source: string;
  /** Its path within its own chart. */
  readonly name: string;
  readonly data: string;
}

/** The CRDs of a chart and of its subcharts (Chart.CRDObjects). */
export function chartCrds(chart: Chart, path = chart.metadata.name): ChartCrd[] {
  const own = chart.crds.map(({ name, data }) => ({ source: `${path}/${name}`, name, data }));
  const under = chart.dependencies.flatMap((dependency) =>
    chartCrds(dependency, `${path}/charts/${dependency.metadata.name}`),
  );
  return [...own, ...under];
}
