import { ENDPOINT_SLICES, NAMESPACES, SERVICES, createApiServer } from '@seatrial/apiserver';
import { Simulation } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { ProxyRules } from './proxy-rules.js';

function world() {
  const simulation = new Simulation({ startTime: 0, seed: 'proxy' });
  const apiServer = createApiServer({
    simulation,
    kinds: [],
    serviceCidr: '10.96.0.0/16',
    nodePortRange: [30_000, 32_767],
    version: 'v1.35.4',
  });
  const client = apiServer.client('test');
  if (!client.get(NAMESPACES, undefined, 'default'))
    client.create(NAMESPACES, { metadata: { name: 'default' }, spec: {} });
  const rules = new ProxyRules(apiServer.store, simulation);
  const metadata = { name: 's', namespace: 'default' };
  const slice = (ready: boolean) => ({
    metadata: { name: 's-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 's' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.244.1.2'], conditions: { ready } }],
    ports: [{ name: '', port: 80, protocol: 'TCP' }],
  });
  return {
    addService: () => client.create(SERVICES, { metadata, spec: { clusterIP: '10.96.1.1', ports: [{ port: 80 }] } }),
    addSlice: () => client.create(ENDPOINT_SLICES, slice(true)),
    setReady: (ready: boolean) => {
      const before = client.get(ENDPOINT_SLICES, 'default', 's-1');
      if (before) client.update(ENDPOINT_SLICES, { ...before, ...slice(ready), metadata: before.metadata });
    },
    label: (value: string) => {
      const before = client.get(SERVICES, 'default', 's');
      if (before) client.update(SERVICES, { ...before, metadata: { ...before.metadata, labels: { value } } });
    },
    dropService: () => client.delete(SERVICES, 'default', 's'),
    known: () => rules.now().withAddress('10.96.1.1') !== undefined,
    ready: () =>
      rules
        .now()
        .endpoints('default', 's', '')
        .filter((endpoint) => endpoint.ready).length,
    after: (ms: number) => {
      simulation.runUntil(simulation.now() + ms);
    },
  };
}

describe('what the proxies have written', () => {
  it('rests for a second between two writings', () => {
    const { addService, addSlice, after, ready } = world();
    addService();
    after(50);
    addSlice();
    after(900);
    expect(ready()).toBe(0);
    after(100);
    expect(ready()).toBe(1);
  });

  it('follows the first change after a rest at once', () => {
    const { addService, addSlice, setReady, after, ready } = world();
    addService();
    addSlice();
    after(5000);
    setReady(false);
    expect(ready()).toBe(1);
    after(10);
    expect(ready()).toBe(0);
    setReady(true);
    after(10);
    expect(ready()).toBe(0);
  });

  it('knows a new service’s address, and forgets a deleted one only when it writes', () => {
    const { addService, addSlice, dropService, after, known } = world();
    addService();
    expect(known()).toBe(true);
    after(10);
    addSlice();
    dropService();
    after(10);
    expect(known()).toBe(true);
    after(1000);
    expect(known()).toBe(false);
  });

  it('does not stir for what is not in the rules', () => {
    const { addService, addSlice, label, setReady, after, ready } = world();
    addService();
    addSlice();
    after(5000);
    label('x');
    after(100);
    setReady(false);
    after(10);
    expect(ready()).toBe(0);
  });
});
