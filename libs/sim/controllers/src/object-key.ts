import type { ControllerSource, KubeObject, ResourceType } from '@seatrial/apiserver';
import { watch } from '@seatrial/apiserver';

/** `namespace/name`, or `name` for what has no namespace. */
export const keyOf = ({ metadata }: KubeObject): string =>
  metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;

/** The parts of a key of {@link keyOf}; the namespace is undefined where there is none. */
export function splitKey(key: string): [namespace: string | undefined, name: string] {
  const slash = key.indexOf('/');
  return slash < 0 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)];
}

/** The source every controller has: the objects it controls, queued by their own key. */
export const ownKeys = <T extends KubeObject>(resource: ResourceType<T>): ControllerSource =>
  watch(resource, (event) => [keyOf(event.object)]);
