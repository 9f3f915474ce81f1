import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import type { Pod } from '../contract/object.js';
import { PODS } from '../contract/resource.js';
import type { ApiRequest } from '../contract/request.js';
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
  const lastTransitionTime = timestamp(server.simulation.now());
  const conditions = (pod.status?.conditions ?? []) as unknown as JsonObject[];
  const at = conditions.findIndex((condition) => condition.type === 'PodScheduled');
  const condition = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime };
  const next = {
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata: { ...pod.metadata },
    spec: { ...pod.spec, nodeName: node },
    status: {
      ...pod.status,
      conditions: at < 0 ? [...conditions, condition] : conditions.map((old, i) => (i === at ? condition : old)),
    },
  };
  if (!scope.options.dryRun) server.store.put(PODS, next, serverNote(scope));
  return done({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
}
