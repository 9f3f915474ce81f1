import { readdirSync } from 'node:fs';
import type { HistoryEntry, KubeObject } from '@seatrial/apiserver';
import type { StepRecord } from '@seatrial/contracts';
import { readSource } from '@seatrial/exercise';
import { fail, ok } from '@seatrial/kernel';
import { expect, it } from 'vitest';
import { CHECK_TYPES, findCheckType, type CheckOutcome, type GradedWorld } from './index.js';

it('lists exactly the files of types/, in order', () => {
  const files = readdirSync(new URL('types', import.meta.url)).filter((file) => file.endsWith('.check.ts'));
  expect(CHECK_TYPES.map(({ type }) => `${type}.check.ts`)).toEqual(files.sort());
});

const START = 1_000_000;

function object(kind: string, name: string, rest: object, labels?: Record<string, string>): KubeObject {
  const metadata = {
    name,
    namespace: 'default',
    uid: name,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '',
    ...(labels && { labels }),
  };
  return { apiVersion: 'v1', kind, metadata, ...rest };
}

const deployment = (image: string, available: number, replicas = 2): KubeObject =>
  object('Deployment', 'web', {
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { spec: { containers: [{ name: 'c', image }] } },
    },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      availableReplicas: available,
      readyReplicas: available,
    },
  });

const pod = (ready: boolean, labels = { app: 'web' }): KubeObject =>
  object(
    'Pod',
    'web-1',
    {
      status: {
        phase: 'Pending',
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
        containerStatuses: [{ state: ready ? { running: {} } : { waiting: { reason: 'ImagePullBackOff' } } }],
      },
    },
    labels,
  );
const service = object('Service', 'web', {
  spec: { type: 'ClusterIP', clusterIP: '10.96.0.9', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 80 }] },
});
const step: StepRecord = {
  step: 1,
  place: { file: 't' },
  command: 'kubectl get po',
  exit: 0,
  stdout: 'web-1 Running',
  stderr: '',
  startMs: 0,
  endMs: 1,
  unsupported: [],
};

function world(objects: KubeObject[], writes: KubeObject[] = [], answer?: string): GradedWorld {
  const entry = (item: KubeObject, index: number): HistoryEntry => ({
    resourceVersion: index,
    time: START + index,
    type: 'MODIFIED',
    resource: { group: '', version: 'v1', resource: '', kind: item.kind, namespaced: true },
    object: item,
  });
  return {
    startTime: START,
    steps: [step],
    now: () => START,
    wait: () => undefined,
    list: (kind) => objects.filter((item) => item.kind === kind),
    history: () => writes.map(entry),
    fetch: () =>
      answer === undefined
        ? fail({ failure: 'refused', detail: 'refused', hops: [] })
        : ok({ status: 200, body: answer }),
    log: () => ok('listening on 80\n'),
  };
}

function run(type: string, yaml: string, graded: GradedWorld): string {
  const errors: never[] = [];
  const node = readSource('x', yaml, errors);
  const outcome: CheckOutcome | undefined = node && findCheckType(type)?.bind(node).evaluate(graded);
  expect(errors).toEqual([]);
  return outcome?.kind === 'failed' ? outcome.reason.en : (outcome?.kind ?? 'nothing');
}

const web = deployment('nginx:1.25', 2);
it.each([
  ['resource', 'kind: Deployment\nname: web\nmatch: {spec: {replicas: 2}}', world([web]), 'passed'],
  [
    'resource',
    'kind: Deployment\nname: web\nmatch: {spec: {template: {spec: {containers: [{name: c, image: "nginx:1.26"}]}}}}',
    world([web]),
    'spec.template.spec.containers[0].image of Deployment "web" is nginx:1.25, expected nginx:1.26',
  ],
  [
    'resource',
    'kind: Deployment\nname: wbe',
    world([web]),
    'there is no Deployment "wbe" in namespace default (found: web)',
  ],
  ['resource', 'kind: Deployment\nname: web\nabsent: true', world([web]), 'Deployment "web" should not exist any more'],
  ['scaling', 'name: web\nreplicas: 2', world([web]), 'passed'],
  ['scaling', 'name: web\nreplicas: 3', world([web]), 'Deployment "web" asks for 2 replicas, expected 3'],
  [
    'scaling',
    'name: web\nreplicas: 2',
    world([deployment('x', 0), pod(false)]),
    'of 2 replicas of Deployment "web" only 0 are ready: pod web-1 waits: ImagePullBackOff',
  ],
  [
    'rollout',
    'name: web\nimages: ["nginx:1.25", "nginx:bad", "nginx:1.25"]\nminimumAvailable: 1',
    world([web], [web, deployment('nginx:bad', 1), web]),
    'passed',
  ],
  [
    'rollout',
    'name: web\nimages: ["nginx:bad"]',
    world([web], [web]),
    'Deployment "web" never had the image nginx:bad (it had: nginx:1.25)',
  ],
  [
    'rollout',
    'name: web\nminimumAvailable: 2',
    world([web], [web, deployment('nginx:1.25', 1)]),
    'Deployment "web" fell to 1 available replicas, never below 2 was asked (kubectl get po)',
  ],
  [
    'rollout',
    'name: web',
    world([deployment('x', 1)]),
    'the rollout of Deployment "web" is not complete: 2 updated, 1 available of 2',
  ],
  ['http', 'service: web\ncontains: hi', world([service, pod(true)], [], 'hi there'), 'passed'],
  ['http', 'service: web\nvia: nodePort', world([service]), 'service web has no node port: its type is ClusterIP'],
  [
    'http',
    'service: web',
    world([service, pod(true, { app: 'other' })]),
    'http://10.96.0.9:80/: the connection is refused: service web selects app=web, which no pod has (there are: app=other)',
  ],
  ['logs', 'name: web-1\ncontains: listening', world([pod(true)]), 'passed'],
  [
    'logs',
    'name: web-1\nmatches: "^err"',
    world([pod(true)]),
    'no log of Pod "web-1" has “^err”; the last lines: listening on 80',
  ],
  ['command', 'matches: kubectl get', world([]), 'passed'],
  ['command', 'matches: kubectl scale', world([]), 'no command matches “kubectl scale”'],
  ['output', 'command: get po\ncontains: Running', world([]), 'passed'],
  [
    'output',
    'command: get po\ncontains: Ready',
    world([]),
    '“kubectl get po” did not print “Ready” but: web-1 Running',
  ],
])('%s %j', (type, yaml, graded, expected) => {
  expect(run(type, yaml, graded)).toBe(expected);
});
