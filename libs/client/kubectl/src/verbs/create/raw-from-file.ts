import { FILE_ERROR_TEXT, resolvePath, type Coroutine } from '@seatrial/kernel';
import { parseRequestUrl } from '@seatrial/schema';
import { sendRaw } from '../../client/raw-request.js';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { filenameOptions, manifestSources } from '../../resource/manifest-source.js';

/** url.ParseRequestURI of `--raw`. */
export function checkRawPath(path: string): void {
  const read = parseRequestUrl(path);
  if (typeof read === 'string') failWith(`--raw must be a valid URL path: ${read}`);
}

/** What may not stand beside --raw in create, replace and delete (their Validate). */
function checkRawFlags(k: Invocation, path: string): void {
  const { flags } = k;
  const { filenames, recursive } = filenameOptions(k);
  const without = k.path === 'kubectl delete';
  if (without && flags.bool('interactive')) failWith('--interactive can not be used with --raw');
  if (flags.has('edit') && flags.bool('edit')) failWith('--raw and --edit are mutually exclusive');
  if (filenames.length > 1 || (filenames.length === 0 && !without))
    failWith('--raw can only use a single local file or stdin');
  if (filenames.some((name) => /^https?:\/\//.test(name))) failWith('--raw cannot read from a url');
  if (recursive) failWith('--raw and --recursive are mutually exclusive');
  if (k.path === 'kubectl create' && flags.string('selector') !== '')
    failWith('--raw and --selector (-l) are mutually exclusive');
  if (flags.string('output') !== '') failWith('--raw and --output are mutually exclusive');
  checkRawPath(path);
}

/** `--raw` with the one file given by -f as the body; a deletion may have none. */
export function* rawFromFile(k: Invocation, method: string, path: string): Coroutine<number> {
  checkRawFlags(k, path);
  const options = filenameOptions(k);
  if (options.filenames.length === 0) return yield* sendRaw(k, method, path);
  const [only] = options.filenames;
  if (only !== '-') {
    const read = k.process.machine.files.readFile(resolvePath(k.process.cwd, only));
    if (!read.ok) failWith(`open ${only}: ${FILE_ERROR_TEXT[read.error].toLowerCase()}`);
  }
  const sources = yield* manifestSources(k, options);
  return yield* sendRaw(k, method, path, sources.map(({ text }) => text).join(''));
}
