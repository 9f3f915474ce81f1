import type { ClusterNode } from '@seatrial/cluster';
import type { Coroutine, FacilityKey } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { notSimulated, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { connectEtcd } from './etcd-connection.js';
import { BAD_ARGUMENTS, refuse } from './etcdctl-keys.js';

interface Permission {
  readonly type: 'read' | 'write' | 'readwrite';
  readonly key: string;
  /** '' for the key alone, '\0' for everything from it. */
  readonly end: string;
}

/** etcd's own users and roles; nobody is asked for a name as long as authentication is off. */
class Accounts {
  readonly users = new Map<string, Set<string>>();
  readonly roles = new Map<string, Permission[]>();
  /** It grows with each change. */
  revision = 1;
}

const ACCOUNTS: FacilityKey<Accounts> = { name: 'etcd-accounts' };

function accountsOf({ machines, profile }: ClusterNode): Accounts {
  const keeper = machines.get(profile.nodes[0].name);
  const known = keeper?.facility(ACCOUNTS);
  if (known) return known;
  const made = new Accounts();
  keeper?.provide(ACCOUNTS, made);
  return made;
}

type Answer = (accounts: Accounts, call: ToolCall) => string | { readonly refused: string; readonly status?: number };

const no = (what: string): { readonly refused: string } => ({ refused: `etcdserver: ${what}` });

/** The key behind all that begin so (clientv3.GetPrefixRangeEnd). */
function prefixEnd(key: string): string {
  if (key === '') return '\0';
  return key.slice(0, -1) + String.fromCharCode(key.charCodeAt(key.length - 1) + 1);
}

/** The range of a permission from key, end and flags; a complaint where they do not fit. */
function permissionRange({ args, flags }: ToolCall, at: number): { key: string; end: string } | string {
  const [key = '', end] = args.slice(at);
  const prefix = flags.bool('prefix');
  const fromKey = flags.bool('from-key');
  if (prefix && fromKey) return '--from-key and --prefix flags are mutually exclusive';
  if (end !== undefined && (prefix || fromKey))
    return `unexpected endkey argument with ${prefix ? '--prefix' : '--from-key'} flag`;
  if (prefix) return { key: key === '' ? '\0' : key, end: prefixEnd(key) };
  return { key: fromKey && key === '' ? '\0' : key, end: fromKey ? '\0' : (end ?? '') };
}

function rangeText({ key, end }: Permission): string {
  if (end === '') return `\t${key}\n`;
  const range = end === '\0' ? `[${key}, <open ended>` : `[${key}, ${end})`;
  return `\t${range}${key !== '' && prefixEnd(key) === end ? ` (prefix ${key})` : ''}\n`;
}

/** A role as `role get` prints it. */
function roleText(name: string, permissions: readonly Permission[] | undefined): string {
  const open = '\t[, <open ended>\n';
  if (name === 'root' && !permissions?.length) return `Role root\nKV Read:\n${open}KV Write:\n${open}`;
  const of = (verb: 'read' | 'write'): string =>
    (permissions ?? [])
      .filter(({ type }) => type === verb || type === 'readwrite')
      .map(rangeText)
      .join('');
  return `Role ${name}\nKV Read:\n${of('read')}KV Write:\n${of('write')}`;
}

const byName = (names: Iterable<string>): string[] => [...names].sort();

const userAdd: Answer = ({ users }, { args: [given], flags }) => {
  const colon = given.indexOf(':');
  const name = colon < 0 ? given : given.slice(0, colon);
  if (name === '') return { refused: 'empty user name is not allowed', status: BAD_ARGUMENTS };
  if (colon < 0 && !flags.bool('no-password') && flags.string('new-user-password') === '')
    return { refused: 'failed to ask password: inappropriate ioctl for device', status: BAD_ARGUMENTS };
  if (users.has(name)) return no('user name already exists');
  users.set(name, new Set());
  return `User ${name} created\n`;
};

const userGet: Answer = ({ users, roles }, { args: [name], flags }) => {
  const granted = users.get(name);
  if (!granted) return no('user name not found');
  const names = byName(granted);
  if (!flags.bool('detail')) return `User: ${name}\nRoles:${names.map((role) => ` ${role}`).join('')}\n`;
  return `User: ${name}\n${names.map((role) => `\n${roleText(role, roles.get(role))}`).join('')}`;
};

const userGrant: Answer = ({ users, roles }, { args: [user, role] }) => {
  const granted = users.get(user);
  if (!granted) return no('user name not found');
  if (role !== 'root' && !roles.has(role)) return no('role name not found');
  granted.add(role);
  return `Role ${role} is granted to user ${user}\n`;
};

const userRevoke: Answer = ({ users }, { args: [user, role] }) => {
  const granted = users.get(user);
  if (!granted) return no('user name not found');
  return granted.delete(role) ? `Role ${role} is revoked from user ${user}\n` : no('role is not granted to the user');
};

const roleGrant: Answer = ({ roles }, call) => {
  const [role, type] = call.args;
  const wanted = type.toLowerCase();
  if (wanted !== 'read' && wanted !== 'write' && wanted !== 'readwrite')
    return { refused: 'invalid permission type', status: BAD_ARGUMENTS };
  const range = permissionRange(call, 2);
  if (typeof range === 'string') return { refused: range, status: BAD_ARGUMENTS };
  const permissions = roles.get(role);
  if (!permissions) return no('role name not found');
  const rest = permissions.filter(({ key, end }) => key !== range.key || end !== range.end);
  roles.set(role, [...rest, { type: wanted, ...range }]);
  return `Role ${role} updated\n`;
};

const roleRevoke: Answer = ({ roles }, call) => {
  const [role] = call.args;
  const range = permissionRange(call, 1);
  if (typeof range === 'string') return { refused: range, status: BAD_ARGUMENTS };
  const { key, end } = range;
  const permissions = roles.get(role);
  if (!permissions) return no('role name not found');
  const rest = permissions.filter((each) => each.key !== key || each.end !== end);
  if (rest.length === permissions.length) return no('permission is not granted to the role');
  roles.set(role, rest);
  if (end === '') return `Permission of key ${key} is revoked from role ${role}\n`;
  const shown = end === '\0' ? `[${key}, <open ended>` : `[${key}, ${end})`;
  return `Permission of range ${shown} is revoked from role ${role}\n`;
};

interface AccountCommand {
  readonly answer: Answer;
  /** How many arguments it takes, and its complaint about others. */
  readonly takes: (count: number) => boolean;
  readonly wrong: string;
  readonly changes: boolean;
}

const command = (answer: Answer, wrong: string, count: number, changes = true): AccountCommand => ({
  answer,
  wrong,
  changes,
  takes: (given) => given === count,
});

const COMMANDS: Readonly<Record<string, AccountCommand>> = {
  'auth status': command(
    ({ revision }) => `Authentication Status: false\nAuthRevision: ${revision}\n`,
    'auth status command does not accept any arguments',
    0,
    false,
  ),
  'role add': command(
    ({ roles }, { args: [role] }) => {
      if (roles.has(role)) return no('role name already exists');
      roles.set(role, []);
      return `Role ${role} created\n`;
    },
    'role add command requires role name as its argument',
    1,
  ),
  'role delete': command(
    ({ roles, users }, { args: [role] }) => {
      if (!roles.delete(role)) return no('role name not found');
      for (const granted of users.values()) granted.delete(role);
      return `Role ${role} deleted\n`;
    },
    'role delete command requires role name as its argument',
    1,
  ),
  'role get': command(
    ({ roles }, { args: [role] }) =>
      roles.has(role) || role === 'root' ? roleText(role, roles.get(role)) : no('role name not found'),
    'role get command requires role name as its argument',
    1,
    false,
  ),
  'role grant-permission': {
    ...command(
      roleGrant,
      'role grant command requires role name, permission type, and key [endkey] as its argument',
      3,
    ),
    takes: (given) => given >= 3,
  },
  'role list': command(
    ({ roles }) =>
      byName(roles.keys())
        .map((name) => `${name}\n`)
        .join(''),
    'role list command requires no arguments',
    0,
    false,
  ),
  'role revoke-permission': {
    ...command(roleRevoke, 'role revoke-permission command requires role name and key [endkey] as its argument', 2),
    takes: (given) => given >= 2,
  },
  'user add': command(userAdd, 'user add command requires user name as its argument', 1),
  'user delete': command(
    ({ users }, { args: [user] }) => (users.delete(user) ? `User ${user} deleted\n` : no('user name not found')),
    'user delete command requires user name as its argument',
    1,
  ),
  'user get': command(userGet, 'user get command requires user name as its argument', 1, false),
  'user grant-role': command(userGrant, 'user grant command requires user name and role name as its argument', 2),
  'user list': command(
    ({ users }) =>
      byName(users.keys())
        .map((name) => `${name}\n`)
        .join(''),
    'user list command requires no arguments',
    0,
    false,
  ),
  'user revoke-role': command(userRevoke, 'user revoke-role requires user name and role name as its argument', 2),
};

const FLAGS = [
  ...['no-password', 'interactive', 'detail', 'prefix', 'from-key'].map((name) => boolFlag(name)),
  stringFlag('new-user-password'),
];

function run(name: string): (call: ToolCall) => Coroutine<number> {
  const { answer, takes, wrong, changes } = COMMANDS[name];
  return function* (call) {
    const { tool, args, flags } = call;
    if (!takes(args.length)) return yield* refuse(tool, wrong, BAD_ARGUMENTS);
    const reached = yield* connectEtcd(call);
    if (typeof reached === 'number') return reached;
    if (!['', 'simple'].includes(flags.string('write-out')))
      return yield* notSimulated(tool, `${name} -w ${flags.string('write-out')}`);
    const accounts = accountsOf(reached.node);
    const said = answer(accounts, call);
    if (typeof said !== 'string') return yield* refuse(tool, said.refused, said.status);
    if (changes) accounts.revision++;
    yield* tool.out(said);
    return 0;
  };
}

/** What etcdctl does with etcd's own users and roles (etcdctl/ctlv3/command, 3.6). */
export const ACCOUNT_SUBCOMMANDS: readonly Subcommand[] = Object.keys(COMMANDS).map((name) => ({
  name,
  flags: FLAGS,
  run: run(name),
}));
