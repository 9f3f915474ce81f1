import { deepFreeze, isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { ServiceAccount } from '../contract/object.js';
import { SERVICE_ACCOUNTS } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import type { Draft } from '../request/request-scope.js';
import { forbidden } from '../status/status-errors.js';
import { attributesName, defineAdmission, type AdmissionAttributes } from './admission.js';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const MIRROR = 'kubernetes.io/config.mirror';

const objects = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter((item) => isJsonObject(item)) : [];

function refuse(attributes: AdmissionAttributes, why: string): Status {
  return forbidden(attributes.scope.rest.api, attributesName(attributes), why);
}

function mirrorRefusal(pod: Draft): string | undefined {
  const spec = pod.spec as JsonObject;
  if (spec.serviceAccountName) return 'a mirror pod may not reference service accounts';
  for (const volume of objects(spec.volumes)) {
    if (volume.secret) return 'a mirror pod may not reference secrets';
    if (volume.configMap) return 'a mirror pod may not reference configmaps';
    if (volume.persistentVolumeClaim) return 'a mirror pod may not reference persistentvolumeclaims';
  }
  return undefined;
}

const shouldMount = (account: ServiceAccount, spec: JsonObject): boolean =>
  typeof spec.automountServiceAccountToken === 'boolean'
    ? spec.automountServiceAccountToken
    : account.automountServiceAccountToken !== false;

/** Token, root certificate and namespace (TokenVolumeSource): the same in every pod. */
const TOKEN_SOURCES: JsonObject = deepFreeze({
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
  ],
  defaultMode: 420,
});

function mountToken(attributes: AdmissionAttributes, spec: JsonObject): void {
  const volumes = objects(spec.volumes);
  const existing = volumes.find(
    (volume) =>
      isJsonObject(volume.projected) &&
      typeof volume.name === 'string' &&
      volume.name.startsWith(VOLUME_PREFIX) &&
      objects(volume.projected.sources).some((source) => source.serviceAccountToken),
  );
  const name = existing ? (existing.name as string) : VOLUME_PREFIX + attributes.scope.server.names.characters(5);
  let needed = false;
  for (const container of [...objects(spec.initContainers), ...objects(spec.containers)]) {
    const mounts = objects(container.volumeMounts);
    if (mounts.some((mount) => mount.mountPath === MOUNT_PATH)) continue;
    container.volumeMounts = [...mounts, { name, readOnly: true, mountPath: MOUNT_PATH }];
    needed = true;
  }
  if (!existing && needed) spec.volumes = [...volumes, { name, projected: TOKEN_SOURCES }];
}

/** Gives every pod a service account, its token and its pull secrets (plugin/pkg/admission/serviceaccount). */
export const serviceAccountAdmission = defineAdmission({
  name: 'ServiceAccount',
  operations: ['CREATE'],
  resources: ['/pods'],
  mutate: (attributes) => {
    if (!attributes.object) return undefined;
    const pod = attributes.object;
    const spec = pod.spec as JsonObject;
    const { namespace = '', server } = attributes.scope;
    if (isJsonObject(pod.metadata.annotations) && pod.metadata.annotations[MIRROR] !== undefined) {
      const why = mirrorRefusal(pod);
      return why === undefined ? undefined : refuse(attributes, why);
    }
    if (!spec.serviceAccountName) spec.serviceAccountName = 'default';
    const name = spec.serviceAccountName as string;
    const account = server.store.get(SERVICE_ACCOUNTS, namespace, name);
    if (!account)
      return refuse(
        attributes,
        `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
      );
    spec.serviceAccount = name;
    if (shouldMount(account, spec)) mountToken(attributes, spec);
    if (objects(spec.imagePullSecrets).length === 0 && account.imagePullSecrets?.length)
      spec.imagePullSecrets = account.imagePullSecrets.map((secret) => ({ ...secret }));
    return undefined;
  },
});
