import type { Pod } from '@seatrial/apiserver';
import {
  deepClone,
  deepFreeze,
  fail,
  isJsonObject,
  ok,
  sha256Hex,
  type JsonValue,
  type Result,
} from '@seatrial/kernel';
import { defaultPodOnly, defaultPodSpec, podQosClass } from '@seatrial/kinds';
import { formatTime } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';

export const CONFIG_HASH = 'kubernetes.io/config.hash';
export const CONFIG_MIRROR = 'kubernetes.io/config.mirror';
const CONFIG_SEEN = 'kubernetes.io/config.seen';
const CONFIG_SOURCE = 'kubernetes.io/config.source';

/** Whether a pod came from a file of the node and not from the API. */
export const isStaticPod = ({ metadata }: Pod): boolean => metadata.annotations?.[CONFIG_SOURCE] === 'file';

/** What the schema's own defaults add to a container's ports. */
function defaultProtocols(spec: core.PodSpec): void {
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])])
    for (const port of container.ports ?? []) port.protocol ??= 'TCP';
}

/** The pod of a manifest file, as the kubelet takes it (pkg/kubelet/config tryDecodeSinglePod, applyDefaults); the error goes to its log. */
export function staticPod(manifest: JsonValue, file: string, nodeName: string, now: number): Result<Pod, string> {
  if (!isJsonObject(manifest) || manifest['kind'] !== 'Pod' || manifest['apiVersion'] !== 'v1')
    return fail(`invalid pod: ${file}`);
  const draft = deepClone(manifest) as unknown as Partial<core.Pod>;
  const { metadata = {}, spec } = draft;
  if (!metadata.name || !spec || !Array.isArray(spec.containers) || spec.containers.length === 0)
    return fail(`invalid pod: ${file}`);
  if (spec.serviceAccountName !== undefined) return fail('static pods may not reference service accounts');
  const hash = sha256Hex(`host:${nodeName}file:${file}${JSON.stringify(manifest)}`).slice(0, 32);
  defaultPodSpec(spec);
  defaultPodOnly(spec);
  defaultProtocols(spec);
  const toleration = { operator: 'Exists', effect: 'NoExecute' };
  return ok(
    deepFreeze({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...metadata,
        name: `${metadata.name}-${nodeName.toLowerCase()}`,
        namespace: metadata.namespace ?? 'default',
        uid: hash,
        resourceVersion: '',
        generation: 1,
        creationTimestamp: formatTime(now),
        annotations: {
          ...metadata.annotations,
          [CONFIG_HASH]: hash,
          [CONFIG_SEEN]: new Date(now).toISOString().replace('Z', '000000Z'),
          [CONFIG_SOURCE]: 'file',
        },
      },
      spec: { ...spec, nodeName, tolerations: [...(spec.tolerations ?? []), toleration] },
      status: { phase: 'Pending', qosClass: podQosClass(spec) },
    }) as unknown as Pod,
  );
}
