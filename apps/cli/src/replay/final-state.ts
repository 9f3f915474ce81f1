import { EVENTS, type ApiServer, type KubeObject, type ServedResource } from '@seatrial/apiserver';
import type { Cluster } from '@seatrial/cluster';
import type { JsonObject } from '@seatrial/kernel';

const LEFT_OUT = new Set([
  'apiservices',
  'events',
  'leases',
  'componentstatuses',
  'csinodes',
  'ipaddresses',
  'servicecidrs',
]);

function listable(apiServer: ApiServer): ServedResource[] {
  return apiServer
    .resources()
    .filter((resource) => resource.preferred && resource.verbs.includes('list') && !LEFT_OUT.has(resource.resource));
}

const isSystem = (namespace: string | undefined): boolean => namespace?.startsWith('kube-') ?? false;

function recorded(object: KubeObject): JsonObject & { kind: string; metadata: JsonObject & { uid: string } } {
  const { managedFields: _, ...metadata } = object.metadata;
  if (object.kind !== 'Node') return { ...object, metadata } as never;
  const { spec } = object as KubeObject & { spec: JsonObject };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { uid: metadata.uid, name: metadata.name, labels: metadata.labels },
    spec,
  };
}

/** Every object outside the kube-* namespaces, as the recorder writes them. */
export function finalObjects(cluster: Cluster): ReturnType<typeof recorded>[] {
  const objects = listable(cluster.apiServer).flatMap((resource) => [...cluster.apiServer.store.list(resource)]);
  return objects.filter((object) => !isSystem(object.metadata.namespace)).map(recorded);
}

/** Core events outside the kube-* namespaces, as the recorder writes them: a drained node's are not among them. */
export function finalEvents(cluster: Cluster): JsonObject[] {
  return cluster.apiServer.store
    .list(EVENTS)
    .filter((event) => !isSystem(event.metadata.namespace) && event.involvedObject.kind !== 'Node')
    .map((event) => ({
      namespace: event.metadata.namespace,
      kind: event.involvedObject.kind,
      name: event.involvedObject.name,
      fieldPath: event.involvedObject.fieldPath,
      type: event.type,
      reason: event.reason,
      message: event.message,
      source: event.source?.component || event.reportingComponent,
      count: event.count,
    }));
}
