import { compareStrings, decodeBase64, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { fetchPlain } from '../../resource/resolve-infos.js';
import { metadataOf, nameOf, objectAt, stringMapAt, textOf } from '../../resource/resource-info.js';

/** The object whose container has a variable. */
export interface EnvironmentOwner {
  readonly object: JsonObject;
  readonly container: JsonObject;
}

function* keyOf(k: Invocation, resource: string, reference: JsonObject): Coroutine<string> {
  const [name, key] = [textOf(reference.name), textOf(reference.key)];
  const object = yield* fetchPlain(k, resource, k.namespace().namespace, name);
  const value = stringMapAt(object, 'data')[key] as string | undefined;
  const what = resource === 'secrets' ? 'secret' : 'config map';
  if (value === undefined) failWith(`key ${key} not found in ${what} ${name}`);
  if (resource === 'configmaps') return value;
  const decoded = decodeBase64(value);
  return 'text' in decoded ? decoded.text : '';
}

const mapText = (map: Readonly<Record<string, string>>): string =>
  Object.keys(map)
    .sort(compareStrings)
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');

/** What a field reference names in the workload that was given, not in its pods (extractFieldPathAsString). */
function fieldValue(object: JsonObject, path: string): string {
  const [, base, subscript] = /^(.+?)\['(.*)'\]$/s.exec(path) ?? [];
  if (base !== undefined) {
    if (base === 'metadata.annotations' || base === 'metadata.labels')
      return stringMapAt(object, ...base.split('.'))[subscript] ?? '';
    failWith(`fieldPath ${JSON.stringify(path)} does not support subscript`);
  }
  switch (path) {
    case 'metadata.annotations':
    case 'metadata.labels':
      return mapText(stringMapAt(object, ...path.split('.')));
    case 'metadata.name':
      return nameOf(object);
    case 'metadata.namespace':
    case 'metadata.uid':
      return textOf(metadataOf(object)[path.slice('metadata.'.length)]);
    default:
      return failWith(`unsupported fieldPath: ${path}`);
  }
}

const amountOf = (value: unknown, milli: boolean): number => {
  const parsed = Quantity.parse(typeof value === 'string' || typeof value === 'number' ? String(value) : '0');
  if (!parsed.ok) return 0;
  return milli ? parsed.value.milliValue() : parsed.value.value();
};

/** A container's request or limit in units of the divisor, rounded up (extractContainerResourceValue). */
function resourceValue(container: JsonObject, reference: JsonObject): string {
  const path = textOf(reference.resource);
  const [, list, name] = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(path) ?? [];
  if (list === undefined) failWith(`Unsupported container resource : ${path}`);
  const milli = name === 'cpu';
  const divisor = amountOf(reference.divisor, milli) || (milli ? 1000 : 1);
  return String(Math.ceil(amountOf(objectAt(container, 'resources', list)?.[name], milli) / divisor));
}

/** What a variable's reference stands for, as `kubectl set env --resolve` finds it (pkg/cmd/set/env, v0.35). */
export function* referencedValue(
  k: Invocation,
  { object, container }: EnvironmentOwner,
  from: JsonObject,
): Coroutine<string> {
  const [secret, configMap] = [objectAt(from, 'secretKeyRef'), objectAt(from, 'configMapKeyRef')];
  if (secret) return yield* keyOf(k, 'secrets', secret);
  if (configMap) return yield* keyOf(k, 'configmaps', configMap);
  const [field, resource] = [objectAt(from, 'fieldRef'), objectAt(from, 'resourceFieldRef')];
  if (field) return fieldValue(object, textOf(field.fieldPath));
  return resource ? resourceValue(container, resource) : failWith('invalid valueFrom');
}
