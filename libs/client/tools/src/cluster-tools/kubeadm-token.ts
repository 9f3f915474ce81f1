import { SECRETS, type Secret } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { CLUSTER_CA } from '@seatrial/cluster';
import { decodeBase64, encodeBase64, sha256Hex, type Coroutine } from '@seatrial/kernel';
import { TabWriter, boolFlag, durationFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { formatTime } from '@seatrial/schema';
import { nodeOf, type Subcommand, type ToolCall } from './cluster-tool.js';
import { kubeadmFailure } from './kubeadm-failure.js';

const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const GROUP = 'system:bootstrappers:kubeadm:default-node-token';
const DAY_MS = 24 * 60 * 60_000;
const SECRET_TYPE = 'bootstrap.kubernetes.io/token';

function newToken({ apiServer }: ClusterNode): string {
  const random = apiServer.simulation.random.split(`bootstrap-token/${apiServer.store.resourceVersion}`);
  return `${random.characters(6, ALPHABET)}.${random.characters(16, ALPHABET)}`;
}

/** What a joining node checks the API server's certificate authority by. */
export function discoveryHash(): string {
  return `sha256:${sha256Hex(CLUSTER_CA)}`;
}

/** The API endpoint that nodes join. */
export function controlPlaneEndpoint({ profile }: ClusterNode): string {
  return `${profile.nodes.find(({ controlPlane }) => controlPlane)?.address ?? ''}:6443`;
}

function* createToken({ tool, flags, args }: ToolCall): Coroutine<number> {
  const node = nodeOf(tool);
  if (!node) return yield* kubeadmFailure(tool, 'failed to load admin kubeconfig');
  const token = args[0] ?? newToken(node);
  const parts = TOKEN.exec(token);
  if (!parts)
    return yield* kubeadmFailure(
      tool,
      `the bootstrap token ${JSON.stringify(token)} was not of the form "\\\\A([a-z0-9]{6})\\\\.([a-z0-9]{16})\\\\z"`,
    );
  const ttl = flags.changed('ttl') ? flags.durationMs('ttl') : DAY_MS;
  const { simulation } = node.apiServer;
  const fields: Record<string, string> = {
    'auth-extra-groups': flags.list('groups').join(',') || GROUP,
    'token-id': parts[1],
    'token-secret': parts[2],
    'usage-bootstrap-authentication': 'true',
    'usage-bootstrap-signing': 'true',
  };
  if (ttl > 0) fields.expiration = formatTime(simulation.now() + ttl);
  if (flags.string('description') !== '') fields.description = flags.string('description');
  const data = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, encodeBase64(value)]));
  const metadata = { name: `bootstrap-token-${parts[1]}`, namespace: 'kube-system' };
  const created = node.apiServer.client('kubeadm').create(SECRETS, { metadata, type: SECRET_TYPE, data });
  if (!created.ok) return yield* kubeadmFailure(tool, `a token with id ${JSON.stringify(parts[1])} already exists`);
  yield* tool.out(
    flags.bool('print-join-command')
      ? `kubeadm join ${controlPlaneEndpoint(node)} --token ${token} --discovery-token-ca-cert-hash ${discoveryHash()} \n`
      : `${token}\n`,
  );
  return 0;
}

function field(secret: Secret, name: string): string {
  const decoded = decodeBase64(secret.data?.[name] ?? '');
  return 'text' in decoded ? decoded.text : '';
}

function ttlText(milliseconds: number): string {
  const hours = Math.floor(milliseconds / 3_600_000);
  if (hours >= 1) return `${hours}h`;
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes >= 1 ? `${minutes}m` : `${Math.floor(milliseconds / 1000)}s`;
}

function* listTokens({ tool }: ToolCall): Coroutine<number> {
  const node = nodeOf(tool);
  const secrets = (node?.apiServer.store.list(SECRETS, 'kube-system') ?? []).filter(({ type }) => type === SECRET_TYPE);
  if (secrets.length === 0) return 0;
  const table = new TabWriter({ minWidth: 10, padding: 3 });
  table.write('TOKEN\tTTL\tEXPIRES\tUSAGES\tDESCRIPTION\tEXTRA GROUPS\n');
  for (const secret of secrets) {
    const expiration = field(secret, 'expiration');
    const left = expiration === '' ? undefined : Date.parse(expiration) - tool.machine.simulation.now();
    const usages = ['authentication', 'signing'].filter(
      (usage) => field(secret, `usage-bootstrap-${usage}`) === 'true',
    );
    table.write(
      `${[
        `${field(secret, 'token-id')}.${field(secret, 'token-secret')}`,
        left === undefined ? '<forever>' : left > 0 ? ttlText(left) : '<invalid>',
        expiration || '<never>',
        usages.join(',') || '<none>',
        field(secret, 'description') || '<none>',
        field(secret, 'auth-extra-groups') || '<none>',
      ].join('\t')}\n`,
    );
  }
  yield* tool.out(table.flush());
  return 0;
}

function* deleteToken({ tool, args }: ToolCall): Coroutine<number> {
  const node = nodeOf(tool);
  if (args.length === 0 || !node)
    return yield* kubeadmFailure(
      tool,
      'missing argument; \'token delete\' is missing token of form "\\\\A([a-z0-9]{6})\\\\z" or "\\\\A([a-z0-9]{6})\\\\.([a-z0-9]{16})\\\\z"',
    );
  for (const given of args) {
    const id = TOKEN.exec(given)?.[1] ?? given;
    const removed = node.apiServer.client('kubeadm').delete(SECRETS, 'kube-system', `bootstrap-token-${id}`);
    if (!removed.ok)
      return yield* kubeadmFailure(
        tool,
        `failed to delete bootstrap token ${JSON.stringify(id)}: ${removed.error.message}`,
      );
    yield* tool.out(`bootstrap token ${JSON.stringify(id)} deleted\n`);
  }
  return 0;
}

function* generateToken({ tool }: ToolCall): Coroutine<number> {
  const node = nodeOf(tool);
  if (node) yield* tool.out(`${newToken(node)}\n`);
  return 0;
}

/** `kubeadm token …`, on the bootstrap tokens that are Secrets of kube-system. */
export const TOKEN_SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'token create',
    flags: [
      boolFlag('print-join-command'),
      durationFlag('ttl'),
      stringFlag('description'),
      stringSliceFlag('groups'),
      stringSliceFlag('usages'),
    ],
    run: createToken,
  },
  { name: 'token delete', run: deleteToken },
  { name: 'token generate', run: generateToken },
  { name: 'token list', run: listTokens },
];
