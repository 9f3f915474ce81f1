import { resolvePath } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { REPOSITORIES } from './repositories.js';

const BRANCH = /^ref: refs\/heads\/(.+)$/m;
const REMOTE = /^\turl = (.+)$/m;
const HOST_AND_PATH = /^(?:https?:\/\/(?:[^@/]*@)?|(?:ssh:\/\/)?(?:[\w.-]+@))([^/:]+)(?::\d+)?[/:](.*?)(?:\.git)?\/*$/;
const SCRIPT_MODE = 0o755;

/** `github.com/acme/lab` of a repository's URL. */
export function repositoryName(url: string): string | undefined {
  const [, host, path] = HOST_AND_PATH.exec(url) ?? [];
  return host === undefined ? undefined : `${host}/${path}`;
}

/** A repository's files, where they can be had. */
export const filesOf = (tool: Tool, url: string): ReadonlyMap<string, string> | undefined =>
  tool.machine.facility(REPOSITORIES)?.get(repositoryName(url) ?? '');

/** A clone: what was checked out of which repository. */
export interface WorkTree {
  readonly root: string;
  readonly branch: string;
  readonly url: string;
}

/** Writes a clone's files and what git needs to know of it. */
export function checkOut(tool: Tool, { root, branch, url }: WorkTree, files: ReadonlyMap<string, string>): void {
  const { machine, process } = tool;
  const owner = process.user;
  const put = (path: string, text: string): void => {
    const target = `${root}/${path}`;
    machine.files.makeDirectories(resolvePath(target, '..'), owner);
    machine.files.writeFile(target, text, { owner, ...(text.startsWith('#!') && { mode: SCRIPT_MODE }) });
  };
  put('.git/HEAD', `ref: refs/heads/${branch}\n`);
  put(
    '.git/config',
    `[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n[branch "${branch}"]\n\tremote = origin\n\tmerge = refs/heads/${branch}\n`,
  );
  for (const [path, text] of files) put(path, text);
}

/** The clone that the working directory is in. */
export function findWorkTree(tool: Tool): WorkTree | undefined {
  const parts = tool.process.cwd.split('/');
  for (let length = parts.length; length > 0; length--) {
    const root = parts.slice(0, length).join('/');
    const { files } = tool.machine;
    if (!files.exists(`${root}/.git`)) continue;
    const [head, config] = [files.readFile(`${root}/.git/HEAD`), files.readFile(`${root}/.git/config`)];
    const branch = head.ok ? BRANCH.exec(head.value)?.[1] : undefined;
    const url = config.ok ? REMOTE.exec(config.value)?.[1] : undefined;
    return { root, branch: branch ?? '', url: url ?? '' };
  }
  return undefined;
}

/** Whether a clone's directory has the repository's files as they are there, and nothing else. */
export function isClean(tool: Tool, { root }: WorkTree, files: ReadonlyMap<string, string>): boolean {
  const { files: here } = tool.machine;
  const found = new Set<string>();
  const walk = (directory: string): void => {
    const names = here.readDirectory(`${root}/${directory}`);
    for (const name of names.ok ? names.value : []) {
      if (directory === '' && name === '.git') continue;
      const path = directory === '' ? name : `${directory}/${name}`;
      const node = here.stat(`${root}/${path}`);
      if (node.ok && node.value.type === 'directory') walk(path);
      else found.add(path);
    }
  };
  walk('');
  const isSame = ([path, text]: readonly [string, string]): boolean => {
    const now = here.readFile(`${root}/${path}`);
    return now.ok && now.value === text;
  };
  return found.size === files.size && [...files].every(isSame);
}
