import { PODS, type Pod, type ServedResource } from '@seatrial/apiserver';
import { compareStrings, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { LabelSelector, labelSelectorOf, matchLabelsSelector } from '@seatrial/schema';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { fetchObject, listObjects } from '../../resource/resolve-infos.js';
import { groupResourceOf } from '../../client/rest-mapper.js';
import { nameOf, objectAt, stringMapAt } from '../../resource/resource-info.js';
import { mappingFor, typedName } from '../../resource/resource-selection.js';
import { openWatch } from '../get/get-watch.js';

/** A pod as commands that open streams use it, with the number of pods it was chosen from. */
export interface ChosenPod {
  readonly pod: Pod;
  readonly outOf: number;
}

/** The pods that an object stands for, as a selector in its namespace (polymorphichelpers.SelectorsForObject). */
export function podSelectorOf(mapping: ServedResource, object: JsonObject): LabelSelector | undefined {
  const kind = groupResourceOf(mapping);
  if (kind === 'services' || kind === 'replicationcontrollers') {
    const labels = stringMapAt(object, 'spec', 'selector');
    return Object.keys(labels).length === 0 ? undefined : matchLabelsSelector(labels);
  }
  const selector = objectAt(object, 'spec', 'selector');
  if (
    !selector ||
    !['deployments.apps', 'replicasets.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch'].includes(kind)
  )
    return undefined;
  const parsed = labelSelectorOf(selector);
  return parsed.ok ? parsed.value : undefined;
}

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

const readySince = (pod: Pod): string | undefined => {
  const ready = pod.status?.conditions?.find((condition) => condition.type === 'Ready');
  return ready?.status === 'True' ? (ready.lastTransitionTime ?? '') : undefined;
};

const restarts = (pod: Pod): number =>
  Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));

const sidecarRestarts = (pod: Pod): number => {
  const always = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const names = new Set(always.map(({ name }) => name));
  const statuses = (pod.status?.initContainerStatuses ?? []).filter(({ name }) => names.has(name));
  return Math.max(0, ...statuses.map((status) => status.restartCount));
};

/** Fewer restarts first, those of sidecars when the others are equal (podutils compareMaxContainerRestarts). */
const compareRestarts = (a: Pod, b: Pod): number =>
  restarts(a) - restarts(b) || sidecarRestarts(a) - sidecarRestarts(b);

/** Assigned before unassigned, running first, ready before not ready. */
function compareUse(a: Pod, b: Pod): number {
  const assigned = Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName));
  if (assigned !== 0) return assigned;
  const phase = (PHASE_ORDER[b.status?.phase ?? ''] ?? 0) - (PHASE_ORDER[a.status?.phase ?? ''] ?? 0);
  if (phase !== 0) return phase;
  return Number(readySince(b) !== undefined) - Number(readySince(a) !== undefined);
}

const byReadyTime = (a: Pod, b: Pod): number => compareStrings(readySince(a) ?? '', readySince(b) ?? '');
const byCreation = (a: Pod, b: Pod): number =>
  compareStrings(a.metadata.creationTimestamp, b.metadata.creationTimestamp);

/** Pods that stay first, then those deleted last. */
function compareDeletion(a: Pod, b: Pod): number {
  const [left, right] = [a.metadata.deletionTimestamp, b.metadata.deletionTimestamp];
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  return compareStrings(right, left);
}

/** Best pod first: in use, not being deleted, ready for longer, fewer restarts, older (podutils.ActivePods reversed). */
export const compareForAttach = (a: Pod, b: Pod): number =>
  compareUse(a, b) || compareDeletion(a, b) || byReadyTime(a, b) || compareRestarts(a, b) || byCreation(a, b);

/** The same for logs, where deletion does not count and the pod with more restarts comes first (podutils.ByLogging). */
export const compareForLogs = (a: Pod, b: Pod): number =>
  compareUse(a, b) || byReadyTime(a, b) || compareRestarts(b, a) || byCreation(a, b);

function* matchingPods(k: Invocation, namespace: string, selector: LabelSelector): Coroutine<Pod[]> {
  const mapping = yield* mappingFor(k, 'pods');
  return (yield* listObjects(k, { mapping, namespace }, selector.toString(), '')) as unknown as Pod[];
}

/** --pod-running-timeout; `fail` ends the command when it is nothing to wait for (GetPodRunningTimeoutFlag). */
export function podRunningTimeout(k: Invocation, fail: (text: string) => never = (text) => k.usageError(text)): number {
  const timeout = k.flags.durationMs('pod-running-timeout');
  return timeout > 0 ? timeout : fail('--pod-running-timeout must be higher than zero');
}

/** The first pod of a selector in an order, waited for when there is none (polymorphichelpers.GetFirstPod). */
export function* firstPod(
  k: Invocation,
  namespace: string,
  selector: LabelSelector,
  compare: (a: Pod, b: Pod) => number,
  timeoutMs: number,
): Coroutine<ChosenPod> {
  const end = k.now() + timeoutMs;
  let pods = yield* matchingPods(k, namespace, selector);
  if (pods.length === 0) {
    const mapping = yield* mappingFor(k, 'pods');
    const { stream, stop } = yield* openWatch(k, { mapping, namespace }, { labelSelector: selector.toString() });
    const event = yield* stream.next(end - k.now());
    stop();
    if (!event) failWith('timed out waiting for the condition');
    pods = [event.object as Pod];
  }
  return { pod: [...pods].sort(compare)[0], outOf: pods.length };
}

/** The pod that `TYPE/NAME` (or `NAME`) means for exec, attach, port-forward. */
export function* attachablePod(
  k: Invocation,
  typed: string,
  timeoutMs: number,
): Coroutine<ChosenPod & { readonly mapping: ServedResource; readonly object: JsonObject }> {
  const { resource, name } = typed.includes('/') ? typedName(typed) : { resource: 'pods', name: typed };
  const mapping = yield* mappingFor(k, resource);
  const namespace = mapping.namespaced ? k.namespace().namespace : '';
  const object = yield* fetchObject(k, mapping, namespace, name);
  if (mapping.group === PODS.group && mapping.resource === PODS.resource)
    return { pod: object as unknown as Pod, outOf: 1, mapping, object };
  const selector = podSelectorOf(mapping, object);
  if (!selector) failWith(`cannot attach to ${noPodSelector(mapping, object)}`);
  return { ...(yield* firstPod(k, namespace, selector, compareForAttach, timeoutMs)), mapping, object };
}

/** The type of an object that stands for no pods, and why it does not. */
export function noPodSelector(mapping: ServedResource, object: JsonObject): string {
  const type = `*${mapping.version}.${mapping.kind}`;
  return groupResourceOf(mapping) === 'services'
    ? `${type}: invalid service '${nameOf(object)}': Service is defined without a selector`
    : `${type}: selector for ${type} not implemented`;
}

/** Every container of a pod: its own, then `(ephem)`, then `(init)` (podcmd.AllContainerNames). */
export function containerNames(pod: Pod): { readonly names: readonly string[]; readonly listed: string } {
  const own = (pod.spec.containers ?? []).map(({ name }) => name);
  const init = (pod.spec.initContainers ?? []).map(({ name }) => name);
  const ephemeral = (pod.spec.ephemeralContainers ?? []).map(({ name }) => name);
  const listed = [...own, ...ephemeral.map((name) => `${name} (ephem)`), ...init.map((name) => `${name} (init)`)];
  return { names: [...own, ...init, ...ephemeral], listed: listed.join(', ') };
}

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** The container that is meant when none is named; says so, on stderr, when there are several (podcmd.FindOrDefaultContainerByName). */
export function* defaultContainer(
  k: Invocation,
  pod: Pod,
  quiet = false,
  say = (text: string): Coroutine<void> => k.err(text),
): Coroutine<string> {
  const { names, listed } = containerNames(pod);
  const annotated = pod.metadata.annotations?.[DEFAULT_CONTAINER];
  if (annotated !== undefined && names.includes(annotated)) return annotated;
  if (annotated !== undefined && !quiet)
    yield* say(`Default container name ${JSON.stringify(annotated)} not found in pod ${pod.metadata.name}\n`);
  const [first] = names;
  if (names.length > 1 && !quiet) yield* say(`Defaulted container ${JSON.stringify(first)} out of: ${listed}\n`);
  return first;
}
