import { expect, it } from 'vitest';
import type { ApiResponse } from '../contract/request.js';
import { inStructOrder } from './struct-order.js';

const order = (body: unknown): string => JSON.stringify(inStructOrder(body as ApiResponse['body']));

const port = { name: 'web', port: 80, protocol: 'TCP', targetPort: 8080 };
const service = {
  metadata: { uid: 'u', name: 'web' },
  spec: { type: 'ClusterIP', ports: [port], selector: { b: '1', a: '2' } },
};
const written =
  '"metadata":{"name":"web","uid":"u"},"spec":{"ports":[{"name":"web","protocol":"TCP","port":80,"targetPort":8080}],"selector":{"a":"2","b":"1"},"type":"ClusterIP"}}';

it('writes an object as its Go structs stand', () => {
  expect(order({ apiVersion: 'v1', kind: 'Service', ...service })).toBe(
    `{"kind":"Service","apiVersion":"v1",${written}`,
  );
});

it('writes the items of a list as those of its kind', () => {
  expect(order({ apiVersion: 'v1', items: [service], kind: 'ServiceList', metadata: {} })).toBe(
    `{"kind":"ServiceList","apiVersion":"v1","metadata":{},"items":[{${written}]}`,
  );
});

it('sorts what it has no struct for, as a map', () => {
  expect(order({ spec: { b: 1, a: 2 }, metadata: { uid: 'u', name: 'n' }, kind: 'Pot', apiVersion: 'x.io/v1' })).toBe(
    '{"apiVersion":"x.io/v1","kind":"Pot","metadata":{"name":"n","uid":"u"},"spec":{"a":2,"b":1}}',
  );
});

it('leaves what another server answers but puts the metadata first', () => {
  expect(
    order({
      window: '1s',
      containers: [],
      metadata: { uid: 'u', name: 'n' },
      apiVersion: 'metrics.k8s.io/v1beta1',
      kind: 'PodMetrics',
    }),
  ).toBe(
    '{"kind":"PodMetrics","apiVersion":"metrics.k8s.io/v1beta1","metadata":{"name":"n","uid":"u"},"window":"1s","containers":[]}',
  );
});
