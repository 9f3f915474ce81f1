import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { labelSelectorMatches } from '@seatrial/schema';
import type { Pod, PodDisruptionBudget } from '../contract/object.js';
import type { ApiRequest, RequestOptions } from '../contract/request.js';
import { POD_DISRUPTION_BUDGETS } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import { note, serverNote } from '../request/create-object.js';
import { deleteObject } from '../request/delete-object.js';
import { done, refused, subject, timestamp, type Outcome, type RequestScope } from '../request/request-scope.js';
import { failure, notFound, serverMethodNotAllowed, tooManyRequests } from '../status/status-errors.js';

const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** Pods that count for no budget (canIgnorePDB). */
const ignoresBudget = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp !== undefined ||
  ['Succeeded', 'Failed', 'Pending'].includes(pod.status?.phase ?? 'Pending');

function tooSoon(message: string): Status {
  return tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", [
    { reason: 'DisruptionBudget', message },
  ]);
}

/** Why a budget has no disruption left. */
function refusal({ metadata: { name }, status }: PodDisruptionBudget): string {
  const { conditions = [], currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  const { reason, message } =
    conditions.find((one) => one.type === 'DisruptionAllowed' && one.status === 'False') ?? {};
  if (message && reason === 'SyncFailed')
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${message}`;
  if (currentHealthy <= desiredHealthy)
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  const detail = message ? ` (${reason}): ${message}` : '';
  return `The disruption budget ${name} does not allow evicting pods currently${detail}`;
}

/** Takes one disruption from a budget, or says why it has none left (checkAndDecrement). */
function takeDisruption(scope: RequestScope, budget: PodDisruptionBudget, pod: Pod): Status | undefined {
  const { name } = budget.metadata;
  const status = budget.status;
  if ((status?.observedGeneration ?? 0) < (budget.metadata.generation ?? 0))
    return tooSoon(`The disruption budget ${name} is still being processed by the server.`);
  const allowed = status?.disruptionsAllowed ?? 0;
  if (allowed < 0)
    return failure(
      403,
      'Forbidden',
      `poddisruptionbudgets.policy "${name}" is forbidden: pdb disruptions allowed is negative`,
    );
  if (!status || allowed === 0) {
    return tooSoon(refusal(budget));
  }
  if (scope.options.dryRun) return undefined;
  const next = {
    ...budget,
    metadata: { ...budget.metadata },
    status: {
      ...status,
      disruptionsAllowed: allowed - 1,
      disruptedPods: { ...status.disruptedPods, [pod.metadata.name]: timestamp(scope.server.simulation.now()) },
    },
  };
  scope.server.store.put(POD_DISRUPTION_BUDGETS, next, note(scope));
  return undefined;
}

/** Whether an unhealthy pod may go although its budget has no disruption left. */
function unhealthyMayGo(budget: PodDisruptionBudget, pod: Pod): boolean {
  if (isReady(pod)) return false;
  if (budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

function markTarget(scope: RequestScope, pod: Pod): void {
  const conditions = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget');
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    ...(pod.metadata.generation === undefined ? undefined : { observedGeneration: pod.metadata.generation }),
    lastProbeTime: null,
    lastTransitionTime: timestamp(scope.server.simulation.now()),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const next = {
    ...pod,
    metadata: { ...pod.metadata },
    status: { ...pod.status, conditions: [...conditions, condition] },
  };
  scope.server.store.put(scope.rest.type, next, serverNote(scope));
}

/** The request's options with those of the Eviction, where `dryRun` is a list (propagateDryRun). */
function deleteOptions({ options }: RequestScope, body: JsonObject): RequestOptions {
  const { dryRun, ...given } = isJsonObject(body.deleteOptions) ? body.deleteOptions : {};
  return { ...options, ...given, dryRun: options.dryRun === true || (Array.isArray(dryRun) && dryRun.length > 0) };
}

/** POST pods/eviction: a delete that disruption budgets may refuse (pkg/registry/core/pod/storage/eviction.go). */
export function evictPod(scope: RequestScope, request: ApiRequest): Outcome {
  if (request.verb !== 'create') return refused(serverMethodNotAllowed());
  const { server, rest } = scope;
  const pod = server.store.get(rest.type, scope.namespace, scope.name) as Pod | undefined;
  if (!pod) return refused(notFound(subject(scope), scope.name));
  const body: JsonObject = isJsonObject(request.body) ? request.body : {};
  const options = deleteOptions(scope, body);
  const deletion: RequestScope = { ...scope, options };
  const success = done({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
  const remove = (): Outcome => {
    if (!options.dryRun) markTarget(scope, pod);
    const outcome = deleteObject(deletion);
    return outcome.ok ? success : outcome;
  };
  if (ignoresBudget(pod)) return remove();
  const budgets = server.store
    .list(POD_DISRUPTION_BUDGETS, scope.namespace)
    .filter((budget) => labelSelectorMatches(budget.spec.selector, pod.metadata.labels));
  if (budgets.length > 1)
    return refused(
      failure(
        500,
        undefined,
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      ),
    );
  if (budgets.length === 1 && !unhealthyMayGo(budgets[0], pod)) {
    const denied = takeDisruption(deletion, budgets[0], pod);
    if (denied) return refused(denied);
  }
  return remove();
}
