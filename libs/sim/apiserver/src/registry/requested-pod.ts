import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';

const TOKEN_VOLUME = 'kube-api-access-';
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const ADDED_TOLERATIONS: ReadonlySet<unknown> = new Set([
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
]);

const list = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter((item) => isJsonObject(item)) : [];

function without(object: JsonObject, field: string, gone: (item: JsonObject) => boolean): void {
  const all = list(object[field]);
  const kept = all.filter((item) => !gone(item));
  if (kept.length === all.length) return;
  if (kept.length > 0) object[field] = kept;
  else Reflect.deleteProperty(object, field);
}

function requestedContainer(container: JsonObject): JsonObject {
  const copy = { ...container };
  without(copy, 'volumeMounts', ({ mountPath }) => mountPath === TOKEN_PATH);
  return copy;
}

/** A component's new pod as it asked for it, without what admission always adds. */
export function requestedPod(pod: JsonObject): JsonObject {
  if (!isJsonObject(pod.spec)) return pod;
  const spec: JsonObject = { ...pod.spec };
  delete spec.priority;
  delete spec.preemptionPolicy;
  if (spec.serviceAccountName === 'default') {
    delete spec.serviceAccountName;
    delete spec.serviceAccount;
  }
  without(spec, 'tolerations', ({ key, effect }) => effect === 'NoExecute' && ADDED_TOLERATIONS.has(key));
  without(spec, 'volumes', ({ name }) => typeof name === 'string' && name.startsWith(TOKEN_VOLUME));
  for (const field of ['initContainers', 'containers'])
    if (spec[field] !== undefined) spec[field] = list(spec[field]).map(requestedContainer);
  return { ...pod, spec };
}
