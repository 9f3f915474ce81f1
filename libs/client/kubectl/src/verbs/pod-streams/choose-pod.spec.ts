import type { Pod } from '@seatrial/apiserver';
import { describe, expect, it } from 'vitest';
import { compareForAttach, compareForLogs } from './choose-pod.js';

function pod(name: string, restartCount: number, more: object = {}, ready = true): Pod {
  return {
    metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z', ...more },
    spec: { nodeName: 'node2', containers: [] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:10Z' }],
      containerStatuses: [{ name: 'c', restartCount }],
    },
  } as unknown as Pod;
}

const names = (pods: readonly Pod[]): string => pods.map(({ metadata }) => metadata.name).join(' ');

describe('the first of several pods', () => {
  const [young, old] = [{ creationTimestamp: '2026-01-01T00:00:05Z' }, {}];
  const [going, gone] = [{ deletionTimestamp: '2026-01-01T00:01:00Z' }, { deletionTimestamp: '2026-01-01T00:00:30Z' }];
  const pods = [
    pod('gone', 0, gone),
    pod('going', 0, going),
    pod('restarted', 2),
    pod('young', 0, young),
    pod('old', 0, old),
    pod('unready', 0, {}, false),
  ];

  it('is for exec one that stays', () => {
    expect(names(pods.toSorted(compareForAttach))).toBe('old young restarted going gone unready');
  });

  it('is for logs one that restarted', () => {
    expect(names(pods.toSorted(compareForLogs))).toBe('restarted gone going old young unready');
  });
});
