import { decodeBase64 } from '@seatrial/kernel';
import { parseTime } from '@seatrial/schema';
import type { Secret } from '../contract/object.js';
import type { UserInfo } from '../contract/request.js';
import { SECRETS } from '../contract/resource.js';
import type { ObjectReader } from '../contract/store.js';

export const BOOTSTRAP_TOKEN_TYPE = 'bootstrap.kubernetes.io/token';
const NAMESPACE = 'kube-system';
const EVERYONE = 'system:bootstrappers';
const GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

/** A key of a bootstrap token's Secret, decoded. */
export function bootstrapData({ data }: Secret, key: string): string {
  const decoded = decodeBase64(data?.[key] ?? '');
  return 'text' in decoded ? decoded.text : '';
}

/** When a bootstrap token ends: ms since the epoch, never, or already when the time cannot be read. */
export function bootstrapExpiration(secret: Secret): number {
  const text = bootstrapData(secret, 'expiration');
  return text === '' ? Number.POSITIVE_INFINITY : (parseTime(text) ?? 0);
}

/** The user behind `id.secret` (plugin/pkg/auth/authenticator/token/bootstrap, v1.35). */
export function bootstrapUser(store: ObjectReader, token: string, now: number): UserInfo | undefined {
  const [, id, value] = /^([a-z0-9]{6})\.([a-z0-9]{16})$/.exec(token) ?? [];
  const secret = id === undefined ? undefined : store.get(SECRETS, NAMESPACE, `bootstrap-token-${id}`);
  if (secret?.type !== BOOTSTRAP_TOKEN_TYPE || secret.metadata.deletionTimestamp !== undefined) return undefined;
  if (bootstrapData(secret, 'token-secret') !== value || bootstrapData(secret, 'token-id') !== id) return undefined;
  if (bootstrapExpiration(secret) <= now) return undefined;
  if (bootstrapData(secret, 'usage-bootstrap-authentication') !== 'true') return undefined;
  const extra = bootstrapData(secret, 'auth-extra-groups');
  const groups = extra === '' ? [] : extra.split(',');
  if (!groups.every((group) => GROUP.test(group))) return undefined;
  const all = [...new Set([EVERYONE, ...groups])].sort();
  return { username: `system:bootstrap:${id}`, groups: [...all, 'system:authenticated'] };
}
