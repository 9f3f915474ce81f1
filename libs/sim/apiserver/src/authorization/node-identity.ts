import type { UserInfo } from '../contract/request.js';

const PREFIX = 'system:node:';

/** The node that a user is the kubelet of; undefined for anyone else, '' for one without a name (pkg/auth/nodeidentifier). */
export function nodeIdentity(user: UserInfo): string | undefined {
  if (!user.username.startsWith(PREFIX) || !user.groups.includes('system:nodes')) return undefined;
  return user.username.slice(PREFIX.length);
}
