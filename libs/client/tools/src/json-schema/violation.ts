/** One violation, and what lies under it (anyOf, oneOf…). */
export interface Violation {
  readonly at: string;
  readonly text: string;
  readonly causes: readonly Violation[];
  /** Stands for several violations of one value (kind.Group); who has a heading of its own takes its causes. */
  readonly group?: true;
}

export const violation = (at: string, text: string, causes: readonly Violation[] = []): Violation => ({
  at,
  text,
  causes,
});

/** What one value breaks, as one: several under a heading of their own (`validator.validate` of jsonschema v6). */
export const grouped = (found: readonly Violation[], at: string): readonly Violation[] =>
  found.length > 1 ? [{ at, text: 'validation failed', causes: found, group: true }] : found;

/** The same where a heading stands above already. */
export const ungrouped = (found: readonly Violation[]): readonly Violation[] =>
  found.length === 1 && found[0]?.group ? found[0].causes : found;

/** A text as messages quote it. */
export const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

/** A simple value in a message. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return '<nil>';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'value';
}

/** A number as golang.org/x/text prints it for English: thousands apart. */
export function localized(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const apart = whole.includes('e') ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}

/** A place below another, as a JSON pointer. */
export const below = (at: string, key: string | number): string =>
  `${at}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** The violations as lines, the deeper ones indented. */
export function violationLines(violations: readonly Violation[], indent = ''): string {
  return violations
    .map(({ at, text, causes }) => `${indent}- at ${quoted(at)}: ${text}\n${violationLines(causes, `${indent}  `)}`)
    .join('');
}
