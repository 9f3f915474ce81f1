import { isJsonObject, setOwn } from '@seatrial/kernel';
import type { Chart } from '../chart/chart.js';
import type { Values } from '../values/set-parser.js';
import { coalesceValues } from '../values/values.js';

/** The computed values of a chart: its own under the user's, and each subchart's likewise. */
export function computedValues(chart: Chart, given: Values, onWarning?: (text: string) => void): Values {
  const values = coalesceValues(given, chart.values, onWarning && { path: chart.metadata.name, say: onWarning });
  for (const dependency of chart.dependencies) {
    const { name } = dependency.metadata;
    const own = isJsonObject(values[name]) ? values[name] : {};
    const global = isJsonObject(values.global) ? { global: values.global } : {};
    setOwn(values, name, computedValues(dependency, { ...global, ...own }));
  }
  return values;
}
