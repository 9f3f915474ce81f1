import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import type { Chart } from './chart.js';
import { computedValues } from './engine.js';
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
  return {
    ...all,
    dependencies: all.dependencies
      .filter((dependency) => !off.has(dependency))
      .map((dependency) => {
        const own = values[dependency.metadata.name];
        return withEnabledDependencies(dependency, isJsonObject(own) ? own : {});
      }),
  };
}
