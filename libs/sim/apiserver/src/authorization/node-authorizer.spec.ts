import { Simulation } from '@seatrial/kernel';
import { expect, it } from 'vitest';
import { NAMESPACES, NODES, PODS, SERVICE_ACCOUNTS, createApiServer, type ApiRequest, type Status } from '../index.js';

const KUBELET = { username: 'system:node:one', groups: ['system:nodes', 'system:authenticated'] };

function start() {
  const simulation = new Simulation({ startTime: 0, seed: 'node' });
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
  for (const name of ['one', 'two']) client.create(NODES, { metadata: { name } } as never);
  for (const node of ['one', 'two'])
    client.create(PODS, {
      metadata: { name: `on-${node}`, namespace: 'default' },
      spec: {
        nodeName: node,
        containers: [{ name: 'a', image: 'a', envFrom: [{ secretRef: { name: `of-${node}` } }] }],
      },
    });
  return (request: Partial<ApiRequest>): string => {
    const { code, body } = apiServer.handle({
      verb: 'get',
      group: '',
      version: 'v1',
      resource: 'pods',
      namespace: 'default',
      user: KUBELET,
      ...request,
    });
    return code < 400 || code === 404 ? 'allowed' : ((body as Status).message.split(/: |": /).at(-1) ?? '');
  };
}

it.each([
  [{ resource: 'secrets', name: 'of-one' }, 'allowed'],
  [{ resource: 'secrets', name: 'of-two' }, "no relationship found between node 'one' and this object"],
  [{ resource: 'secrets', verb: 'list' }, 'No Object name found'],
  [{ resource: 'secrets', verb: 'delete', name: 'of-one' }, 'can only read resources of this type'],
  [{ name: 'on-one' }, 'allowed'],
  [{ name: 'on-two' }, "no relationship found between node 'one' and this object"],
  [{ verb: 'list' }, 'can only list/watch pods with spec.nodeName field selector'],
  [{ verb: 'list', options: { fieldSelector: 'metadata.name=on-one' } }, 'allowed'],
  [{ verb: 'delete', name: 'on-two' }, 'node "one" can only delete pods with spec.nodeName set to itself'],
  [{ resource: 'nodes', name: 'two' }, "node 'one' cannot read 'two', only its own Node object"],
  [
    {
      resource: 'nodes',
      verb: 'patch',
      name: 'one',
      patchType: 'merge',
      body: { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } },
    },
    'node "one" is not allowed to modify taints',
  ],
  [
    {
      resource: 'nodes',
      verb: 'patch',
      name: 'one',
      patchType: 'merge',
      body: { metadata: { labels: { 'kubernetes.io/a': 'b' } } },
    },
    'kubernetes.io/a',
  ],
] as const)('lets a kubelet do what is its own: %j', (request, answer) => {
  expect(start()(request)).toBe(answer);
});
