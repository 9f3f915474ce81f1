import { encodeBase64, type JsonObject, type RandomSource } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { UserInfo } from '../contract/request.js';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';

interface IssuedToken {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly expires: number;
}

const base64Url = (text: string): string =>
  encodeBase64(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Who a service account's token stands for. */
export const serviceAccountUser = (namespace: string, name: string, uid: string): UserInfo => ({
  username: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  uid,
});

/** Issues and recognizes service account tokens. Shaped as JWTs, known by heart instead of by signature. */
export class TokenAuthority {
  private readonly issued = new Map<string, IssuedToken>();
  private readonly keyId: string;

  constructor(private readonly random: RandomSource) {
    this.keyId = random.characters(43, ALPHABET);
  }

  issue(
    account: KubeObject,
    audiences: readonly string[],
    now: number,
    seconds: number,
  ): { readonly token: string; readonly expires: number } {
    const { namespace = '', name, uid } = account.metadata;
    const issuedAt = Math.floor(now / 1000);
    const claims = {
      aud: [...audiences],
      exp: issuedAt + seconds,
      iat: issuedAt,
      iss: ISSUER,
      jti: this.random.uuid(),
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      nbf: issuedAt,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const token = this.sign(claims);
    const expires = (issuedAt + seconds) * 1000;
    this.issued.set(token, { namespace, name, uid, expires });
    return { token, expires };
  }

  private sign(claims: JsonObject): string {
    const header = { alg: 'RS256', kid: this.keyId };
    const signature = this.random.characters(342, ALPHABET);
    return `${base64Url(JSON.stringify(header))}.${base64Url(JSON.stringify(claims))}.${signature}`;
  }

  find(token: string): IssuedToken | undefined {
    return this.issued.get(token);
  }
}
