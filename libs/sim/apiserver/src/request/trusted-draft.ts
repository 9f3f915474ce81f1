import { deepClone, setOwn } from '@seatrial/kernel';
import type { ResourceType } from '../contract/resource.js';
import type { Draft } from './request-scope.js';

/**
 * Members of a pod that no hook changes in place: a frozen one, which came out of the store with a pod template, is
 * shared by all pods of the template.
 */
const SHARED: ReadonlySet<string> = new Set([
  'affinity',
  'args',
  'command',
  'envFrom',
  'imagePullSecrets',
  'labels',
  'livenessProbe',
  'nodeSelector',
  'ownerReferences',
  'readinessProbe',
  'securityContext',
  'startupProbe',
  'tolerations',
  'volumeMounts',
]);

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    if (typeof member !== 'object' || member === null) setOwn(copy, key, member);
    else setOwn(copy, key, SHARED.has(key) && Object.isFrozen(member) ? member : copyOf(member));
  }
  return copy;
}

/** What a component sends, as a draft that the hooks of its kind may change. */
export const trustedDraft = ({ group, resource }: ResourceType, body: unknown): Draft =>
  (group === '' && resource === 'pods' ? copyOf(body) : deepClone(body)) as Draft;
