import { decodeBase64, unescapeUrl, type JsonValue } from '@seatrial/kernel';
import type { UserInfo } from '../contract/request.js';
import { CONFIG_MAPS } from '../contract/resource.js';
import type { ObjectReader } from '../contract/store.js';

/* EKS' authenticator: identities of the provider become users by the ConfigMap aws-auth (aws-iam-authenticator v0.7). */

const PREFIX = 'k8s-aws-v1.';
const ARN = /[?&]X-Caller-Arn=([^&]+)/;

/** The identity behind a token of `aws eks get-token`: a presigned request that names its caller. */
function callerOf(token: string): string | undefined {
  if (!token.startsWith(PREFIX)) return undefined;
  const body = token.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/');
  const decoded = decodeBase64(body.padEnd(Math.ceil(body.length / 4) * 4, '='));
  const arn = 'text' in decoded ? ARN.exec(decoded.text)?.[1] : undefined;
  return arn === undefined ? undefined : unescapeUrl(arn);
}

interface Identity {
  /** `arn:aws:iam::…:role/x` or `…:user/x`. */
  readonly arn: string;
  readonly account: string;
  readonly session: string;
}

/** An assumed role stands for the role itself (arn.Canonicalize). */
function identityOf(arn: string): Identity {
  const assumed = /^arn:(aws[\w-]*):sts::(\d+):assumed-role\/([^/]+)\/(.+)$/.exec(arn);
  if (!assumed) return { arn, account: arn.split(':')[4] ?? '', session: '' };
  const [, partition, account, role, session] = assumed;
  return { arn: `arn:${partition}:iam::${account}:role/${role}`, account, session };
}

interface Mapping {
  readonly arn: string;
  readonly username: string;
  readonly groups: readonly string[];
}

const unquoted = (value: string): string => value.trim().replace(/^(['"])(.*)\1$/, '$2');

/** Reads the lists of aws-auth: mappings of scalars, with one list of groups each. */
function readMappings(text: string, arnKey: string): Mapping[] {
  const found: { arn: string; username: string; groups: string[] }[] = [];
  let inGroups = false;
  let indent = -1;
  for (const line of text.split('\n')) {
    const item = /^(\s*)(- )?\s*(?:(\w+):\s*(.*)|(.*))$/.exec(line.replace(/\s+#.*$/, ''));
    if (!item || line.trim() === '' || line.trim().startsWith('#')) continue;
    const [, spaces, dash, key, value = '', bare = ''] = item;
    const isEntry = dash !== undefined && key !== undefined && /^(rolearn|userarn|username|groups)$/.test(key);
    if (isEntry && (indent < 0 || spaces.length <= indent)) {
      indent = spaces.length;
      found.push({ arn: '', username: '', groups: [] });
    }
    const current = found.at(-1);
    if (!current) continue;
    if (key === undefined || (dash !== undefined && !isEntry)) {
      const group = unquoted(key === undefined ? bare : `${key}:${value}`);
      if (inGroups && group !== '') current.groups.push(group);
      continue;
    }
    inGroups = key === 'groups';
    if (key === arnKey) current.arn = unquoted(value);
    else if (key === 'username') current.username = unquoted(value);
    else if (inGroups && value.startsWith('['))
      current.groups.push(
        ...value
          .replace(/[[\]]/g, '')
          .split(',')
          .map(unquoted)
          .filter((group) => group !== ''),
      );
  }
  return found;
}

const templated = (username: string, { account, session }: Identity): string =>
  username
    .replaceAll('{{AccountID}}', account)
    .replaceAll('{{SessionNameRaw}}', session)
    .replaceAll('{{SessionName}}', session.replaceAll('@', '-'))
    .replaceAll('{{EC2PrivateDNSName}}', session);

/** The user that a token of the provider stands for; undefined when it maps to none. */
export function iamUser(store: ObjectReader, token: string): UserInfo | undefined {
  const caller = callerOf(token);
  if (caller === undefined) return undefined;
  const identity = identityOf(caller);
  const data = (store.get(CONFIG_MAPS, 'kube-system', 'aws-auth')?.data ?? {}) as Readonly<Record<string, JsonValue>>;
  const text = (name: string): string => (typeof data[name] === 'string' ? data[name] : '');
  const mapping = [...readMappings(text('mapRoles'), 'rolearn'), ...readMappings(text('mapUsers'), 'userarn')].find(
    ({ arn }) => arn.toLowerCase() === identity.arn.toLowerCase(),
  );
  const accounts = text('mapAccounts')
    .split('\n')
    .map((line) => unquoted(line.replace(/^\s*-\s*/, '')));
  if (!mapping && !accounts.includes(identity.account)) return undefined;
  const username = mapping ? templated(mapping.username, identity) : identity.arn;
  return {
    username: username === '' ? identity.arn : username,
    groups: [...(mapping?.groups ?? []), 'system:authenticated'],
    uid: `aws-iam-authenticator:${identity.account}:${identity.arn.slice(identity.arn.lastIndexOf('/') + 1)}`,
    extra: { arn: [caller], canonicalArn: [identity.arn], sessionName: [identity.session] },
  };
}
