import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import type { Chart } from './chart.js';
import { computedValues } from './engine.js';
import { coalesceValues } from './values.js';
import type { Values } from './set-parser.js';

const textIn = (entry: JsonObject, key: string): string => {
  const value = entry[key];
  return typeof value === 'string' ? value : '';
};

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

/**
 * A chart with those subcharts that its dependencies' conditions and tags let in, under their aliases
 * (chartutil.ProcessDependencies).
 */
export function withEnabledDependencies(chart: Chart, given: Values): Chart {
  const entries = Array.isArray(chart.metadata.dependencies) ? chart.metadata.dependencies.filter(isJsonObject) : [];
  const named = new Set(entries.map(({ name }) => name));
  const unlisted = chart.dependencies.filter(({ metadata }) => !named.has(metadata.name));
  const listed = entries.flatMap((entry) => {
    const found = chart.dependencies.find(({ metadata }) => metadata.name === entry.name);
    const name = textIn(entry, 'alias') || textIn(entry, 'name');
    return found ? [{ entry, chart: { ...found, metadata: { ...found.metadata, name } } }] : [];
  });
  const all = { ...chart, dependencies: [...unlisted, ...listed.map((pair) => pair.chart)] };
  if (all.dependencies.length === 0) return chart;
  const values = computedValues(all, given);
  const off = new Set(listed.flatMap((pair) => (isEnabled(pair.entry, values) ? [] : [pair.chart])));
  const enabled = {
    ...all,
    dependencies: all.dependencies
      .filter((dependency) => !off.has(dependency))
      .map((dependency) => {
        const own = values[dependency.metadata.name];
        return withEnabledDependencies(dependency, isJsonObject(own) ? own : {});
      }),
  };
  const shown = listed.filter((pair) => !off.has(pair.chart)).map(({ entry }) => entry);
  return withImportedValues(enabled, shown, given);
}

/** The chart's values with what `import-values` brings from its subcharts; its own come first. */
function withImportedValues(chart: Chart, entries: readonly JsonObject[], given: Values): Chart {
  if (entries.every((entry) => !Array.isArray(entry['import-values']))) return chart;
  const values = computedValues(chart, given);
  let imported: Values = {};
  for (const entry of entries) {
    const name = textIn(entry, 'alias') || textIn(entry, 'name');
    for (const item of Array.isArray(entry['import-values']) ? entry['import-values'] : []) {
      const [child, parent] = isJsonObject(item) ? [textIn(item, 'child'), textIn(item, 'parent')] : [`exports.${typeof item === 'string' ? item : ''}`, '.']; // prettier-ignore
      const table = valueAtPath(values, `${name}.${child}`);
      if (!isJsonObject(table)) continue;
      const placed = parent === '.' ? table : parent.split('.').reduceRight<unknown>((under, key) => ({ [key]: under }), table); // prettier-ignore
      imported = coalesceValues(imported, placed as Values);
    }
  }
  return { ...chart, values: coalesceValues(chart.values, imported) };
}
