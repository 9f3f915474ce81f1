import {
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  defineController,
  watch,
  type ControllerContext,
  type Pod,
} from '@seatrial/apiserver';
import { keyOf, splitKey } from './object-key.js';
import { controllerReference, isControlledBy } from './owner-reference.js';
import { PODS_BY_CLAIM } from './volume/pods-by-claim.js';

type Volume = NonNullable<Pod['spec']['volumes']>[number];

const hasEphemeral = ({ metadata, spec }: Pod): boolean =>
  metadata.deletionTimestamp === undefined && (spec.volumes?.some((volume) => volume.ephemeral) ?? false);

/** Makes the claim of a pod's volume; why that cannot be (handleVolume). */
function createClaim({ client }: ControllerContext, pod: Pod, volume: Volume): string | undefined {
  const template = volume.ephemeral?.volumeClaimTemplate;
  if (!template) return undefined;
  const { namespace } = pod.metadata;
  const name = `${pod.metadata.name}-${volume.name}`;
  const there = client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
  if (there)
    return isControlledBy(there, pod)
      ? undefined
      : `PVC ${keyOf(there)} was not created for pod ${keyOf(pod)} (pod is not owner)`;
  const { labels, annotations } = template.metadata ?? {};
  const created = client.create(PERSISTENT_VOLUME_CLAIMS, {
    metadata: {
      name,
      namespace,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ownerReferences: [controllerReference(pod)],
    },
    spec: template.spec,
  });
  return created.ok ? undefined : `create PVC ${name}: ${created.error.message}`;
}

/** Makes the claims of generic ephemeral volumes; they go with their pod (pkg/controller/volume/ephemeral). */
export const ephemeralVolumeController = defineController({
  name: 'ephemeral-volume-controller',
  component: 'ephemeral_volume',
  sources: [
    watch(PODS, ({ object }) => (hasEphemeral(object) ? [keyOf(object)] : []), { types: ['ADDED'] }),
    watch(
      PERSISTENT_VOLUME_CLAIMS,
      ({ object }, { client }) => client.byIndex(PODS_BY_CLAIM, keyOf(object)).filter(hasEphemeral).map(keyOf),
      { types: ['DELETED'] },
    ),
  ],
  reconcile: (context, key) => {
    const [namespace, podName] = splitKey(key);
    const pod = context.client.get(PODS, namespace, podName);
    if (!pod || pod.metadata.deletionTimestamp !== undefined) return 'done';
    for (const volume of pod.spec.volumes ?? []) {
      const problem = createClaim(context, pod, volume);
      if (problem === undefined) continue;
      const message = `ephemeral volume ${volume.name}: ${problem}`;
      context.events.event({ object: pod }, 'Warning', 'FailedBinding', message);
      return { retry: `pod ${key}, ${message}` };
    }
    return 'done';
  },
});
