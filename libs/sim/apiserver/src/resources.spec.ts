import { Simulation, type JsonObject } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import {
  CONFIG_MAPS,
  NAMESPACES,
  PODS,
  POD_DISRUPTION_BUDGETS,
  SERVICE_ACCOUNTS,
  createApiServer,
  type ApiRequest,
  type KubeObject,
  type Status,
} from './index.js';

const ADMIN = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

function start() {
  const simulation = new Simulation({ startTime: Date.UTC(2026, 0, 1), seed: 'spec' });
  const apiServer = createApiServer({
    simulation,
    kinds: [],
    serviceCidr: '10.96.0.0/16',
    nodePortRange: [30000, 32767],
    version: 'v1.35.4',
  });
  const client = apiServer.client('setup');
  client.create(NAMESPACES, { metadata: { name: 'default' } } as never);
  client.create(SERVICE_ACCOUNTS, { metadata: { name: 'default', namespace: 'default' } });
  const send = (request: Partial<ApiRequest>) =>
    apiServer.handle({
      verb: 'get',
      group: '',
      version: 'v1',
      resource: 'configmaps',
      namespace: 'default',
      user: ADMIN,
      ...request,
    });
  return { simulation, apiServer, client, send };
}

const message = (body: unknown): string => (body as Status).message;
const service = (name: string, spec: JsonObject) => ({ metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } });

describe('services', () => {
  it('take addresses and node ports, and give them back', () => {
    const { send } = start();
    const create = (body: JsonObject) => send({ verb: 'create', resource: 'services', body });
    const first = create(
      service('a', { type: 'NodePort', clusterIP: '10.96.1.7', ports: [{ port: 80, nodePort: 30080 }] }),
    );
    expect((first.body as unknown as { spec: JsonObject }).spec).toMatchObject({
      clusterIPs: ['10.96.1.7'],
      ipFamilies: ['IPv4'],
    });
    expect(message(create(service('b', { clusterIP: '10.96.1.7' })).body)).toBe(
      'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.96.1.7"]: failed to allocate IP 10.96.1.7: provided IP is already allocated',
    );
    expect(message(create(service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })).body)).toBe(
      'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    // Allocation comes before validation, and ends with the first thing that it cannot have.
    expect(message(create(service('B', { type: 'NodePort', ports: [{ port: 0, nodePort: 30080 }] })).body)).toBe(
      'Service "B" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    const twice = [
      { port: 80, nodePort: 30090 },
      { port: 81, nodePort: 30090 },
    ];
    expect(message(create(service('b', { type: 'NodePort', ports: twice })).body)).toBe(
      'Service "b" is invalid: spec.ports[1].nodePort: Invalid value: 30090: provided port is already allocated',
    );
    expect(
      message(
        create(service('b', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 80 })).body,
      ),
    ).toBe(
      'Internal error occurred: failed to allocate requested HealthCheck NodePort 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
    send({ verb: 'delete', resource: 'services', name: 'a' });
    expect(create(service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })).code).toBe(201);
  });
});

describe('custom resources', () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'lamps.home.example.com' },
    spec: {
      group: 'home.example.com',
      scope: 'Namespaced',
      names: { plural: 'lamps', singular: 'lamp', kind: 'Lamp', listKind: 'LampList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: { type: 'object', properties: { watts: { type: 'integer', default: 40, maximum: 100 } } },
              },
            },
          },
        },
      ],
    },
  };

  it('are served once established, validated, and cleaned up with their definition', () => {
    const { apiServer, send, simulation } = start();
    const crds = {
      group: 'apiextensions.k8s.io',
      version: 'v1',
      resource: 'customresourcedefinitions',
      namespace: undefined,
    };
    const lamps = { group: 'home.example.com', version: 'v1', resource: 'lamps' };
    expect(send({ ...crds, verb: 'create', body: definition }).code).toBe(201);
    expect(message(send({ ...lamps, verb: 'list' }).body)).toBe('the server could not find the requested resource');
    simulation.runUntil(simulation.now() + 100);
    const made = send({ ...lamps, verb: 'create', body: { metadata: { name: 'x' }, spec: {} } });
    expect(made.body).toMatchObject({ apiVersion: 'home.example.com/v1', kind: 'Lamp', spec: { watts: 40 } });
    expect(
      message(send({ ...lamps, verb: 'patch', name: 'x', patchType: 'merge', body: { spec: { watts: 200 } } }).body),
    ).toBe(
      'Lamp.home.example.com "x" is invalid: spec.watts: Invalid value: 200: spec.watts in body should be less than or equal to 100',
    );
    send({ ...crds, verb: 'delete', name: 'lamps.home.example.com' });
    simulation.runUntil(simulation.now() + 100);
    expect(apiServer.resourceType('home.example.com', 'lamps')).toBeUndefined();
    expect(send({ ...crds, name: 'lamps.home.example.com' }).code).toBe(404);
  });

  it('keep what the stored version knows, and show its defaults in every version', () => {
    const { send, simulation } = start();
    const crds = { group: 'apiextensions.k8s.io', version: 'v1', resource: 'customresourcedefinitions' };
    const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const second = {
      name: 'v2',
      served: true,
      storage: false,
      schema: { openAPIV3Schema: { type: 'object', properties: { spec: open } } },
    };
    const versions = [...definition.spec.versions, second];
    const body = { ...definition, spec: { ...definition.spec, versions } };
    send({ ...crds, namespace: undefined, verb: 'create', body });
    simulation.runUntil(simulation.now() + 100);
    const lamps = { group: 'home.example.com', version: 'v2', resource: 'lamps' };
    const lamp = { metadata: { name: 'x' }, spec: { color: 'red' } };
    const made = send({ ...lamps, verb: 'create', body: lamp }).body as unknown as { spec: unknown };
    expect(made.spec).toEqual({ watts: 40 });
    const changed = send({
      ...lamps,
      verb: 'patch',
      name: 'x',
      patchType: 'merge',
      body: { spec: { beam: 1, watts: 60 } },
    });
    expect((changed.body as unknown as { spec: unknown }).spec).toEqual({ watts: 60 });
  });
});

describe('evictions', () => {
  it('are refused while a budget has none left, and leave it as it is when they are only tried', () => {
    const { client, send } = start();
    const labels = { app: 'web' };
    const spec = { containers: [{ name: 'c', image: 'nginx' }] };
    client.create(PODS, { metadata: { name: 'p', namespace: 'default', labels }, spec });
    const pod = client.get(PODS, 'default', 'p');
    const conditions = [{ type: 'Ready', status: 'True' as const }];
    client.updateStatus(PODS, { ...pod!, status: { phase: 'Running', conditions } });
    client.create(POD_DISRUPTION_BUDGETS, {
      metadata: { name: 'b', namespace: 'default' },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
      status: { observedGeneration: 1, disruptionsAllowed: 0, desiredHealthy: 1, currentHealthy: 1, expectedPods: 1 },
    });
    const evict = send({ verb: 'create', resource: 'pods', name: 'p', subresource: 'eviction', body: {} });
    expect(evict.code).toBe(429);
    expect(evict.body).toMatchObject({
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ message: 'The disruption budget b needs 1 healthy pods and has 1 currently' }] },
    });
    const budget = client.get(POD_DISRUPTION_BUDGETS, 'default', 'b')!;
    client.updateStatus(POD_DISRUPTION_BUDGETS, { ...budget, status: { ...budget.status!, disruptionsAllowed: 1 } });
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', deleteOptions: { dryRun: ['All'] } };
    expect(send({ verb: 'create', resource: 'pods', name: 'p', subresource: 'eviction', body }).code).toBe(201);
    expect(client.get(POD_DISRUPTION_BUDGETS, 'default', 'b')?.status).toMatchObject({ disruptionsAllowed: 1 });
    expect(client.get(PODS, 'default', 'p')?.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('server-side apply', () => {
  const apply = (manager: string, data: JsonObject, force = false): Partial<ApiRequest> => ({
    verb: 'patch',
    patchType: 'apply',
    name: 'cm',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm' }, data },
    options: { fieldManager: manager, force },
  });

  it('keeps owners apart, and knows ordinary writers from history', () => {
    const { client, send } = start();
    client.create(CONFIG_MAPS, { metadata: { name: 'cm', namespace: 'default' }, data: { a: '1' } });
    expect(message(send(apply('me', { a: '2' })).body)).toBe(
      'Apply failed with 1 conflict: conflict with "setup" using v1: .data.a',
    );
    expect(send(apply('me', { a: '2', b: '3' }, true)).code).toBe(200);
    const shown = send({ name: 'cm', options: { showManagedFields: true } }).body as KubeObject;
    expect(shown.metadata.managedFields).toMatchObject([
      { manager: 'me', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } },
      ...(shown.metadata.managedFields?.slice(1) ?? []),
    ]);
    send(apply('me', { a: '2' }));
    expect(send({ name: 'cm' }).body).toMatchObject({ data: { a: '2' } });
    expect((send({ name: 'cm' }).body as unknown as { data: JsonObject }).data).not.toHaveProperty('b');
  });
});
