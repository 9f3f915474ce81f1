import { PODS, type ControllerContext, type Pod } from '@seatrial/apiserver';
import { must } from '../request-failed.js';
import { TRACKING, isTracked } from './job-pods.js';

/** Lets a pod go that its job has counted, or does not want to count. */
export function removeFinalizer({ client }: ControllerContext, pod: Pod): void {
  const { namespace, name, uid } = pod.metadata;
  const fresh = client.get(PODS, namespace, name);
  if (fresh?.metadata.uid !== uid || !isTracked(fresh)) return;
  const { finalizers, ...metadata } = fresh.metadata;
  const left = finalizers?.filter((one) => one !== TRACKING) ?? [];
  const result = client.update(PODS, {
    ...fresh,
    metadata: left.length > 0 ? { ...metadata, finalizers: left } : metadata,
  });
  if (!result.ok && result.error.reason !== 'NotFound') must(result);
}
