import { PERSISTENT_VOLUME_CLAIMS, PODS, defineController, watch } from '@seatrial/apiserver';
import { keyOf, splitKey } from './object-key.js';
import { controllerReference } from './owner-reference.js';
import { must, retrying } from './request-failed.js';

/** Makes the claims of generic ephemeral volumes; they go with their pod (pkg/controller/volume/ephemeral). */
export const ephemeralVolumeController = defineController({
  name: 'ephemeral-volume-controller',
  component: 'ephemeral_volume',
  sources: [
    watch(PODS, ({ object }) => (object.spec.volumes?.some((volume) => volume.ephemeral) ? [keyOf(object)] : []), {
      types: ['ADDED'],
    }),
  ],
  reconcile: retrying(({ client, events }, key) => {
    const [namespace, podName] = splitKey(key);
    const pod = client.get(PODS, namespace, podName);
    if (!pod || pod.metadata.deletionTimestamp !== undefined) return;
    for (const volume of pod.spec.volumes ?? []) {
      const template = volume.ephemeral?.volumeClaimTemplate;
      if (!template) continue;
      const name = `${podName}-${volume.name}`;
      const there = client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
      if (there) {
        if (there.metadata.ownerReferences?.some(({ uid }) => uid === pod.metadata.uid)) continue;
        const message = `ephemeral volume ${volume.name}: PVC ${namespace ?? ''}/${name} was not created for pod ${key} (pod is not owner)`;
        events.event({ object: pod }, 'Warning', 'FailedBinding', message);
        continue;
      }
      const { labels, annotations } = template.metadata ?? {};
      must(
        client.create(PERSISTENT_VOLUME_CLAIMS, {
          metadata: {
            name,
            namespace,
            ...(labels ? { labels } : {}),
            ...(annotations ? { annotations } : {}),
            ownerReferences: [controllerReference(pod)],
          },
          spec: template.spec,
        }),
      );
    }
  }),
});
