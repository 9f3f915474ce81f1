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

/** What the kubelet asks for, and how long that is good for so that old clients go on (token.WarnOnlyBoundTokenExpirationPeriod). */
const WARN_ONLY_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 60 * 60;

/** TokenSuccessCacheTTL of kube-apiserver. */
const SUCCESS_CACHE_MS = 10_000;

const isOwn = (audience: string): boolean => audience === API_AUDIENCE;

/** Issues and recognizes service account tokens. Shaped as JWTs, known by heart instead of by signature. */
export class TokenAuthority {
  private readonly issued = new Map<string, IssuedToken>();
  private readonly known = new Map<string, { readonly user: UserInfo; readonly until: number }>();
  private readonly keyId: string;

  constructor(private readonly random: RandomSource) {
    this.keyId = random.characters(43, ALPHABET);
  }

  /** `expires` is when a new one should be asked for; the kubelet's own tokens live on after it (createTokenRequest). */
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
    const isExtended = binding?.kind === 'Pod' && seconds === WARN_ONLY_SECONDS && audiences.every(isOwn);
    const expiry = issuedAt + (isExtended ? EXTENDED_SECONDS : seconds);
    const claims = {
      aud: [...audiences],
      exp: expiry,
      iat: issuedAt,
      iss: API_AUDIENCE,
      jti: id,
      'kubernetes.io': {
        namespace,
        ...(binding?.kind === 'Node' && { node: { name: binding.name, uid: binding.uid } }),
        ...(binding?.node && { node: { ...binding.node } }),
        ...(binding &&
          binding.kind !== 'Node' && { [binding.kind.toLowerCase()]: { name: binding.name, uid: binding.uid } }),
        serviceaccount: { name, uid },
        ...(isExtended && { warnafter: issuedAt + seconds }),
      },
      nbf: issuedAt,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const token = this.sign(claims);
    this.issued.set(token, {
      namespace,
      name,
      uid,
      expires: expiry * 1000,
      audiences,
      id,
      ...(binding && { binding }),
    });
    return { token, expires: (issuedAt + seconds) * 1000 };
  }

  private sign(claims: JsonObject): string {
    const header = { alg: 'RS256', kid: this.keyId };
    const signature = this.random.characters(342, ALPHABET);
    return `${base64Url(JSON.stringify(header))}.${base64Url(JSON.stringify(claims))}.${signature}`;
  }

  /** Whom a token was found to be of is not asked again for a while, whatever happens meanwhile (token/cache). */
  user(token: string, now: number, find: () => UserInfo | undefined): UserInfo | undefined {
    const known = this.known.get(token);
    if (known && known.until > now) return known.user;
    const user = find();
    if (user) this.known.set(token, { user, until: now + SUCCESS_CACHE_MS });
    else this.known.delete(token);
    return user;
  }

  find(token: string): IssuedToken | undefined {
    return this.issued.get(token);
  }
}
