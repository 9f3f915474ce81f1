import { rememberRecent } from '../recent-results.js';

/** Who looks at files. Names and numbers stand for each other where the machine's passwd and group files say so. */
export interface Credentials {
  /** As new files have it: `user`, or `user:group`. */
  readonly user: string;
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** The bits of a mode that an access needs, as access(2) has them. */
export const ACCESS = { execute: 1, write: 2, read: 4 } as const;

/** Who owns something, and who may do what with it. */
export interface Owned {
  readonly mode: number;
  readonly owner: string;
  readonly group?: string;
}

/** Whether the mode lets somebody do all of that: the owner's bits, else the group's, else the others' (path_resolution(7)). */
export function permits(who: Credentials, node: Owned, wanted: number): boolean {
  const shift = who.users.has(node.owner) ? 6 : who.groups.has(node.group ?? node.owner) ? 3 : 0;
  return ((node.mode >> shift) & wanted) === wanted;
}

/** Both names of what a line of passwd or group begins with: `name:x:number:…`. */
function namesOf(text: string, database: string): string[] {
  for (const line of database.split('\n')) {
    const [name, , number] = line.split(':', 3);
    if (name === text || number === text) return [name, number];
  }
  return [text];
}

type Rights = Map<string, Credentials | undefined>;

/** By the passwd file's text, then the group file's, then the user: images share a few such files. */
const known = rememberRecent((_passwd) => rememberRecent((_groupFile): Rights => new Map()));
const KEPT_USERS = 100;

/**
 * The rights of a process' user (`name`, `uid`, `uid:gid` or `uid:gid:gid,gid`); undefined for root, which may do
 * everything (CAP_DAC_OVERRIDE).
 */
export function credentialsOf(user: string, passwd: string, groupFile: string): Credentials | undefined {
  const rights = known(passwd)(groupFile);
  if (rights.has(user)) return rights.get(user);
  const found = readRights(user, passwd, groupFile);
  if (rights.size < KEPT_USERS) rights.set(user, found);
  return found;
}

function readRights(user: string, passwd: string, groupFile: string): Credentials | undefined {
  const [name, group, more = ''] = user.split(':');
  if (name === 'root' || name === '0') return undefined;
  const users = namesOf(name, passwd);
  if (users.includes('0')) return undefined;
  const entry = passwd.split('\n').find((line) => line.startsWith(`${users[0]}:`));
  const primary = group ?? entry?.split(':')[3] ?? '0';
  const groups = [primary, ...more.split(',').filter((each) => each !== '')].flatMap((each) =>
    namesOf(each, groupFile),
  );
  // Users have a group of their own name where no group file says else; group 0 is root's.
  if (group === undefined && primary !== '0') groups.push(users[0]);
  if (groups.includes('0')) groups.push('root');
  const named = groupFile.split('\n').filter((line) => (line.split(':')[3] ?? '').split(',').includes(users[0]));
  groups.push(...named.flatMap((line) => [line.split(':')[0], line.split(':')[2]]));
  return { user: group === undefined ? name : `${name}:${group}`, users: new Set(users), groups: new Set(groups) };
}
