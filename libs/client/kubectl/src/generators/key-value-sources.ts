import { baseName, encodeUtf8, FILE_ERROR_TEXT, resolvePath } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { failWith } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';
import { hasRawBytes } from './binary-data.js';

/** `--from-literal`, `--from-file` and `--from-env-file` of ConfigMaps and Secrets, in kubectl's order. */
export interface KeyValueSources {
  /** The object's kind and name, for errors. */
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** The key of every file that is given without one, instead of the file's name. */
  readonly fileKey?: string;
}

const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Why a text is no key of a ConfigMap or Secret; undefined when it is one. */
export function configKeyProblem(key: string): string | undefined {
  if (key.length > 253) return 'must be no more than 253 bytes';
  if (!KEY.test(key)) return KEY_RULE;
  if (key === '.' || key === '..') return `must not be '${key}'`;
  return key.startsWith('..') ? "must not start with '..'" : undefined;
}

class Entries {
  readonly data = new Map<string, string>();
  constructor(private readonly sources: KeyValueSources) {}

  add(key: string, value: string): void {
    const { kind, name } = this.sources;
    const problem = configKeyProblem(key);
    if (problem !== undefined)
      failWith(
        kind === 'ConfigMap'
          ? `${goQuote(key)} is not a valid key name for a ConfigMap: ${problem}`
          : `${goQuote(key)} is not valid key name for a Secret ${problem}`,
      );
    if (this.data.has(key))
      failWith(
        kind === 'ConfigMap'
          ? `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ConfigMap ${JSON.stringify(name)}`
          : `cannot add key ${key}, another key by that name already exists`,
      );
    this.data.set(key, value);
  }
}

function splitLiteral(source: string): [string, string] {
  const equals = source.indexOf('=');
  if (equals <= 0) failWith(`invalid literal source ${source}, expected key=value`);
  return [source.slice(0, equals), source.slice(equals + 1)];
}

function splitFile(source: string): [string | undefined, string] {
  const count = source.split('=').length - 1;
  if (count === 0) return [undefined, source];
  if (source.startsWith('=')) failWith(`key name for file path ${source.slice(1)} missing`);
  if (source.endsWith('=')) failWith(`file path for key name ${source.slice(0, -1)} missing`);
  if (count > 1) failWith("key names or file paths cannot contain '='");
  const equals = source.indexOf('=');
  return [source.slice(0, equals), source.slice(equals + 1)];
}

function readFile(k: Invocation, path: string): string {
  const read = k.process.machine.files.readFile(resolvePath(k.process.cwd, path));
  if (!read.ok) failWith(`error reading ${path}: ${lowerFirst(FILE_ERROR_TEXT[read.error])}`);
  return read.value;
}

function addFile(k: Invocation, entries: Entries, source: string, fileKey: string | undefined): void {
  const [given, path] = splitFile(source);
  const key = given ?? fileKey;
  const { files } = k.process.machine;
  const at = resolvePath(k.process.cwd, path);
  if (!files.isDirectory(at)) {
    entries.add(key ?? baseName(path), readFile(k, path));
    return;
  }
  if (key !== undefined) failWith('cannot give a key name for a directory path');
  const names = files.readDirectory(at);
  for (const name of names.ok ? names.value : []) {
    const node = files.stat(`${at}/${name}`);
    if (node.ok && node.value.type === 'file') entries.add(name, readFile(k, `${path.replace(/\/$/, '')}/${name}`));
  }
}

const ENVIRONMENT_NAME_RULE =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";

/** What is wrong with the name of a variable (validation.IsEnvVarName). */
export function environmentNameProblems(key: string): string[] {
  const problems = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key) ? [] : [ENVIRONMENT_NAME_RULE];
  if (key === '.' || key === '..') problems.push(`must not be '${key}'`);
  else if (key.startsWith('..')) problems.push("must not start with '..'");
  return problems;
}

/** The pairs of an env file: `KEY=value` lines, comments and blanks left out (cmdutil.AddFromEnvFile). */
export function parseEnvFile(k: Invocation, text: string, path = ''): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    if (hasRawBytes(raw))
      failWith(
        `env file ${path} contains invalid utf8 bytes at line ${index + 1}: [${encodeUtf8(raw.replace(/\r$/, '')).join(' ')}]`,
      );
    const line = (index === 0 ? raw.replace(/^\uFEFF/, '') : raw).replace(/\r$/, '').replace(/^\s+/, '');
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    const problems = environmentNameProblems(key);
    if (problems.length > 0) failWith(`${goQuote(key)} is not a valid key name: ${problems.join(';')}`);
    pairs.push([key, equals < 0 ? (k.process.env.get(key) ?? '') : line.slice(equals + 1)]);
  }
  return pairs;
}

/** Reads all sources of a ConfigMap or Secret, or ends the command with what is wrong with them. */
export function keyValueData(k: Invocation, sources: KeyValueSources): Map<string, string> {
  const { flags } = k;
  const envFiles = flags.list('from-env-file');
  if (envFiles.length > 0 && (flags.list('from-file').length > 0 || flags.list('from-literal').length > 0))
    failWith('from-env-file cannot be combined with from-file or from-literal');
  const entries = new Entries(sources);
  const literals = (): void => {
    for (const source of flags.list('from-literal')) entries.add(...splitLiteral(source));
  };
  // Secrets are read from their literals first, ConfigMaps from their files.
  if (sources.kind === 'Secret') literals();
  for (const source of flags.list('from-file')) addFile(k, entries, source, sources.fileKey);
  if (sources.kind === 'ConfigMap') literals();
  for (const path of envFiles)
    if (k.process.machine.files.isDirectory(resolvePath(k.process.cwd, path)))
      failWith('env config file cannot be a directory');
  for (const path of envFiles) for (const pair of parseEnvFile(k, readFile(k, path), path)) entries.add(...pair);
  return entries.data;
}
