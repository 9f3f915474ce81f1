import { NODES, PODS, type ApiClient, type Pod } from '@seatrial/apiserver';
import { CONFIG_MIRROR } from './static-pod.js';

/** The hash of the static pod that a pod of the API mirrors; undefined for any other pod. */
export const mirroredHash = ({ metadata }: Pod): string | undefined => metadata.annotations?.[CONFIG_MIRROR];

/** The API's object for a static pod, where there is one (pkg/kubelet/pod/mirror_client.go). */
export function mirrorOf(client: ApiClient, { metadata }: Pod): Pod | undefined {
  const stored = client.get(PODS, metadata.namespace, metadata.name);
  return stored && mirroredHash(stored) === metadata.uid ? stored : undefined;
}

/** Creates the API's object for a static pod; a mirror of an older manifest goes first. False when the API refuses. */
export function createMirror(client: ApiClient, pod: Pod): boolean {
  const { uid, resourceVersion: _, creationTimestamp: _time, generation: _generation, ...metadata } = pod.metadata;
  const stored = client.get(PODS, metadata.namespace, metadata.name);
  if (stored && mirroredHash(stored) === uid) return true;
  if (stored && !deleteMirror(client, stored)) return false;
  const node = client.get(NODES, undefined, pod.spec.nodeName ?? '');
  // A node that the API does not know has no mirrors (tryReconcileMirrorPods).
  if (!node) return false;
  const owner = {
    apiVersion: 'v1',
    kind: 'Node',
    name: node.metadata.name,
    uid: node.metadata.uid,
    controller: true,
  };
  return client.create(PODS, {
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [CONFIG_MIRROR]: uid },
      ownerReferences: [owner],
    },
    spec: pod.spec,
  }).ok;
}

/** Removes a mirror at once; that the containers stop is none of its business. */
export function deleteMirror(client: ApiClient, mirror: Pod): boolean {
  if (mirroredHash(mirror) === undefined) return false;
  const { namespace, name, uid } = mirror.metadata;
  return client.delete(PODS, namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } }).ok;
}
