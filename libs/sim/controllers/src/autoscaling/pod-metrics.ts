import {
  PODS,
  podAmounts,
  type ControllerContext,
  type KubeObject,
  type Pod,
  type ResourceType,
} from '@seatrial/apiserver';
import { fail, ok, type Result } from '@seatrial/kernel';
import { Quantity, parseGoDuration, type LabelSelector } from '@seatrial/schema';
import { aggregatedAvailability } from '../served-resources.js';
import { podCondition, timeOf } from '../pod-state.js';

const POD_METRICS: ResourceType<PodMetricsObject> = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  resource: 'pods',
  kind: 'PodMetrics',
  namespaced: true,
};

interface PodMetricsObject extends KubeObject {
  readonly timestamp: string;
  readonly window: string;
  readonly containers: readonly { readonly name: string; readonly usage: Readonly<Record<string, string>> }[];
}

/** Use by pod name, in thousandths (CPU in millicores, bytes in thousandths of a byte). */
export type PodMetrics = ReadonlyMap<string, number>;

/** What was measured, and since when each pod had been watched for it, ms. */
export interface Measured {
  readonly use: PodMetrics;
  readonly since: ReadonlyMap<string, number>;
}

const INITIALIZATION_MS = 300_000;
const READINESS_DELAY_MS = 30_000;

const unfetched = (why: string): string =>
  `unable to fetch metrics from resource metrics API: ${why} (get pods.metrics.k8s.io)`;
const NO_API = unfetched('the server could not find the requested resource');
const UNAVAILABLE = unfetched('the server is currently unable to handle the request');

/** What the resource metrics API says of some pods; without one, or before the first measurement, the error's text. */
export function readMetrics(
  { client }: ControllerContext,
  pods: readonly Pod[],
  resource: string,
  container: string | undefined,
): Result<Measured, string> {
  const available = aggregatedAvailability(client, 'v1beta1.metrics.k8s.io');
  if (available !== true) return fail(available === undefined ? NO_API : UNAVAILABLE);
  const use = new Map<string, number>();
  const since = new Map<string, number>();
  let returned = 0;
  for (const { metadata } of pods) {
    const measured = client.get(POD_METRICS, metadata.namespace, metadata.name);
    if (!measured) continue;
    returned++;
    const counted = measured.containers.filter(({ name }) => container === undefined || name === container);
    if (counted.length === 0 || counted.some(({ usage }) => usage[resource] === undefined)) continue;
    let sum = 0;
    for (const { usage } of counted) sum += Quantity.of(usage[resource]).milliValue();
    use.set(metadata.name, sum);
    since.set(metadata.name, (timeOf(measured.timestamp) ?? 0) - windowOf(measured));
  }
  return returned === 0 ? fail('no metrics returned from resource metrics API') : ok({ use, since });
}

function windowOf({ window }: PodMetricsObject): number {
  const parsed = parseGoDuration(window);
  return parsed.ok ? parsed.value / 1e6 : 0;
}

export const podsFor = ({ client }: ControllerContext, namespace: string | undefined, selector: LabelSelector): Pod[] =>
  client.list(PODS, namespace).filter(({ metadata }) => selector.matches(metadata.labels));

export interface Grouped {
  readonly ready: number;
  readonly unready: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
  readonly ignored: ReadonlySet<string>;
}

/** Which pods count, and how (replica_calculator groupPods). */
export function groupPods(pods: readonly Pod[], { use, since }: Measured, resource: string, now: number): Grouped {
  let ready = 0;
  const [unready, missing, ignored] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const pod of pods) {
    const { name } = pod.metadata;
    if (pod.metadata.deletionTimestamp !== undefined || pod.status?.phase === 'Failed') ignored.add(name);
    else if (pod.status?.phase === 'Pending') unready.add(name);
    else if (!use.has(name)) missing.add(name);
    else if (resource === 'cpu' && isWarmingUp(pod, since.get(name) ?? 0, now)) unready.add(name);
    else ready++;
  }
  return { ready, unready, missing, ignored };
}

/** Whether the measurement tells nothing yet: the pod is not ready, or was not for a part of it. */
function isWarmingUp(pod: Pod, measuredSince: number, now: number): boolean {
  const condition = podCondition(pod, 'Ready');
  const start = timeOf(pod.status?.startTime);
  if (!condition || start === undefined) return true;
  const changed = timeOf(condition.lastTransitionTime) ?? 0;
  if (start + INITIALIZATION_MS > now) return condition.status === 'False' || measuredSince < changed;
  return condition.status === 'False' && start + READINESS_DELAY_MS > changed;
}

/** What a pod as a whole requests by `spec.resources`, where it does (calculatePodLevelRequests). */
function podLevelRequest(pod: Pod, resource: string): Result<number, string> | undefined {
  const { resources } = pod.spec as { readonly resources?: { readonly requests?: Readonly<Record<string, string>> } };
  if (!resources?.requests || Object.keys(resources.requests).length === 0) return undefined;
  const request = podAmounts(pod, 'requests').get(resource);
  if (request !== undefined) return ok(request.milliValue());
  return fail(`missing pod-level request for ${resource} in Pod ${pod.metadata.name}`);
}

function containerRequests({ metadata, spec }: Pod, resource: string, container?: string): Result<number, string> {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  let sum = 0;
  let found = false;
  for (const { name, resources } of [...spec.containers, ...sidecars]) {
    if (container !== undefined && name !== container) continue;
    found = true;
    const request = resources?.requests?.[resource];
    if (request === undefined)
      return fail(`missing request for ${resource} in container ${name} of Pod ${metadata.name}`);
    sum += Quantity.of(request).milliValue();
  }
  return found || container === undefined ? ok(sum) : fail(`container ${container} not found in Pod ${metadata.name}`);
}

/** Requests by pod name, in thousandths; the error names what lacks one (calculateRequests). */
export function podRequests(pods: readonly Pod[], resource: string, container?: string): Result<PodMetrics, string> {
  const requests = new Map<string, number>();
  for (const pod of pods) {
    const whole = container === undefined ? podLevelRequest(pod, resource) : undefined;
    const request = whole ?? containerRequests(pod, resource, container);
    if (!request.ok) return request;
    requests.set(pod.metadata.name, request.value);
  }
  return ok(requests);
}
