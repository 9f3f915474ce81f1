import { fail, ok, type Result } from '@seatrial/kernel';
import type { Credentials } from '../contract/api-server.js';
import type { UserInfo } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import type { ServerState } from '../registry/server-state.js';
import { unauthorized } from '../status/status-errors.js';

/** Turns credentials into a user; without any: anonymous. */
export function authenticate(_server: ServerState, credentials: Credentials): Result<UserInfo, Status> {
  if (credentials.username !== undefined)
    return ok({ username: credentials.username, groups: ['system:authenticated'] });
  if (credentials.token !== undefined) return fail(unauthorized());
  return ok({ username: 'system:anonymous', groups: ['system:unauthenticated'] });
}
