import {
  CONFIG_MAPS,
  CRON_JOBS,
  DEPLOYMENTS,
  JOBS,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  REPLICATION_CONTROLLERS,
  REPLICA_SETS,
  RESOURCE_QUOTAS,
  SECRETS,
  SERVICES,
  STATEFUL_SETS,
  defineController,
  quotaUsed,
  watch,
  type ControllerSource,
  type KubeObject,
  type ResourceType,
} from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { keyOf, ownKeys, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';
import { deletableResources } from './served-resources.js';

/** What is counted anew when it goes or ends; admission has charged what comes. */
const MONITORED = [
  PODS,
  SERVICES,
  PERSISTENT_VOLUME_CLAIMS,
  CONFIG_MAPS,
  SECRETS,
  REPLICATION_CONTROLLERS,
  DEPLOYMENTS,
  REPLICA_SETS,
  STATEFUL_SETS,
  JOBS,
  CRON_JOBS,
] as unknown as readonly ResourceType[];

const phase = (object: KubeObject | undefined): string | undefined =>
  (object as { readonly status?: { readonly phase?: string } } | undefined)?.status?.phase;

const NO_KEYS: readonly string[] = [];

const monitored = (resource: ResourceType): ControllerSource =>
  watch(resource, ({ type, object, previous }, { client }) => {
    if (type !== 'DELETED' && phase(object) === phase(previous)) return NO_KEYS;
    const quotas = client.list(RESOURCE_QUOTAS, object.metadata.namespace);
    return quotas.length === 0 ? NO_KEYS : quotas.map(keyOf);
  });

/** Keeps what quotas say is used in line with what there is (pkg/controller/resourcequota). */
export const resourceQuotaController = defineController({
  name: 'resourcequota-controller',
  component: 'resourcequota-controller',
  sources: [ownKeys(RESOURCE_QUOTAS), ...MONITORED.map(monitored)],
  reconcile: retrying((context, key) => {
    const { client } = context;
    const [namespace, name] = splitKey(key);
    const quota = client.get(RESOURCE_QUOTAS, namespace, name);
    if (!quota) return;
    const hard = quota.spec.hard ?? {};
    const used = quotaUsed(client, quota, deletableResources(client), context.now());
    if (jsonEqual(quota.status?.hard ?? {}, hard) && jsonEqual(quota.status?.used ?? {}, used)) return;
    must(client.updateStatus(RESOURCE_QUOTAS, { ...quota, status: { ...quota.status, hard, used } }));
  }),
});
