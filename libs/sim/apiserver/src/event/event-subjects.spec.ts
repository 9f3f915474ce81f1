import type { KubeObject } from '../contract/object.js';
import { expect, it } from 'vitest';
import { EventSubjects } from './event-subjects.js';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default', uid: 'u' } } as KubeObject;

it('lets 25 events of a type about an object pass, then one each five minutes', () => {
  const subjects = new EventSubjects();
  const pass = (type: 'Normal' | 'Warning', now: number): boolean => !subjects.of(pod).isSpam(type, now);
  const warnings = Array.from({ length: 30 }, (_, second) => pass('Warning', second * 1000));
  expect(warnings.filter(Boolean)).toHaveLength(25);
  expect(pass('Normal', 30_000)).toBe(true);
  expect(pass('Warning', 299_000)).toBe(false);
  expect(pass('Warning', 301_000)).toBe(true);
});
