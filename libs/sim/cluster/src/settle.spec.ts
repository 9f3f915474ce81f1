import { Simulation } from '@seatrial/kernel';
import type { KubeObject, ObjectReader } from '@seatrial/apiserver';
import { expect, it } from 'vitest';
import { SettleObserver } from './settle.js';

type Listener = (change: { type: string; object: KubeObject }) => void;

const pod = (name: string, status: object, metadata: object = {}): KubeObject => {
  const probed = { name: 'c', image: 'x', readinessProbe: { exec: { command: ['true'] } } };
  const spec = { nodeName: 'n', containers: [probed], initContainers: [{ name: 'i' }] };
  return { kind: 'Pod', metadata: { name, namespace: 'default', uid: name, ...metadata }, spec, status } as never;
};
const UNREADY = { phase: 'Running', containerStatuses: [{ name: 'c', ready: false, state: { running: {} } }] };
const initializing = (state: object): object => ({
  phase: 'Pending',
  initContainerStatuses: [{ name: 'i', state }],
  containerStatuses: [{ name: 'c', state: { waiting: { reason: 'PodInitializing' } } }],
});
const GOING = { deletionTimestamp: '2026-01-01T00:00:30Z' };

function world(awaitsSystem = false) {
  const simulation = new Simulation({ startTime: 1_000_000, seed: 'settle' });
  const listeners: Listener[] = [];
  const store = {
    list: () => [],
    onChange: (resource: { resource: string }, listener: Listener) => {
      if (resource.resource === 'pods') listeners.push(listener);
    },
  } as unknown as ObjectReader;
  const observer = new SettleObserver(simulation, store, awaitsSystem);
  const change = (type: string, object: KubeObject, after: number): void => {
    simulation.after(after, () => {
      for (const listener of listeners) listener({ type, object });
    });
  };
  const settle = (): number => {
    const before = simulation.now();
    observer.settle();
    return simulation.now() - before;
  };
  return { change, settle };
}

it('waits until nothing has changed for a while', () => {
  const { change, settle } = world();
  expect(settle()).toBe(2500);
  change('ADDED', pod('a', { phase: 'Running' }), 100);
  expect(settle()).toBe(2600);
  expect(settle()).toBe(700);
});

it('waits for pods in passage anew each time', () => {
  const { change, settle } = world();
  change('ADDED', pod('a', UNREADY), 100);
  expect(settle()).toBe(12_100);
  expect(settle()).toBe(10_200);
});

it('does not wait for init containers', () => {
  const { change, settle } = world();
  change('ADDED', pod('a', initializing({ running: {} })), 100);
  expect(settle()).toBe(2600);
  change('MODIFIED', pod('a', initializing({ terminated: { exitCode: 0 } })), 100);
  expect(settle()).toBe(12_100);
});

it('sees each of several changes of one moment', () => {
  const { change, settle } = world();
  for (const name of ['a', 'b']) change('MODIFIED', pod(name, {}, GOING), 100);
  for (const name of ['a', 'b']) change('DELETED', pod(name, {}, GOING), 300);
  expect(settle()).toBe(2800);
});

it.each([
  [false, 2500],
  [true, 12_100],
])('waits for system pods where it is told to: %s', (awaitsSystem, ms) => {
  const { change, settle } = world(awaitsSystem);
  change('ADDED', pod('dns', UNREADY, { namespace: 'kube-system' }), 100);
  expect(settle()).toBe(ms);
});
