import type { Directory } from './file-node.js';

export function newDirectory(modifiedAt: number, mode = 0o755, owner = 'root'): Directory {
  return { type: 'directory', entries: new Map(), mode, ...ownership(owner), modifiedAt };
}

/** Owner and group of what a user makes: `user` or `user:group`. */
export function ownership(user: string): { readonly owner: string; readonly group: string } {
  const [owner, group = owner] = user.split(':');
  return { owner, group };
}
