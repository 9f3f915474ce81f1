import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import type { Chart } from './chart.js';
import { computedValues } from './engine.js';
import type { Values } from './set-parser.js';
import { coalesceTables } from './values.js';

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

/** A dotted path as nested tables; `.` is the place itself. */
const nested = (path: string, value: Values): Values =>
  path === '.' || path === '' ? value : path.split('.').reduceRight<Values>((under, key) => ({ [key]: under }), value);

/** What `import-values` of an entry takes from its subchart's values. */
function imported(entry: JsonObject, values: Values): Values {
  const rules = Array.isArray(entry['import-values']) ? entry['import-values'] : [];
  const name = textIn(entry, 'alias') || textIn(entry, 'name');
  return rules.reduce<Values>((taken, rule) => {
    const named = isJsonObject(rule);
    const child = named ? textIn(rule, 'child') : `exports.${typeof rule === 'string' ? rule : ''}`;
    const table = valueAtPath(values, `${name}.${child}`);
    return isJsonObject(table) ? coalesceTables(taken, nested(named ? textIn(rule, 'parent') : '.', table), '', true) : taken; // prettier-ignore
  }, {});
}

/** A parent's values hold its subcharts' own, and what it imports of them below its own (processImportValues). */
function withImports(chart: Chart): Chart {
  const entries = listed(chart.metadata);
  if (entries === undefined) return chart;
  const dependencies = chart.dependencies.map(withImports);
  const values = computedValues({ ...chart, dependencies }, {}, { merge: true });
  const taken = entries.reduce<Values>((all, entry) => coalesceTables(all, imported(entry, values), '', true), {});
  return { ...chart, dependencies, values: coalesceTables(values, taken, '', true) };
}

const listed = (metadata: JsonObject): JsonObject[] | undefined =>
  Array.isArray(metadata.dependencies) ? metadata.dependencies.filter(isJsonObject) : undefined;

/** A chart as it is rendered: subcharts that are let in, under their aliases, and values that are imported (ProcessDependencies). */
export const processDependencies = (chart: Chart, given: Values): Chart => withImports(enabled(chart, given));

/** With those subcharts that the dependencies' conditions and tags let in. */
function enabled(chart: Chart, given: Values): Chart {
  const entries = listed(chart.metadata);
  if (entries === undefined) return chart;
  const named = new Set(entries.map(({ name }) => name));
  const unlisted = chart.dependencies.filter(({ metadata }) => !named.has(metadata.name));
  const pairs = entries.flatMap((entry) => {
    const found = chart.dependencies.find(({ metadata }) => metadata.name === entry.name);
    const name = textIn(entry, 'alias') || textIn(entry, 'name');
    return found ? [{ entry, chart: { ...found, metadata: { ...found.metadata, name } } }] : [];
  });
  const all = { ...chart, dependencies: [...unlisted, ...pairs.map((pair) => pair.chart)] };
  const values = computedValues(all, given);
  const off = new Set(pairs.filter((pair) => !isEnabled(pair.entry, values)));
  const gone = new Set([...off].map((pair) => pair.chart));
  const dropped = new Set([...off].map(({ entry }) => entry));
  const kept = entries.filter((entry) => !dropped.has(entry)).map((entry) => ({ ...entry, name: textIn(entry, 'alias') || textIn(entry, 'name') })); // prettier-ignore
  return {
    ...all,
    metadata: { ...chart.metadata, dependencies: kept },
    dependencies: all.dependencies
      .filter((dependency) => !gone.has(dependency))
      .map((dependency) => {
        const own = values[dependency.metadata.name];
        return enabled(dependency, isJsonObject(own) ? own : {});
      }),
  };
}
