import { isJsonObject, setOwn } from '@seatrial/kernel';
import type { Chart } from '../chart/chart.js';
import type { Values } from '../values/set-parser.js';
import { coalesceValues } from '../values/values.js';

/** A subchart's values with its parent's globals, which win (coalesceGlobals). */
function withGlobals(own: Values, parent: Values): Values {
  const [mine = {}, given = {}] = [own.global, parent.global];
  if (!isJsonObject(mine) || !isJsonObject(given)) return own;
  return { ...own, global: coalesceValues(given, mine) };
}

/** The computed values of a chart: its own under the user's, and each subchart's likewise. */
export function computedValues(chart: Chart, given: Values, onWarning?: (text: string) => void): Values {
  const values = coalesceValues(given, chart.values, onWarning && { path: chart.metadata.name, say: onWarning });
  for (const dependency of chart.dependencies) {
    const { name } = dependency.metadata;
    const own = isJsonObject(values[name]) ? values[name] : {};
    setOwn(values, name, computedValues(dependency, withGlobals(own, values)));
  }
  return values;
}
