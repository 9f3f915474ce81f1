import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  defineController,
  watch,
  type ApiClient,
  type KubeObject,
  type ResourceType,
} from '@seatrial/apiserver';
import { ownKeys } from './object-key.js';
import { must, retrying } from './request-failed.js';

const FINALIZER = 'kubernetes.io/vac-protection';

const CLASSES: ResourceType = {
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'volumeattributesclasses',
  kind: 'VolumeAttributesClass',
  namespaced: false,
};

/** The classes that a volume or claim has, wants or had. */
function classesOf(object: KubeObject): string[] {
  const { spec, status } = object as unknown as {
    readonly spec?: { readonly volumeAttributesClassName?: string };
    readonly status?: {
      readonly currentVolumeAttributesClassName?: string;
      readonly modifyVolumeStatus?: { readonly targetVolumeAttributesClassName?: string };
    };
  };
  return [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name) => name !== undefined);
}

const isUsed = (client: ApiClient, name: string): boolean =>
  [PERSISTENT_VOLUMES, PERSISTENT_VOLUME_CLAIMS].some((resource) =>
    client.list<KubeObject>(resource).some((object) => classesOf(object).includes(name)),
  );

/** Holds classes of volumes' attributes that are being deleted while they are used (pkg/controller/volume/vacprotection). */
export const volumeAttributesClassProtectionController = defineController({
  name: 'volumeattributesclass-protection-controller',
  component: 'vac-protection-controller',
  sources: [
    ownKeys(CLASSES),
    watch(PERSISTENT_VOLUMES, ({ object }) => classesOf(object)),
    watch(PERSISTENT_VOLUME_CLAIMS, ({ object }) => classesOf(object)),
  ],
  reconcile: retrying(({ client }, key) => {
    const found = client.get(CLASSES, undefined, key);
    if (!found) return;
    const { finalizers = [], ...metadata } = found.metadata;
    const held = finalizers.includes(FINALIZER);
    const going = metadata.deletionTimestamp !== undefined;
    if (going ? !held || isUsed(client, key) : held) return;
    const left = going ? finalizers.filter((one) => one !== FINALIZER) : [...finalizers, FINALIZER];
    must(
      client.update(CLASSES, { ...found, metadata: { ...metadata, ...(left.length > 0 ? { finalizers: left } : {}) } }),
    );
  }),
});
