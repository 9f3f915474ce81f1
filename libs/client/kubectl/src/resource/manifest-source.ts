import {
  baseName,
  compareStrings,
  FILE_ERROR_TEXT,
  readAll,
  resolvePath,
  type Coroutine,
  type FileSystem,
} from '@seatrial/kernel';
import { isThere } from '@seatrial/shell';
import { attemptNow, CommandFailure, failWith, textError, type CommandError } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';
import { dialFailureText } from '../client/server-address.js';
import { buildKustomization } from '../kustomize/build-kustomization.js';

/** A manifest's text and the name that errors give it. */
export interface ManifestSource {
  readonly name: string;
  readonly text: string;
}

const EXTENSIONS = ['.json', '.yaml', '.yml'];

export interface FilenameOptions {
  readonly filenames: readonly string[];
  readonly recursive?: boolean;
  readonly kustomize?: string;
}

/** `-f`, `-R` and `-k` of a command. */
export const filenameOptions = (k: Invocation): FilenameOptions => ({
  filenames: k.flags.list('filename'),
  recursive: k.flags.has('recursive') && k.flags.bool('recursive'),
  kustomize: k.flags.has('kustomize') ? k.flags.string('kustomize') : '',
});

/** Ends the command unless -f or -k was given (FilenameOptions.RequireFilenameOrKustomize). */
export function requireFilename(k: Invocation): void {
  const { filenames, kustomize } = filenameOptions(k);
  if (filenames.length === 0 && !kustomize) failWith('must specify one of -f and -k');
}

/** Ends the command where -k stands beside -f or -R (FilenameOptions.validate). */
function filesOrKustomization({ filenames, kustomize, recursive }: FilenameOptions): void {
  if (!kustomize) return;
  const errors: CommandError[] = [];
  if (filenames.length > 0) errors.push(textError('only one of -f or -k can be specified'));
  if (recursive) errors.push(textError("the -k flag can't be used with -f or -R"));
  if (errors.length > 0) throw new CommandFailure(errors);
}

/** Ends the command where -f or -k stands beside the other or beside arguments (resource.Builder visitByPaths). */
export function filesAlone(k: Invocation, args: readonly string[]): void {
  const options = filenameOptions(k);
  filesOrKustomization(options);
  const { filenames } = options;
  if (args.length === 0) return;
  for (const name of filenames) if (name !== '-' && !/^https?:/.test(name)) existingPaths(k, name);
  failWith(
    args.some((arg) => arg.includes('/'))
      ? 'resource/name arguments cannot be provided when a path is specified'
      : 'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
  );
}

const globPattern = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  );

function expandPattern(files: FileSystem, cwd: string, pattern: string): string[] {
  if (files.exists(resolvePath(cwd, pattern)) || !/[*?[]/.test(pattern)) return [pattern];
  const slash = pattern.lastIndexOf('/');
  const directory = slash < 0 ? '' : pattern.slice(0, slash + 1);
  const names = files.readDirectory(resolvePath(cwd, directory || '.'));
  if (!names.ok) return [];
  const matches = globPattern(pattern.slice(slash + 1).slice(0, 256));
  return names.value.filter((name) => matches.test(name)).map((name) => `${directory}${name}`);
}

/** Go's filepath.Join. */
function joined(directory: string, name: string): string {
  const parts: string[] = [];
  const rooted = directory.startsWith('/');
  for (const part of `${directory}/${name}`.split('/'))
    if (part === '..' && parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop();
    else if (part !== '' && part !== '.' && !(part === '..' && rooted)) parts.push(part);
  return (rooted ? '/' : '') + parts.join('/');
}

function filesUnder(files: FileSystem, cwd: string, path: string, recursive: boolean): string[] {
  const names = files.readDirectory(resolvePath(cwd, path));
  if (!names.ok) return [];
  const found: string[] = [];
  for (const name of names.value.sort(compareStrings)) {
    const here = joined(path, name);
    if (files.isDirectory(resolvePath(cwd, here))) {
      if (recursive) found.push(...filesUnder(files, cwd, here, true));
    } else if (EXTENSIONS.some((extension) => baseName(name).endsWith(extension))) found.push(here);
  }
  return found;
}

/** The files and folders that a path or a pattern names; ends the command where one is not there. */
function existingPaths(k: Invocation, typed: string): readonly string[] {
  const { cwd, machine } = k.process;
  const matched = expandPattern(machine.files, cwd, typed);
  const missing = matched.length === 0 ? typed : matched.find((path) => !isThere(machine, resolvePath(cwd, path)));
  if (missing !== undefined) failWith(`the path "${missing}" does not exist`);
  return matched;
}

function sourcesOfPath(k: Invocation, typed: string, recursive: boolean): ManifestSource[] {
  const { files } = k.process.machine;
  const { cwd } = k.process;
  return existingPaths(k, typed).flatMap((path) => {
    const at = resolvePath(cwd, path);
    if (files.isDirectory(at)) {
      const inside = filesUnder(files, cwd, path, recursive);
      if (inside.length === 0)
        failWith(`error reading [${path}]: recognized file extensions are [${EXTENSIONS.join(' ')}]`);
      return inside.flatMap((file) => readSource(k, file));
    }
    return readSource(k, path);
  });
}

function readSource(k: Invocation, path: string): ManifestSource[] {
  const content = k.process.machine.files.readFile(resolvePath(k.process.cwd, path));
  if (!content.ok) failWith(`open ${path}: ${FILE_ERROR_TEXT[content.error].toLowerCase()}`);
  return [{ name: path, text: content.value }];
}

/** Fetches a manifest over the machine's network. */
export function* fetchUrl(k: Invocation, url: string): Coroutine<string> {
  const match = /^(https?):\/\/([^/:?#]+)(?::(\d+))?([^#]*)/.exec(url);
  if (!match) failWith(`the URL passed to filename "${url}" is not valid: invalid URL`);
  const [, scheme, host, port, path] = match;
  const target = { host, port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port) };
  const dialed = yield* k.process.machine.network.dial({ ...target, timeoutMs: 30_000 });
  if (!dialed.ok) {
    const hostPort = port === undefined ? host : `${host}:${port}`;
    throw new CommandFailure([
      { type: 'connection', text: dialFailureText({ ...target, hostPort }, dialed.error).message },
    ]);
  }
  const response = yield* dialed.value.http({
    method: 'GET',
    path: path === '' ? '/' : path,
    headers: new Map([
      ['host', host],
      ['user-agent', 'Go-http-client/1.1'],
    ]),
    body: '',
  });
  dialed.value.close();
  if (!response.ok) failWith(`Get ${JSON.stringify(url)}: EOF`);
  const { status, body } = response.value;
  if (status !== 200)
    failWith(
      `unable to read URL "${url}", server reported ${status} ${STATUS_TEXT[status] ?? ''}, status code=${status}`,
    );
  return body;
}

const STATUS_TEXT: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** The texts behind `-f` and `-k`, in the order of kubectl's visitors. */
export function* manifestSources(
  k: Invocation,
  options: FilenameOptions,
  kustomizeErrors?: CommandError[],
): Coroutine<ManifestSource[]> {
  filesOrKustomization(options);
  const sources: ManifestSource[] = [];
  let stdin = false;
  const errors: CommandError[] = [];
  for (const name of options.filenames) {
    if (name === '-') {
      if (stdin) failWith('standard input cannot be used for multiple arguments');
      stdin = true;
      sources.push({ name: 'STDIN', text: yield* readAll(k.process.stdin) });
    } else if (/^https?:\/\//.test(name)) sources.push({ name, text: yield* fetchUrl(k, name) });
    else {
      const read = attemptNow(() => sourcesOfPath(k, name, options.recursive ?? false));
      if ('failure' in read) errors.push(...read.failure.errors);
      else sources.push(...read.value);
    }
  }
  if (errors.length > 0) throw new CommandFailure(errors);
  if (options.kustomize) {
    const built = buildKustomization(k.process, options.kustomize);
    yield* k.err(built.ok ? built.value.warnings : built.error.warnings);
    if (!built.ok) {
      if (!kustomizeErrors) failWith(built.error.text);
      kustomizeErrors.push(textError(built.error.text));
      return sources;
    }
    sources.push({ name: options.kustomize, text: built.value.text });
  }
  return sources;
}
