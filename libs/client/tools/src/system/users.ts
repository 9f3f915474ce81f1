import type { Machine } from '@seatrial/kernel';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** A user of a machine's passwd file, by name or number. */
export function userOf(machine: Machine, text: string): User | undefined {
  const passwd = machine.files.readFile('/etc/passwd');
  for (const line of passwd.ok ? passwd.value.split('\n') : []) {
    const [name, , uid, gid, , home] = line.split(':');
    if (name === text || uid === text) return { name, uid: Number(uid), gid: Number(gid), home: home ?? '/' };
  }
  if (text === 'root' || text === '0') return { name: 'root', uid: 0, gid: 0, home: '/root' };
  return undefined;
}

/** The name of a group by its number. */
export function groupName(machine: Machine, gid: number): string | undefined {
  const groups = machine.files.readFile('/etc/group');
  for (const line of groups.ok ? groups.value.split('\n') : []) {
    const [name, , number] = line.split(':');
    if (number === String(gid)) return name;
  }
  return gid === 0 ? 'root' : undefined;
}
