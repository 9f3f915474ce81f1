import {
  ANY_RESOURCE,
  EVENTS,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  RESOURCE_QUOTAS,
  SERVICES,
  defineController,
  quotaUsed,
  watch,
  type ControllerContext,
  type ControllerSource,
  type KubeObject,
  type Pod,
  type ResourceType,
  type Service,
} from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { keyOf, splitKey } from './object-key.js';
import { isPodTerminal } from './pod-state.js';
import { must, retrying } from './request-failed.js';
import { deletableResources } from './served-resources.js';

const NO_KEYS: readonly string[] = [];

/** How often everything is counted anew (ResourceQuotaSyncPeriod). */
const RESYNC_MS = 5 * 60_000;

const hasQuotas = ({ client }: ControllerContext): boolean => client.list(RESOURCE_QUOTAS).length > 0;

const quotasOf = ({ client }: ControllerContext, { metadata }: KubeObject): readonly string[] => {
  if (metadata.namespace === undefined) return NO_KEYS;
  const quotas = client.list(RESOURCE_QUOTAS, metadata.namespace);
  return quotas.length === 0 ? NO_KEYS : quotas.map(keyOf);
};

/** What is counted anew when it changes; admission has charged what grew (pkg/quota/v1/install DefaultUpdateFilter). */
const updated = <T extends KubeObject>(
  resource: ResourceType<T>,
  matters: (object: T, previous: T) => boolean,
): ControllerSource =>
  watch(
    resource,
    ({ object, previous }, context) => (previous && matters(object, previous) ? quotasOf(context, object) : NO_KEYS),
    { types: ['MODIFIED'], when: hasQuotas },
  );

/** Whether a pod has ended, got or lost its deadline, or runs with other resources than before. */
const podFreed = (pod: Pod, before: Pod): boolean =>
  (isPodTerminal(pod) && !isPodTerminal(before)) ||
  (pod.spec.activeDeadlineSeconds === undefined) !== (before.spec.activeDeadlineSeconds === undefined) ||
  (pod.status?.containerStatuses !== before.status?.containerStatuses &&
    (before.status?.containerStatuses ?? []).some((status) => {
      const now = pod.status?.containerStatuses?.find(({ name }) => name === status.name);
      return now !== undefined && !jsonEqual(now.resources ?? {}, status.resources ?? {});
    }));

const chargedType = ({ spec }: Service): string =>
  spec.type === 'NodePort' || spec.type === 'LoadBalancer' ? spec.type : '';

/** Keeps what quotas say is used in line with what there is (pkg/controller/resourcequota). */
export const resourceQuotaController = defineController({
  name: 'resourcequota-controller',
  component: 'resourcequota-controller',
  sources: [
    // What a quota limits is counted when it is new or limits otherwise; other scopes alone wait for the regular look.
    watch(RESOURCE_QUOTAS, ({ object, previous }) =>
      previous && jsonEqual(previous.spec.hard ?? {}, object.spec.hard ?? {}) ? NO_KEYS : [keyOf(object)],
    ),
    watch(ANY_RESOURCE, ({ object }, context) => quotasOf(context, object), {
      types: ['DELETED'],
      except: [EVENTS],
      when: hasQuotas,
    }),
    updated(PODS, podFreed),
    updated(SERVICES, (service, before) => chargedType(service) !== chargedType(before)),
    updated(PERSISTENT_VOLUME_CLAIMS, () => true),
  ],
  resync: { periodMs: RESYNC_MS, keys: ({ client }) => client.list(RESOURCE_QUOTAS).map(keyOf) },
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
