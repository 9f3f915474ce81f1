import { humanDuration, parseTime } from '@seatrial/schema';
import type { TableColumn } from '../contract/kind.js';
import type { KubeObject } from '../contract/object.js';
import type { CustomColumn, CustomVersion } from '../registry/rest-resource.js';

const AGE: CustomColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
};

const effective = (custom: CustomVersion): readonly CustomColumn[] =>
  custom.columns.length > 0 ? custom.columns : [AGE];

/** Name, and the columns of additionalPrinterColumns (Age when there are none). */
export function customColumns(custom: CustomVersion): readonly TableColumn[] {
  return [
    { name: 'Name', type: 'string', format: 'name' },
    ...effective(custom).map((column) => ({
      name: column.name,
      type: column.type,
      ...(column.format ? { format: column.format } : undefined),
      description: column.description ?? `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
      priority: column.priority ?? 0,
    })),
  ];
}

const ALL = Infinity;

/** A name, an index (`ALL` for every element), a slice, or a filter. */
type Step =
  | string
  | number
  | { readonly from: number; readonly to?: number }
  | { readonly key: readonly string[]; readonly equals: string };

/** The part of JSONPath that printer columns use: names, indexes, slices, `[*]`, quoted keys, `[?(@.a=="b")]`. */
function parsePath(path: string): readonly Step[] {
  const steps: Step[] = [];
  const token =
    /\.?\[\?\(@\.([\w.\\/-]+)\s*==\s*["']([^"']*)["']\)\]|\[['"]([^'"]+)['"]\]|\[(\*|-?\d+)\]|\[(-?\d*):(-?\d*)\]|\.((?:\\.|[^.[\]])+)|^((?:\\.|[^.[\]])+)/gy;
  for (let match = token.exec(path); match; match = token.exec(path)) {
    if (match[1] !== undefined) steps.push({ key: match[1].split('.'), equals: match[2] });
    else if (match[3] !== undefined) steps.push(match[3]);
    else if (match[4] !== undefined) steps.push(match[4] === '*' ? ALL : Number(match[4]));
    else if (match[5] !== undefined)
      steps.push({ from: Number(match[5]), ...(match[6] === '' ? undefined : { to: Number(match[6]) }) });
    else steps.push((match[7] ?? match[8]).replace(/\\(.)/g, '$1'));
  }
  return steps;
}

const paths = new Map<string, readonly Step[]>();

function follow(value: unknown, step: Step): unknown[] {
  if (value === null || value === undefined) return [];
  if (step === ALL) return Array.isArray(value) ? value : Object.values(value);
  if (typeof step === 'object') {
    if (!Array.isArray(value)) return [];
    if ('from' in step) return value.slice(step.from, step.to) as unknown[];
    return value.filter((item) => follow2(item, step.key) === step.equals) as unknown[];
  }
  if (typeof step === 'number') return Array.isArray(value) ? value.slice(step, step + 1 || undefined) : [];
  return typeof value === 'object' && Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
}

const follow2 = (item: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], item);

function values(object: unknown, path: string): unknown[] {
  let steps = paths.get(path);
  if (!steps) {
    steps = parsePath(path);
    paths.set(path, steps);
  }
  let found: unknown[] = [object];
  for (const step of steps) found = found.flatMap((value) => follow(value, step));
  return found;
}

/** A value as JSONPath prints it. */
const text = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? '<no value>' : JSON.stringify(value);

/** One cell: only the first value that is found counts (apiextensions tableconvertor). */
function cell(column: CustomColumn, object: KubeObject, now: number): unknown {
  const [value] = values(object, column.jsonPath).filter((found) => found !== undefined);
  if (value === undefined) return null;
  switch (column.type) {
    case 'string':
      return text(value);
    case 'date': {
      if (typeof value !== 'string') return null;
      const time = parseTime(value);
      return time === undefined ? '<invalid>' : humanDuration(now - time);
    }
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    default:
      return typeof value === 'number' ? value : null;
  }
}

export function customCells(custom: CustomVersion | undefined, object: KubeObject, now: number): readonly unknown[] {
  const columns = custom ? effective(custom) : [AGE];
  return [object.metadata.name, ...columns.map((column) => cell(column, object, now))];
}
