/**
 * Writes reference/helm-4.1: what a helm 4.1 binary prints as help and completion, and what `helm create` writes.
 *
 *     node tools/read-helm.mjs PATH_TO_HELM
 *
 * The home directory is kept as `$HOME`; the flags that every command has are kept once.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const [helm] = process.argv.slice(2);
const HOME = '/home/nobody-at-all';

/** @param {readonly string[]} words */
function page(words) {
  const env = { HOME, PATH: '/usr/bin:/bin' };
  return execFileSync(helm, [...words, '--help'], { env, encoding: 'utf8' }).replaceAll(HOME, '$HOME');
}

/** @type {Record<string, string>} */
const pages = {};
let globals = '';

/** @param {readonly string[]} words */
function visit(words) {
  const text = page(words);
  const at = text.indexOf('\nGlobal Flags:\n');
  if (at >= 0) {
    const rest = /^\nGlobal Flags:\n(?: .*\n)+/.exec(text.slice(at))?.[0] ?? '';
    globals ||= rest;
    if (rest !== globals) throw new Error(`other global flags: ${words.join(' ')}`);
  }
  pages[words.join(' ')] = globals === '' ? text : text.replace(globals, '\n$GLOBALS');
  const commands = /\nAvailable Commands:\n((?: {2}\S.*\n)+)/.exec(text)?.[1] ?? '';
  for (const line of commands.split('\n')) {
    const name = line.trim().split(/\s+/)[0];
    if (name && name !== 'help' && words[0] !== 'completion') visit([...words, name]);
  }
}

/** @param {string} shell */
const completion = (shell) => execFileSync(helm, ['completion', shell], { env: {}, encoding: 'utf8' });

/** What `helm create` writes, in its order. */
const SCAFFOLD = [
  'Chart.yaml',
  'values.yaml',
  '.helmignore',
  ...['ingress.yaml', 'httproute.yaml', 'deployment.yaml', 'service.yaml', 'serviceaccount.yaml', 'hpa.yaml'].map(
    (name) => `templates/${name}`,
  ),
  'templates/NOTES.txt',
  'templates/_helpers.tpl',
  'templates/tests/test-connection.yaml',
];

function scaffold() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'helm-create-'));
  const name = 'the-chart-name';
  execFileSync(helm, ['create', name], { cwd: folder, env: { HOME: folder } });
  const entries = SCAFFOLD.map((file) => [
    file,
    fs.readFileSync(path.join(folder, name, file), 'utf8').replaceAll(name, '<CHARTNAME>'),
  ]);
  fs.rmSync(folder, { recursive: true });
  return entries;
}

/** @param {string} name @param {unknown} facts */
function write(name, facts) {
  const file = new URL(`../reference/helm-4.1/${name}.json`, import.meta.url);
  fs.writeFileSync(file, `${JSON.stringify(facts, undefined, 1)}\n`);
}

visit([]);
write('help', { globals, pages });
write(
  'completion',
  Object.fromEntries(['bash', 'zsh', 'fish', 'powershell'].map((shell) => [shell, completion(shell)])),
);
write('scaffold', scaffold());
