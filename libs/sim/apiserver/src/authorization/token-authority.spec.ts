import { Simulation } from '@seatrial/kernel';
import { expect, it } from 'vitest';
import type { KubeObject } from '../contract/object.js';
import { API_AUDIENCE, TokenAuthority, serviceAccountUser, type TokenBinding } from './token-authority.js';

const { random } = new Simulation({ startTime: 0, seed: 'tokens' });
const account = { metadata: { name: 'bot', namespace: 'default', uid: 'u1' } } as unknown as KubeObject;
const pod: TokenBinding = { kind: 'Pod', name: 'p', uid: 'u2', node: { name: 'node2', uid: 'u3' } };

it.each([
  [3607, pod, 365 * 24 * 3600, 3607],
  [3607, undefined, 3607, undefined],
  [3600, pod, 3600, undefined],
])('lets what a kubelet asks for live on: %d s', (seconds, binding, lifetime, warning) => {
  const { token, expires } = new TokenAuthority(random).issue(account, [API_AUDIENCE], 0, seconds, binding);
  const claims = JSON.parse(atob(token.split('.')[1])) as Record<string, Record<string, unknown>>;
  expect(claims.exp).toBe(lifetime);
  expect(claims['kubernetes.io'].warnafter).toBe(warning);
  expect(expires).toBe(seconds * 1000);
});

it('does not ask again for ten seconds whose a token is', () => {
  const tokens = new TokenAuthority(random);
  const user = serviceAccountUser('default', 'bot', 'u1');
  expect(tokens.user('t', 0, () => user)).toBe(user);
  expect(tokens.user('t', 9_999, () => undefined)).toBe(user);
  expect(tokens.user('t', 10_000, () => undefined)).toBeUndefined();
});
