import { encodeBase64, type JsonObject, type RandomSource } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { UserInfo } from '../contract/request.js';

/** The issuer of tokens, and the audience that the API server itself is. */
export const API_AUDIENCE = 'https://kubernetes.default.svc.cluster.local';

/** What a token lives and dies with besides its account. */
export interface TokenBinding {
  readonly kind: 'Pod' | 'Secret' | 'Node';
  readonly name: string;
  readonly uid: string;
  /** The node of a pod. */
  readonly node?: { readonly name: string; readonly uid: string };
}

interface IssuedToken {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly expires: number;
  readonly audiences: readonly string[];
  readonly id: string;
  readonly binding?: TokenBinding;
}

/** What a token adds to its user (pkg/serviceaccount UserInfo). */
export function tokenExtra({ id, binding }: IssuedToken): UserInfo['extra'] {
  const node = binding?.kind === 'Node' ? binding : binding?.node;
  return {
    'authentication.kubernetes.io/credential-id': [`JTI=${id}`],
    ...(node && {
      'authentication.kubernetes.io/node-name': [node.name],
      'authentication.kubernetes.io/node-uid': [node.uid],
    }),
    ...(binding?.kind === 'Pod' && {
      'authentication.kubernetes.io/pod-name': [binding.name],
      'authentication.kubernetes.io/pod-uid': [binding.uid],
    }),
  };
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
    binding?: TokenBinding,
  ): { readonly token: string; readonly expires: number } {
    const { namespace = '', name, uid } = account.metadata;
    const issuedAt = Math.floor(now / 1000);
    const id = this.random.uuid();
    const claims = {
      aud: [...audiences],
      exp: issuedAt + seconds,
      iat: issuedAt,
      iss: API_AUDIENCE,
      jti: id,
      'kubernetes.io': {
        namespace,
        ...(binding && { [binding.kind.toLowerCase()]: { name: binding.name, uid: binding.uid } }),
        ...(binding?.node && { node: { ...binding.node } }),
        serviceaccount: { name, uid },
      },
      nbf: issuedAt,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const token = this.sign(claims);
    const expires = (issuedAt + seconds) * 1000;
    this.issued.set(token, { namespace, name, uid, expires, audiences, id, ...(binding && { binding }) });
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
