import { isJsonObject, type JsonValue } from '@seatrial/kernel';
import type { Pod } from '../contract/object.js';

/** What of its namespace a pod names. */
export interface PodReferences {
  readonly secrets: ReadonlySet<string>;
  readonly configMaps: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
}

const items = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value : []);

const member = (value: JsonValue | undefined, ...path: string[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((at, name) => (isJsonObject(at) ? at[name] : undefined), value);

/** The secrets, config maps and claims of a pod (pkg/api/v1/pod VisitPodSecretNames, VisitPodConfigmapNames). */
export function podReferences(pod: Pod): PodReferences {
  const secrets = new Set<string>();
  const configMaps = new Set<string>();
  const claims = new Set<string>();
  const note = (names: Set<string>, name: JsonValue | undefined): void => {
    if (typeof name === 'string' && name !== '') names.add(name);
  };
  const spec = pod.spec as unknown as JsonValue;
  for (const secret of items(member(spec, 'imagePullSecrets'))) note(secrets, member(secret, 'name'));
  for (const field of ['initContainers', 'containers', 'ephemeralContainers'])
    for (const container of items(member(spec, field))) {
      for (const source of items(member(container, 'envFrom'))) {
        note(secrets, member(source, 'secretRef', 'name'));
        note(configMaps, member(source, 'configMapRef', 'name'));
      }
      for (const variable of items(member(container, 'env'))) {
        note(secrets, member(variable, 'valueFrom', 'secretKeyRef', 'name'));
        note(configMaps, member(variable, 'valueFrom', 'configMapKeyRef', 'name'));
      }
    }
  for (const volume of items(member(spec, 'volumes'))) {
    note(secrets, member(volume, 'secret', 'secretName'));
    note(configMaps, member(volume, 'configMap', 'name'));
    note(claims, member(volume, 'persistentVolumeClaim', 'claimName'));
    const volumeName = member(volume, 'name');
    if (member(volume, 'ephemeral') !== undefined && typeof volumeName === 'string')
      claims.add(`${pod.metadata.name}-${volumeName}`);
    for (const source of items(member(volume, 'projected', 'sources'))) {
      note(secrets, member(source, 'secret', 'name'));
      note(configMaps, member(source, 'configMap', 'name'));
    }
    for (const field of ['csi', 'flexVolume', 'cephfs', 'rbd', 'iscsi', 'scaleIO', 'storageos']) {
      note(secrets, member(volume, field, 'secretRef', 'name'));
      note(secrets, member(volume, field, 'nodePublishSecretRef', 'name'));
    }
  }
  return { secrets, configMaps, claims };
}
