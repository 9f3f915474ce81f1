import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { metadataOf, nameOf, textOf } from '../resource/resource-info.js';
import type { BuildResource } from './transformers.js';

/** Fields that hold the name of another object: which kind, by the member's path from any depth (kustomize's namereference). */
const REFERENCES: readonly { readonly kind: string; readonly path: readonly string[] }[] = [
  { kind: 'ConfigMap', path: ['configMap', 'name'] },
  { kind: 'ConfigMap', path: ['configMapRef', 'name'] },
  { kind: 'ConfigMap', path: ['configMapKeyRef', 'name'] },
  { kind: 'Secret', path: ['secret', 'secretName'] },
  { kind: 'Secret', path: ['secret', 'name'] },
  { kind: 'Secret', path: ['secretRef', 'name'] },
  { kind: 'Secret', path: ['secretKeyRef', 'name'] },
  { kind: 'Secret', path: ['tls', 'secretName'] },
  { kind: 'Secret', path: ['imagePullSecrets', 'name'] },
  { kind: 'PersistentVolumeClaim', path: ['persistentVolumeClaim', 'claimName'] },
  { kind: 'ServiceAccount', path: ['serviceAccountName'] },
  { kind: 'Service', path: ['serviceName'] },
  { kind: 'Service', path: ['service', 'name'] },
];

function rename(value: JsonValue, names: ReadonlyMap<string, string>, trail: readonly string[]): JsonValue {
  if (Array.isArray(value)) return value.map((item) => rename(item, names, trail));
  if (isJsonObject(value)) {
    const out: JsonObject = {};
    for (const [key, item] of Object.entries(value))
      if (item !== undefined) out[key] = rename(item, names, [...trail, key]);
    return out;
  }
  if (typeof value !== 'string') return value;
  const reference = REFERENCES.find(({ path }) => path.every((part, i) => trail.at(i - path.length) === part));
  return reference ? (names.get(`${reference.kind}/${value}`) ?? value) : value;
}

const TYPED = ['scaleTargetRef', 'roleRef', 'targetRef'];

function renameTyped(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  if (Array.isArray(value)) return value.map((item) => renameTyped(item, names));
  if (!isJsonObject(value)) return value;
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const typed = isJsonObject(item) && TYPED.includes(key);
    const name = typed ? names.get(`${textOf(item.kind)}/${textOf(item.name)}`) : undefined;
    out[key] = name === undefined || !isJsonObject(item) ? renameTyped(item, names) : { ...item, name };
  }
  return out;
}

/** The object with references to renamed objects brought up to date; names are `Kind/old` → new. */
export function renameReferences(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const spec = renameTyped(rename(object, names, []), names);
  return isJsonObject(spec) ? spec : object;
}

/** A binding's subjects follow the service accounts of the build, in name and namespace. */
export function renameSubjects(object: JsonObject, accounts: readonly BuildResource[]): JsonObject {
  if (!Array.isArray(object.subjects) || accounts.length === 0) return object;
  const subjects = object.subjects.map((subject) => {
    if (!isJsonObject(subject) || subject.kind !== 'ServiceAccount') return subject;
    const account = accounts.find(
      ({ id, namespace }) => id === subject.name && namespace === (textOf(subject.namespace) || 'default'),
    );
    if (!account) return subject;
    const { namespace } = metadataOf(account.object);
    return { ...subject, name: nameOf(account.object), ...(namespace === undefined ? {} : { namespace }) };
  });
  return { ...object, subjects };
}
