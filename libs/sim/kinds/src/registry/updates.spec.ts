import type { DraftObject, KindContext, KubeObject } from '@seatrial/apiserver';
import { fieldErrorText } from '@seatrial/schema';
import { expect, it } from 'vitest';
import { statefulSetKind } from '../apps/statefulset.kind.js';
import { persistentVolumeKind } from '../storage/persistentvolume.kind.js';

const context = { now: 0, user: { username: 'admin', groups: [] } } as unknown as KindContext;

const volume = (key: string, node: string): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'disk' },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/tmp/disk', type: '' },
      persistentVolumeReclaimPolicy: 'Retain',
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [node] }] }] },
      },
    },
  }) as unknown as KubeObject;

it.each([
  [volume('zone', 'a'), volume('zone', 'a'), []],
  [volume('failure-domain.beta.kubernetes.io/zone', 'a'), volume('topology.kubernetes.io/zone', 'a'), []],
  [
    volume('zone', 'a'),
    volume('zone', 'b'),
    [
      'nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"zone","Operator":"In","Values":["b"]}],"MatchFields":null}]}}: field is immutable, except for updating from beta label to GA',
    ],
  ],
])('a volume keeps its node affinity', (old, now, errors) => {
  expect((persistentVolumeKind.validateUpdate?.(now, old, context) ?? []).map(fieldErrorText)).toEqual(errors);
});

it.each([
  [undefined, { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }],
  [{ type: 'RollingUpdate' }, { type: 'RollingUpdate' }],
  [
    { type: 'RollingUpdate', rollingUpdate: {} },
    { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
  ],
  [{ type: 'OnDelete' }, { type: 'OnDelete' }],
])('the update strategy %j of a StatefulSet becomes %j', (updateStrategy, defaulted) => {
  const set = { spec: { template: { spec: { containers: [] } }, ...(updateStrategy && { updateStrategy }) } };
  statefulSetKind.defaults?.(set as unknown as DraftObject);
  expect(set.spec).toMatchObject({ updateStrategy: defaulted });
  expect('rollingUpdate' in (set.spec as { updateStrategy: object }).updateStrategy).toBe('rollingUpdate' in defaulted);
});
