import type { JsonObject } from '@seatrial/kernel';
import {
  type ApiRequest,
  type KubeObject,
  type ServedResource,
  type Status,
  type WatchEvent,
} from '@seatrial/apiserver';
import { describe, expect, it } from 'vitest';
import { MINIMAL_OBJECTS } from './minimal-objects.js';
import { ADMIN, startEmptyApiServer } from './empty-api-server.js';

interface Table {
  readonly columnDefinitions: readonly unknown[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

const start = () => startEmptyApiServer('every', Date.UTC(2026, 0, 1));

const apiVersionOf = ({ group, version }: ServedResource): string => (group === '' ? version : `${group}/${version}`);

function minimal(resource: ServedResource): JsonObject {
  const { metadata, ...rest } =
    MINIMAL_OBJECTS[resource.group === 'events.k8s.io' ? 'Event.events.k8s.io' : resource.kind] ?? {};
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { name: 'a', ...(metadata as JsonObject | undefined) },
    ...rest,
  };
}

const served = start().resources();
const stored = served.filter(({ verbs }) => verbs.includes('delete'));
const virtual = served.filter(({ verbs }) => verbs.length === 1 && verbs[0] === 'create' && verbs.length > 0);

describe.each(stored)('$group/$version $resource', (resource) => {
  const apiServer = start();
  const { group, version, resource: plural, namespaced } = resource;
  const where = namespaced ? { namespace: 'default' } : {};
  const object = minimal(resource);
  const { name } = object.metadata as { readonly name: string };
  const send = (request: Partial<ApiRequest> & Pick<ApiRequest, 'verb'>) => {
    const answer = apiServer.handle({ group, version, resource: plural, user: ADMIN, ...where, ...request });
    expect((answer.body as Status).status === 'Failure' ? (answer.body as Status).message : '').toBe('');
    return answer;
  };
  const get = (): KubeObject => send({ verb: 'get', name }).body as KubeObject;
  const list = (): readonly KubeObject[] =>
    (send({ verb: 'list' }).body as unknown as { readonly items: readonly KubeObject[] }).items;

  it('is created, read, listed, changed, watched and deleted', () => {
    const events: WatchEvent[] = [];
    const watch = apiServer.watch({ group, version, resource: plural, user: ADMIN, ...where }, (event) =>
      events.push(event),
    );
    expect(watch.ok).toBe(true);
    events.length = 0;
    const created = send({ verb: 'create', body: object, options: { fieldValidation: 'Strict' } });
    expect(created.code).toBe(201);
    expect(get()).toMatchObject({ apiVersion: object.apiVersion, kind: object.kind, metadata: { name, ...where } });
    expect(list().some(({ metadata }) => metadata.name === name)).toBe(true);
    const read = get();
    const again = send({ verb: 'update', name, body: read });
    expect((again.body as KubeObject).metadata.resourceVersion).toBe(read.metadata.resourceVersion);
    const labels = { 'example.com/a': 'b' };
    send({ verb: 'update', name, body: { ...read, metadata: { ...read.metadata, labels } } });
    expect(get().metadata).toMatchObject({ labels });
    const annotations = { note: 'c' };
    send({ verb: 'patch', name, patchType: 'merge', body: { metadata: { annotations } } });
    send({ verb: 'patch', name, patchType: 'json', body: [{ op: 'add', path: '/metadata/labels/x', value: 'y' }] });
    send({ verb: 'patch', name, patchType: 'strategic', body: { metadata: { labels: { x: null } } } });
    expect(get().metadata).toMatchObject({ labels, annotations });
    const applied = { apiVersion: object.apiVersion, kind: object.kind, metadata: { name, labels: { z: 'z' } } };
    send({ verb: 'patch', name, patchType: 'apply', body: applied, options: { fieldManager: 'spec' } });
    expect(get().metadata).toMatchObject({ labels: { ...labels, z: 'z' } });
    const table = send({ verb: 'list', options: { labelSelector: 'z=z', asTable: {} } }).body as unknown as Table;
    expect(table.rows.map(({ cells }) => cells.length)).toEqual([table.columnDefinitions.length]);
    send({ verb: 'delete', name, options: { gracePeriodSeconds: 0 } });
    const left = apiServer.handle({ verb: 'get', name, group, version, resource: plural, user: ADMIN, ...where });
    const finalizers = (left.body as unknown as KubeObject).metadata.finalizers ?? [];
    if (left.code !== 404 && finalizers.length > 0)
      send({ verb: 'patch', name, patchType: 'merge', body: { metadata: { finalizers: null } } });
    const types = events.filter((event) => event.object.metadata.name === name).map(({ type }) => type);
    expect([...new Set(types)]).toEqual(
      plural === 'namespaces' ? ['ADDED', 'MODIFIED'] : ['ADDED', 'MODIFIED', 'DELETED'],
    );
  });

  it('answers for every subresource', () => {
    if (apiServer.handle({ verb: 'get', name, group, version, resource: plural, user: ADMIN, ...where }).code === 404)
      send({ verb: 'create', body: object });
    for (const subresource of resource.subresources) {
      if (['status', 'scale', 'approval', 'resize', 'ephemeralcontainers'].includes(subresource)) {
        const part = send({ verb: 'get', name, subresource }).body as JsonObject;
        send({ verb: 'update', name, subresource, body: part });
        send({ verb: 'patch', name, subresource, patchType: 'merge', body: {} });
      }
    }
  });
});

describe.each(virtual)('$group/$version $resource', (resource) => {
  it('is answered', () => {
    const { group, version, resource: plural } = resource;
    const answer = start().handle({
      verb: 'create',
      group,
      version,
      resource: plural,
      user: ADMIN,
      ...(resource.namespaced && { namespace: 'default' }),
      body: minimal(resource),
    });
    expect(answer.body).toMatchObject(plural === 'bindings' ? { reason: 'NotFound' } : { kind: resource.kind });
  });
});

it('what admission and storage add to a new object has no owner', () => {
  const apiServer = start();
  const owned = (plural: string, body: JsonObject): readonly string[] => {
    const where = { group: '', version: 'v1', resource: plural, namespace: 'default', user: ADMIN };
    apiServer.handle({ ...where, verb: 'create', body, options: { fieldManager: 'spec' } });
    const { name } = body.metadata as { readonly name: string };
    const read = apiServer.handle({ ...where, verb: 'get', name, options: { showManagedFields: true } });
    const { managedFields } = read.body.metadata as unknown as { managedFields: readonly { fieldsV1: JsonObject }[] };
    return managedFields.flatMap(({ fieldsV1 }) => [
      ...Object.keys(fieldsV1),
      ...Object.keys(fieldsV1['f:spec'] as JsonObject),
    ]);
  };
  const pod = { metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'nginx' }] } };
  expect(owned('pods', pod)).toEqual([
    'f:spec',
    'f:containers',
    'f:dnsPolicy',
    'f:enableServiceLinks',
    'f:restartPolicy',
    'f:schedulerName',
    'f:securityContext',
    'f:terminationGracePeriodSeconds',
  ]);
  const service = { metadata: { name: 'a' }, spec: { ports: [{ port: 80 }] } };
  expect(owned('services', service)).toEqual([
    'f:spec',
    'f:internalTrafficPolicy',
    'f:ports',
    'f:sessionAffinity',
    'f:type',
  ]);
});
