import type { UserInfo } from '../contract/request.js';
import type { ObjectReader } from '../contract/store.js';
import { decide } from './authorize.js';

/** Whether a user has a verb on a signer, by its name or by its whole domain (certificates.IsAuthorizedForSignerName). */
export function mayUseSigner(store: ObjectReader, user: UserInfo, verb: string, signer: string): boolean {
  const allowed = (name: string): boolean =>
    decide(store, user, {
      verb,
      group: 'certificates.k8s.io',
      resource: 'signers',
      name,
      namespace: undefined,
      fieldSelector: undefined,
    }).allowed;
  return allowed(signer) || allowed(`${signer.split('/')[0]}/*`);
}
