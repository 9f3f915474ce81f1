/**
 * Writes reference/helm-4.1/help.json: the help page of every command of a helm 4.1 binary.
 *
 *     node tools/read-helm-help.mjs PATH_TO_HELM
 *
 * The home directory is kept as `$HOME`; the flags that every command has are kept once.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const [helm] = process.argv.slice(2);
const HOME = '/home/nobody-at-all';

/** @param {readonly string[]} path */
function page(path) {
  const env = { HOME, PATH: '/usr/bin:/bin' };
  return execFileSync(helm, [...path, '--help'], { env, encoding: 'utf8' }).replaceAll(HOME, '$HOME');
}

/** @type {Record<string, string>} */
const pages = {};
let globals = '';

/** @param {readonly string[]} path */
function visit(path) {
  const text = page(path);
  const at = text.indexOf('\nGlobal Flags:\n');
  if (at >= 0) {
    const rest = /^\nGlobal Flags:\n(?: .*\n)+/.exec(text.slice(at))?.[0] ?? '';
    globals ||= rest;
    if (rest !== globals) throw new Error(`other global flags: ${path.join(' ')}`);
  }
  pages[path.join(' ')] = globals === '' ? text : text.replace(globals, '\n$GLOBALS');
  const commands = /\nAvailable Commands:\n((?: {2}\S.*\n)+)/.exec(text)?.[1] ?? '';
  for (const line of commands.split('\n')) {
    const name = line.trim().split(/\s+/)[0];
    if (name && name !== 'help' && path[0] !== 'completion') visit([...path, name]);
  }
}

visit([]);
fs.writeFileSync(
  new URL('../reference/helm-4.1/help.json', import.meta.url),
  `${JSON.stringify({ globals, pages }, undefined, 1)}\n`,
);
