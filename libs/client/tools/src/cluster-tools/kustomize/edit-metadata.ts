import { fail, isJsonObject, ok, type JsonObject, type Result } from '@seatrial/kernel';
import type { EditCall, EditResult } from './edit-command.js';

const FIELDS = { annotation: 'commonAnnotations', label: 'commonLabels' } as const;
type Kind = keyof typeof FIELDS;

/** `key:value` words (commands/internal/util ConvertSliceToMap). */
export function keyValues(words: readonly string[], kind: Kind): Result<Record<string, string>, string> {
  const pairs: [string, string][] = [];
  for (const word of words) {
    const colon = word.indexOf(':');
    if (colon === 0) return fail(`invalid ${kind}: '${word}' (need k:v pair where v may be quoted)`);
    const value = colon < 0 ? '' : word.slice(colon + 1);
    pairs.push([colon < 0 ? word : word.slice(0, colon), /^"[^]*"$/.test(value) ? value.slice(1, -1) : value]);
  }
  return ok(Object.fromEntries(pairs));
}

/** Puts pairs into a map; those that are there only when they may be. */
function merged(
  map: JsonObject,
  pairs: Record<string, string>,
  kind: Kind,
  force: boolean,
): Result<JsonObject, string> {
  const known = force ? undefined : Object.keys(pairs).find((key) => Object.hasOwn(map, key));
  if (known !== undefined) return fail(`${kind} ${known} already in kustomization file. Use --force to override.`);
  return ok({ ...map, ...pairs });
}

/** Labels that selectors do not get: into the entry of `labels` with the same settings. */
function addToLabels({ file, flags }: EditCall, pairs: Record<string, string>): Result<undefined, string> {
  const templates = flags.bool('include-templates');
  const labels = file.list('labels').filter(isJsonObject);
  const same = labels.find(
    ({ includeSelectors, includeTemplates }) => includeSelectors !== true && (includeTemplates === true) === templates,
  );
  // The first pair makes the entry of them all, so that the next one is there already.
  const [, next] = Object.keys(pairs);
  if (!same && next !== undefined && !flags.bool('force'))
    return fail(`label ${next} already in kustomization file. Use --force to override.`);
  const before = same && isJsonObject(same['pairs']) ? same['pairs'] : {};
  const after = merged(before, pairs, 'label', flags.bool('force'));
  if (!after.ok) return after;
  const entry = { ...same, pairs: after.value, ...(templates && { includeTemplates: true }) };
  file.fields['labels'] = same ? labels.map((each) => (each === same ? entry : each)) : [...labels, entry];
  return ok(undefined);
}

export const addMetadata =
  (kind: Kind) =>
  (call: EditCall): EditResult => {
    const { file, flags, args } = call;
    if (args.length === 0) return fail(`must specify ${kind}`);
    if (kind === 'label' && flags.bool('include-templates') && !flags.bool('without-selector'))
      return fail('--without-selector flag must be specified for --include-templates to work');
    const pairs = keyValues(args, kind);
    if (!pairs.ok) return pairs;
    if (kind === 'label' && flags.bool('without-selector')) return addToLabels(call, pairs.value);
    const map = merged(file.map(FIELDS[kind]), pairs.value, kind, flags.bool('force'));
    if (!map.ok) return map;
    file.fields[FIELDS[kind]] = map.value;
    return ok(undefined);
  };

export const setMetadata =
  (kind: Kind) =>
  ({ file, args }: EditCall): EditResult => {
    if (args.length === 0) return fail(`must specify ${kind}`);
    const pairs = keyValues(args, kind);
    if (!pairs.ok) return pairs;
    file.fields[FIELDS[kind]] = { ...file.map(FIELDS[kind]), ...pairs.value };
    return ok(undefined);
  };

export const removeMetadata =
  (kind: Kind) =>
  ({ file, flags, args }: EditCall): EditResult => {
    if (args.length === 0) return fail(`must specify ${kind}`);
    if (args.length > 1) return fail(`${kind}s must be comma-separated, with no spaces`);
    const names = args[0].split(',');
    if (names.includes('')) return fail(`invalid ${kind}: '' (name is empty)`);
    const ignored = flags.bool('ignore-non-existence');
    const field = FIELDS[kind];
    if (file.fields[field] === undefined && !ignored) return fail(`${field} is not defined in kustomization file`);
    const map = file.map(field);
    const absent = ignored ? undefined : names.find((name) => !Object.hasOwn(map, name));
    if (absent !== undefined) return fail(`${kind} ${absent} is not defined in kustomization file`);
    file.fields[field] = Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)));
    return ok(undefined);
  };
