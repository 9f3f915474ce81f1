import type { KubeObject } from '@seatrial/apiserver';
import { expect, it } from 'vitest';
import { SessionBindings } from './session-bindings.js';

interface Owner {
  readonly kind: string;
  readonly name: string;
}

function object(name: string, owner: Owner | undefined, rest: object = {}): KubeObject {
  const ownerReferences = owner ? [{ apiVersion: 'v1', ...owner, uid: owner.name }] : [];
  return {
    metadata: { name, namespace: 'default', uid: name, labels: { app: 'x' }, ownerReferences },
    ...rest,
  } as never;
}

const pod = (name: string, owner: Owner, podIP: string, containerPort: number): KubeObject =>
  object(name, owner, { spec: { containers: [{ ports: [{ containerPort }] }] }, status: { podIP, phase: 'Running' } });

const service = (name: string, clusterIP: string, port: number, nodePort?: number): KubeObject =>
  object(name, undefined, { spec: { clusterIP, ports: [{ port, ...(nodePort !== undefined && { nodePort }) }] } });

const WORLD: Readonly<Record<string, readonly KubeObject[]>> = {
  Deployment: [object('pingpong', undefined), object('web', undefined)],
  ReplicaSet: [
    object('pingpong-5bd6f4c5c9', { kind: 'Deployment', name: 'pingpong' }),
    object('web-6d4cf56db6', { kind: 'Deployment', name: 'web' }),
    object('web-7f9c8d5b46', { kind: 'Deployment', name: 'web' }),
  ],
  Pod: [
    pod('pingpong-5bd6f4c5c9-q8wz4', { kind: 'ReplicaSet', name: 'pingpong-5bd6f4c5c9' }, '10.244.1.2', 8888),
    pod('pingpong-5bd6f4c5c9-x7k2p', { kind: 'ReplicaSet', name: 'pingpong-5bd6f4c5c9' }, '10.244.2.2', 8888),
    pod('web-6d4cf56db6-bbbbb', { kind: 'ReplicaSet', name: 'web-6d4cf56db6' }, '10.244.1.3', 80),
    pod('web-7f9c8d5b46-ccccc', { kind: 'ReplicaSet', name: 'web-7f9c8d5b46' }, '10.244.2.3', 80),
  ],
  Service: [service('httpenv', '10.96.44.7', 8888, 31744), service('web', '10.96.44.8', 80)],
  Node: [object('node1', undefined, { status: { addresses: [{ type: 'InternalIP', address: '172.18.0.2' }] } })],
};

const place = { file: 'transcript', line: 1 };

function rewriteAll(
  session: readonly { readonly run: string; readonly claimed?: string; readonly printed?: string }[],
): { ran: string[]; how: string[]; differs: string[][] } {
  const bound = new SessionBindings({ list: (kind) => WORLD[kind] });
  const [ran, differs]: [string[], string[][]] = [[], []];
  for (const [index, { run, claimed, printed }] of session.entries()) {
    ran.push(bound.rewrite({ text: run, step: index + 1, place, ...(claimed !== undefined && { output: claimed }) }));
    differs.push(bound.learn(claimed, printed ?? ''));
  }
  return { ran, how: bound.bindings.map(({ from, how }) => `${from} ${how}`), differs };
}

const cases: { name: string; session: Parameters<typeof rewriteAll>[0]; ran: string[]; how: string[] }[] = [
  {
    name: 'a pod by its place in the output',
    session: [
      {
        run: 'kubectl get pods',
        claimed: 'NAME READY AGE\npingpong-7d6c-x2x9z   1/1 Running 0 3m\nweb-7f9c8d5b46-zzzzz 1/1 Running 0 2s',
        printed: 'NAME READY AGE\npingpong-5bd6f4c5c9-q8wz4 1/1 Running 0 15s\nweb-7f9c8d5b46-ccccc 1/1 Running 0 3s',
      },
      { run: 'kubectl logs pingpong-7d6c-x2x9z --tail 1; kubectl delete pod/web-7f9c8d5b46-zzzzz' },
    ],
    ran: [
      'kubectl get pods',
      'kubectl logs pingpong-5bd6f4c5c9-q8wz4 --tail 1; kubectl delete pod/web-7f9c8d5b46-ccccc',
    ],
    how: ['pingpong-7d6c-x2x9z output', 'web-7f9c8d5b46-zzzzz output'],
  },
  {
    name: 'alike pods of one owner, each identifier another pod',
    session: [
      { run: 'kubectl logs pingpong-7d6c-x2x9z' },
      { run: 'kubectl delete pod pingpong-7d6c-b4b4b pingpong-7d6c-x2x9z' },
    ],
    ran: [
      'kubectl logs pingpong-5bd6f4c5c9-q8wz4',
      'kubectl delete pod pingpong-5bd6f4c5c9-x7k2p pingpong-5bd6f4c5c9-q8wz4',
    ],
    how: ['pingpong-7d6c-x2x9z candidate', 'pingpong-7d6c-b4b4b candidate'],
  },
  {
    name: 'pods of two revisions: ambiguous',
    session: [{ run: 'kubectl delete pod web-5c689d88bb-8d2qk' }],
    ran: ['kubectl delete pod web-6d4cf56db6-bbbbb'],
    how: ['web-5c689d88bb-8d2qk ambiguous'],
  },
  {
    name: 'what never existed, and what exists, stay as typed',
    session: [
      { run: 'kubectl logs shop-7d6c5b9f4-x2x9z' },
      { run: 'kubectl get pod web-6d4cf56db6-bbbbb' },
      { run: 'kubectl delete pod pingpong-yyyy' },
      {
        run: 'kubectl get pod pingpong-7d6c-x2x9z',
        claimed: 'Error from server (NotFound): pods "pingpong-7d6c-x2x9z" not found',
      },
    ],
    ran: [
      'kubectl logs shop-7d6c5b9f4-x2x9z',
      'kubectl get pod web-6d4cf56db6-bbbbb',
      'kubectl delete pod pingpong-yyyy',
      'kubectl get pod pingpong-7d6c-x2x9z',
    ],
    how: [],
  },
  {
    name: 'addresses by port and range',
    session: [
      { run: 'curl http://10.96.12.13:8888' },
      { run: 'curl -s 10.44.0.5:8888/ && curl 10.101.7.8' },
      { run: 'curl http://192.168.0.18:32001' },
      { run: 'curl http://10.96.3.3:9999' },
    ],
    ran: [
      'curl http://10.96.44.7:8888',
      'curl -s 10.244.1.2:8888/ && curl 10.96.44.8',
      'curl http://172.18.0.2:31744',
      'curl http://10.96.3.3:9999',
    ],
    how: [
      '10.96.12.13 candidate',
      '10.44.0.5 candidate',
      '10.101.7.8 candidate',
      '192.168.0.18 candidate',
      '32001 candidate',
    ],
  },
  {
    name: 'tokens, digests, container ids and their beginnings',
    session: [
      {
        run: 'kubeadm token create --print-join-command',
        claimed: 'kubeadm join 192.168.0.18:6443 --token nk8zwv.hxgo3xb7odfhtpwf',
        printed: 'kubeadm join 172.18.0.2:6443 --token abcdef.0123456789abcdef',
      },
      { run: 'kubeadm join 192.168.0.18:6443 --token nk8zwv.hxgo3xb7odfhtpwf' },
      {
        run: 'docker run -d nginx',
        claimed: '3f2a'.repeat(16),
        printed: `Unable to find image\n${'9b8c'.repeat(16)}`,
      },
      { run: 'docker stop 3f2 && docker rm 3f2a3f2a3f2a' },
    ],
    ran: [
      'kubeadm token create --print-join-command',
      'kubeadm join 172.18.0.2:6443 --token abcdef.0123456789abcdef',
      'docker run -d nginx',
      'docker stop 9b8c9b8c9b8c && docker rm 9b8c9b8c9b8c',
    ],
    how: ['192.168.0.18 output', 'nk8zwv.hxgo3xb7odfhtpwf output', '3f2 output', '3f2a3f2a3f2a output'],
  },
  {
    name: 'nodes by their role',
    session: [
      {
        run: 'kubectl get nodes',
        claimed: 'NAME STATUS ROLES AGE VERSION\nip-172-20-46-79 Ready master 3d v1.20\nworker-a Ready <none> 3d v1.20',
        printed: 'NAME STATUS ROLES AGE VERSION\nnode1 Ready control-plane 1h v1.35.4\nnode2 Ready <none> 1h v1.35.4',
      },
      { run: 'kubectl drain worker-a --ignore-daemonsets' },
    ],
    ran: ['kubectl get nodes', 'kubectl drain node2 --ignore-daemonsets'],
    how: ['worker-a output'],
  },
];

it.each(cases)('binds $name', ({ session, ran, how }) => {
  const result = rewriteAll(session);
  expect(result.ran).toEqual(ran);
  expect(result.how).toEqual(how);
});

it('names the lines that were never printed, identifiers and ages aside', () => {
  const [same, other] = rewriteAll([
    {
      run: 'kubectl get pods',
      claimed: 'NAME   READY   AGE\nweb-7f9c8d5b46-zzzzz   1/1   2m3s',
      printed: 'NAME                   READY   AGE\nweb-7f9c8d5b46-ccccc   1/1   3s',
    },
    { run: 'kubectl get deploy', claimed: 'web   3/3     3', printed: 'web   1/3   3' },
  ]).differs;
  expect(same).toEqual([]);
  expect(other).toEqual(['web   3/3     3']);
});
