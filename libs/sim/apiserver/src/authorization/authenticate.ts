import { deepFreeze, encodeBase64, fail, ok, rememberRecent, sha256Hex, type Result } from '@seatrial/kernel';
import { parseTime } from '@seatrial/schema';
import { CLUSTER_CA_NAME, parsePem } from '../certificate/pem-text.js';
import type { Credentials } from '../contract/api-server.js';
import type { UserInfo } from '../contract/request.js';
import { NODES, PODS, SECRETS, SERVICE_ACCOUNTS, type ResourceType } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import type { ServerState } from '../registry/server-state.js';
import { forbidden, unauthorized } from '../status/status-errors.js';
import { authorize as authorizeByRoles, forbiddenText } from './rbac.js';
import { bootstrapUser } from './bootstrap-token.js';
import { iamUser } from './iam-authenticator.js';
import { API_AUDIENCE, serviceAccountUser, tokenExtra, type TokenBinding } from './token-authority.js';

const AUTHENTICATED = 'system:authenticated';
export const ANONYMOUS: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

const fingerprint = rememberRecent(sha256Hex);

const BOUND: Readonly<Record<TokenBinding['kind'], ResourceType>> = { Pod: PODS, Secret: SECRETS, Node: NODES };

/**
 * The service account behind a bearer token: one that was issued for one of the audiences, whose account and bound
 * object are still there, or one that a token Secret holds.
 */
export function tokenUser(
  server: ServerState,
  token: string,
  audiences: readonly string[] = [API_AUDIENCE],
): UserInfo | undefined {
  const issued = server.tokens.find(token);
  if (issued) {
    const { namespace, name, uid, binding, expires } = issued;
    const account = server.store.get(SERVICE_ACCOUNTS, namespace, name);
    if (account?.metadata.uid !== uid || expires <= server.simulation.now()) return undefined;
    if (!issued.audiences.some((audience) => audiences.includes(audience))) return undefined;
    const bound = binding && server.store.get(BOUND[binding.kind], namespace, binding.name);
    if (binding && bound?.metadata.uid !== binding.uid) return undefined;
    return { ...serviceAccountUser(namespace, name, uid), extra: tokenExtra(issued) };
  }
  const encoded = encodeBase64(token);
  for (const secret of server.store.list(SECRETS)) {
    if (secret.type !== 'kubernetes.io/service-account-token' || secret.data?.token !== encoded) continue;
    const name = secret.metadata.annotations?.['kubernetes.io/service-account.name'] ?? '';
    const { namespace = '' } = secret.metadata;
    const account = server.store.get(SERVICE_ACCOUNTS, namespace, name);
    return account && serviceAccountUser(namespace, name, account.metadata.uid);
  }
  return undefined;
}

/**
 * The user of a client certificate: a PEM text that states its subject, or the subject alone (`O=dev, CN=jane`). None
 * where it was issued by someone else than the cluster's authority, or has expired.
 */
function certificateUser(server: ServerState, certificate: string): UserInfo | undefined {
  const pem = parsePem(certificate);
  const issuer = pem?.fields.get('issuer') ?? CLUSTER_CA_NAME;
  const notAfter = parseTime(pem?.fields.get('notAfter') ?? '');
  if (pem?.fields.get('authority') !== server.options.authority) return undefined;
  if (issuer !== CLUSTER_CA_NAME || (notAfter !== undefined && notAfter <= server.simulation.now())) return undefined;
  return userOf(certificate);
}

/** The user that a certificate names. */
const userOf = rememberRecent((certificate): UserInfo | undefined => {
  const subject = parsePem(certificate)?.fields.get('subject') ?? certificate;
  const parts = subject.split(/[,/]/).map((part) => part.trim().split('='));
  const username = parts.find(([key]) => key === 'CN')?.[1];
  if (!username) return undefined;
  const groups = parts.filter(([key]) => key === 'O').map(([, value]) => value);
  const extra = { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint(certificate)}`] };
  return deepFreeze({ username, groups: [...groups, AUTHENTICATED], extra });
});

/** Identities of the cluster's provider, where it maps them. */
const providerUser = (server: ServerState, token: string): UserInfo | undefined =>
  server.options.identityProvider === 'aws-iam' ? iamUser(server.store, token) : undefined;

function requester(server: ServerState, credentials: Credentials): UserInfo | undefined {
  if (credentials.authenticated) return credentials.authenticated;
  if (credentials.clientCertificate !== undefined) return certificateUser(server, credentials.clientCertificate);
  const { token } = credentials;
  if (token !== undefined) {
    const now = server.simulation.now();
    const find = () =>
      tokenUser(server, token) ?? bootstrapUser(server.store, token, now) ?? providerUser(server, token);
    return server.tokens.user(token, now, find);
  }
  if (credentials.username !== undefined) return undefined;
  return ANONYMOUS;
}

/** Whether `user` may act as the one it names (apiserver endpoints/filters/impersonation). */
function impersonated(
  server: ServerState,
  user: UserInfo,
  { username, groups, uid, extra }: NonNullable<Credentials['impersonate']>,
): Result<UserInfo, Status> {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username);
  const actions = [
    account
      ? { resource: 'serviceaccounts', name: account[2], namespace: account[1] }
      : { resource: 'users', name: username, namespace: undefined },
    ...groups.map((name) => ({ resource: 'groups', name, namespace: undefined })),
  ];
  for (const { resource, name, namespace } of actions) {
    const action = { verb: 'impersonate', group: '', resource, subresource: undefined, name };
    const { allowed, reason } = authorizeByRoles(server.store, user, namespace, action);
    if (!allowed)
      return fail(forbidden({ group: '', resource, kind: '' }, name, forbiddenText(user, namespace, action, reason)));
  }
  const own = account
    ? [...serviceAccountUser(account[1], account[2], '').groups.filter((group) => group !== AUTHENTICATED)]
    : [];
  const all = [...(groups.length > 0 ? groups : own)];
  if (username !== ANONYMOUS.username && !all.includes(AUTHENTICATED)) all.push(AUTHENTICATED);
  if (username === ANONYMOUS.username && !all.includes('system:unauthenticated')) all.push('system:unauthenticated');
  return ok({ username, groups: all, ...(uid ? { uid } : undefined), ...(extra ? { extra } : undefined) });
}

/** Turns credentials into a user; without any: anonymous. Then, where asked, into the impersonated one. */
export function authenticate(server: ServerState, credentials: Credentials): Result<UserInfo, Status> {
  const user = requester(server, credentials);
  if (!user) return fail(unauthorized());
  return credentials.impersonate ? impersonated(server, user, credentials.impersonate) : ok(user);
}
