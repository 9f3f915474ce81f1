import { isJsonObject } from '@seatrial/kernel';
import { topologyLabels } from '../admission/pod-topology-labels.admission.js';
import type { Pod } from '../contract/object.js';
import { PODS } from '../contract/resource.js';
import type { ApiRequest } from '../contract/request.js';
import { copyMetadata } from '../request/copy-metadata.js';
import { serverNote } from '../request/create-object.js';
import { done, refused, timestamp, type Outcome, type RequestScope } from '../request/request-scope.js';
import { badRequest, conflict, notFound } from '../status/status-errors.js';

/** POST pods/binding, or bindings: gives a pod its node (pkg/registry/core/pod/storage BindingREST). */
export function bindPod(scope: RequestScope, request: ApiRequest): Outcome {
  const { server } = scope;
  const body = request.body;
  const target = isJsonObject(body) && isJsonObject(body.target) ? body.target : {};
  const node = typeof target.name === 'string' ? target.name : '';
  const pod = server.store.get<Pod>(PODS, scope.namespace, scope.name);
  if (!pod) return refused(notFound(PODS, scope.name));
  const bindings = { ...PODS, resource: 'pods/binding' };
  if (node === '') return refused(badRequest('target.name is required'));
  if (pod.metadata.deletionTimestamp !== undefined)
    return refused(conflict(bindings, scope.name, `pod ${scope.name} is being deleted, cannot be assigned to a host`));
  if (pod.spec.nodeName)
    return refused(
      conflict(bindings, scope.name, `pod ${scope.name} is already assigned to node "${pod.spec.nodeName}"`),
    );
  if (pod.spec.schedulingGates?.length)
    return refused(conflict(bindings, scope.name, `pod ${scope.name} has non-empty .spec.schedulingGates`));
  const metadata = copyMetadata(pod);
  const labels = topologyLabels(server.store, node);
  const next = {
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata: labels ? { ...metadata, labels: { ...metadata.labels, ...labels } } : metadata,
    // The new member first: V8 gives each object that a spread begins and new members end a hidden class of its own.
    spec: 'nodeName' in pod.spec ? { ...pod.spec, nodeName: node } : { nodeName: node, ...pod.spec },
    status: scheduledStatus(pod, timestamp(server.simulation.now())),
  };
  if (!scope.options.dryRun) server.store.put(PODS, next, serverNote(scope));
  return done({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
}

type PodStatus = NonNullable<Pod['status']>;
type Conditions = NonNullable<PodStatus['conditions']>;

const newCondition = (lastTransitionTime: string): Conditions[number] =>
  Object.freeze({
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime,
  }) as unknown as Conditions[number];

/** The conditions of pods that had none, of the last second: many are bound in one. */
let recent = { time: '', conditions: Object.freeze([]) as unknown as Conditions };

function scheduledStatus({ status }: Pod, time: string): PodStatus {
  if (status?.conditions) {
    const others = status.conditions;
    const at = others.findIndex(({ type }) => type === 'PodScheduled');
    const condition = newCondition(time);
    const conditions = at < 0 ? [...others, condition] : others.map((old, i) => (i === at ? condition : old));
    return { ...status, conditions };
  }
  if (recent.time !== time) recent = { time, conditions: Object.freeze([newCondition(time)]) as unknown as Conditions };
  return { conditions: recent.conditions, ...status };
}
