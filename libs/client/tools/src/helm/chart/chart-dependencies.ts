import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { computedValues } from '../engine/computed-values.js';
import type { Values } from '../values/set-parser.js';
import { coalesceValues } from '../values/values.js';
import type { Chart } from './chart.js';
import { dependencyEntries, textIn, type ChartDependency } from './chart-metadata.js';
import { versionFits } from './version-constraint.js';

function valueAtPath(values: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((at, key) => (isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), values);
}

/** What an entry's tags and then its condition say; a condition's first path that holds a truth value decides. */
function isEnabled(entry: JsonObject, values: Values): boolean {
  const tags = Array.isArray(entry.tags)
    ? entry.tags.map((tag) => valueAtPath(values.tags, typeof tag === 'string' ? tag : ''))
    : [];
  const wanted = tags.includes(true) || !tags.includes(false);
  const said = textIn(entry, 'condition')
    .split(',')
    .map((path) => valueAtPath(values, path.trim()))
    .find((value) => typeof value === 'boolean');
  return typeof said === 'boolean' ? said : wanted;
}

const isMeant = ({ metadata }: Chart, entry: ChartDependency): boolean =>
  metadata.name === entry.name && versionFits(textIn(entry, 'version'), metadata.version);

/** A subchart under the alias that an entry gives it. */
const aliased = (chart: Chart, entry: ChartDependency): Chart => ({
  ...chart,
  metadata: { ...chart.metadata, name: textIn(entry, 'alias') || entry.name },
});

/**
 * A chart with those subcharts that its dependencies' conditions and tags let in, under their aliases
 * (chartutil.ProcessDependencies of Helm v4.1).
 */
export function withEnabledDependencies(chart: Chart, given: Values): Chart {
  const entries = dependencyEntries(chart.metadata);
  const unlisted = chart.dependencies.filter((dependency) => !entries.some((entry) => isMeant(dependency, entry)));
  const listed = entries.flatMap((entry) => {
    const found = chart.dependencies.find((dependency) => isMeant(dependency, entry));
    return found ? [{ entry, chart: aliased(found, entry) }] : [];
  });
  const all = { ...chart, dependencies: [...unlisted, ...listed.map((pair) => pair.chart)] };
  const values = computedValues(all, given);
  const nameOf = (entry: ChartDependency): string => textIn(entry, 'alias') || entry.name;
  // What is off goes by its name, whichever version lies there.
  const off = new Set(entries.filter((entry) => !isEnabled(entry, values)).map(nameOf));
  const dependencies = all.dependencies
    .filter(({ metadata }) => !off.has(metadata.name))
    .map((dependency) => {
      const own = values[dependency.metadata.name];
      return withEnabledDependencies(dependency, isJsonObject(own) ? own : {});
    });
  const shown = entries.filter((entry) => !off.has(nameOf(entry)));
  const metadata =
    chart.metadata.dependencies === undefined
      ? chart.metadata
      : { ...chart.metadata, dependencies: shown.map((entry) => ({ ...entry, name: nameOf(entry) })) };
  return withImportedValues({ ...all, metadata, dependencies }, shown);
}

/** A chart's values hold those of its subcharts, and below its own what `import-values` brings of them (processImportValues). */
function withImportedValues(chart: Chart, entries: readonly JsonObject[]): Chart {
  if (chart.metadata.dependencies === undefined) return chart;
  const values = computedValues(chart, {});
  let imported: Values = {};
  for (const entry of entries) {
    const name = textIn(entry, 'alias') || textIn(entry, 'name');
    for (const item of Array.isArray(entry['import-values']) ? entry['import-values'] : []) {
      const [child, parent] = isJsonObject(item)
        ? [textIn(item, 'child'), textIn(item, 'parent')]
        : [`exports.${typeof item === 'string' ? item : ''}`, '.'];
      const table = valueAtPath(values, `${name}.${child}`);
      if (!isJsonObject(table)) continue;
      const placed =
        parent === '.' ? table : parent.split('.').reduceRight<unknown>((under, key) => ({ [key]: under }), table);
      imported = coalesceValues(imported, placed as Values);
    }
  }
  return { ...chart, values: coalesceValues(values, imported) };
}
