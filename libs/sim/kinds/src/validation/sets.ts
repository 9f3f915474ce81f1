import { fieldErrors, type FieldError, type FieldPath } from '@seatrial/schema';

type ValidateItem<T> = (item: T, path: FieldPath) => FieldError[];

/** A list of at most so many items, each of which is looked at (pkg/apis/resource/validation validateSlice, v1.35). */
export function validateSlice<T>(
  list: readonly T[] | null | undefined,
  max: number,
  validate: ValidateItem<T>,
  path: FieldPath,
): FieldError[] {
  const items = list ?? [];
  if (items.length > max) return [fieldErrors.tooMany(path, items.length, max)];
  return items.flatMap((item, index) => validate(item, path.index(index)));
}

/** The same, and no two items have one key (validateSet). */
export function validateSet<T>(
  list: readonly T[] | null | undefined,
  max: number,
  validate: ValidateItem<T>,
  keyOf: (item: T) => string,
  path: FieldPath,
): FieldError[] {
  const items = list ?? [];
  const errors = validateSlice(items, max, validate, path);
  if (items.length > max) return errors;
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const key = keyOf(item);
    if (seen.has(key)) errors.push(fieldErrors.duplicate(path.index(index), key));
    seen.add(key);
  });
  return errors;
}

const MIN_KEY = 16;

/** A key as paths show it when it is longer than it may be. */
function shownKey(key: string, max: number): string {
  const longest = Math.max(max, MIN_KEY);
  if (key.length <= longest) return key;
  const left = longest - 3;
  return `${key.slice(0, Math.floor((left + 1) / 2))}...${key.slice(key.length - Math.floor(left / 2))}`;
}

/** A map's keys and values, by key (validateMap). */
export function validateMap<T>(
  map: Readonly<Record<string, T>> | undefined,
  limits: { readonly max?: number; readonly key: number },
  validateKey: ValidateItem<string>,
  validateValue: ValidateItem<T>,
  path: FieldPath,
): FieldError[] {
  const entries = Object.entries(map ?? {});
  if (limits.max !== undefined && entries.length > limits.max)
    return [fieldErrors.tooMany(path, entries.length, limits.max)];
  return entries.flatMap(([key, value]) => {
    const at = path.key(shownKey(key, limits.key));
    return [...validateKey(key, at), ...validateValue(value, at)];
  });
}
