import { reportUnsupported, type Coroutine } from '@seatrial/kernel';
import { readTar, readTree, writeEntry, writeTar, type TarEntry } from '@seatrial/kubectl';
import { defineCommand } from '../command.js';
import { gunzipText, gzipText, isGzip } from './gzip-format.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';

interface TarCall {
  mode: 'c' | 'x' | 't' | undefined;
  file: string;
  directory: string;
  verbose: boolean;
  /** `gzip`, or a compression that is not simulated. */
  compression: 'none' | 'gzip' | 'other';
  readonly members: string[];
}

/** tar's old and new option styles: `cf - x`, `-xmf - -C dir`, `--file=x`. */
function parseCall(args: readonly string[]): TarCall | string {
  const call: TarCall = {
    mode: undefined,
    file: '-',
    directory: '.',
    verbose: false,
    compression: 'none',
    members: [],
  };
  const rest = [...args];
  const letters = (text: string): string | undefined => {
    for (const letter of text) {
      if (letter === 'c' || letter === 'x' || letter === 't') call.mode = letter;
      else if (letter === 'f') call.file = rest.shift() ?? '';
      else if (letter === 'C') call.directory = rest.shift() ?? '';
      else if (letter === 'v') call.verbose = true;
      else if (letter === 'z') call.compression = 'gzip';
      else if (letter === 'j' || letter === 'J') call.compression = 'other';
      else if (!'mpohk'.includes(letter)) return `invalid option -- '${letter}'`;
    }
    return undefined;
  };
  const first = rest.shift() ?? '';
  if (first !== '' && !first.startsWith('-')) {
    const wrong = letters(first);
    if (wrong) return wrong;
  } else rest.unshift(first);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === 'file') call.file = value ?? rest.shift() ?? '';
    else if (name === 'directory') call.directory = value ?? rest.shift() ?? '';
    else if (name === 'gzip' || name === 'ungzip') call.compression = 'gzip';
    else if (name !== undefined) continue;
    else if (word.startsWith('-') && word !== '-') {
      const wrong = letters(word.slice(1));
      if (wrong) return wrong;
    } else if (word !== '') call.members.push(word);
  }
  return call;
}

function* create(tool: Tool, call: TarCall): Coroutine<number> {
  const entries: TarEntry[] = [];
  let status = 0;
  let stripped = false;
  for (const member of call.members) {
    const tree = readTree(
      tool.machine.files,
      tool.path(member.startsWith('/') ? member : `${call.directory}/${member}`),
      member.replace(/^\/+/, ''),
    );
    if (!tree.ok) {
      yield* tool.complain(`${member}: ${errorText(tree.error)}`);
      status = 1;
      continue;
    }
    if (member.startsWith('/') && !stripped) {
      stripped = true;
      yield* tool.complain("removing leading '/' from member names");
    }
    entries.push(...tree.value);
  }
  for (const { content } of entries) tool.charge(1 + ((content?.length ?? 0) >> 3));
  if (status !== 0) yield* tool.complain('error exit delayed from previous errors');
  const archive = call.compression === 'gzip' ? gzipText(writeTar(entries)) : writeTar(entries);
  if (call.verbose) yield* tool.err(entries.map(({ name }) => `${name}\n`).join(''));
  if (call.file === '-') yield* tool.out(archive);
  else tool.machine.files.writeFile(tool.path(call.file), archive);
  return status;
}

function* notSimulated(tool: Tool): Coroutine<never> {
  reportUnsupported(tool.machine, 'tar with a compression other than its own gzip');
  return yield* tool.die('this compression is not simulated', 2);
}

function* extract(tool: Tool, call: TarCall): Coroutine<number> {
  const archive = yield* tool.read(call.file);
  if (!archive.ok) {
    yield* tool.complain(`${call.file}: Cannot open: ${errorText(archive.error)}`);
    return tool.isBusybox ? tool.exit(1) : yield* tool.die('Error is not recoverable: exiting now', 2);
  }
  const directory = tool.path(call.directory);
  if (!tool.machine.files.isDirectory(directory))
    return yield* tool.die(`can't change directory to '${call.directory}': No such file or directory`);
  tool.charge(archive.value.length >> 3);
  // GNU tar looks at the file, whatever the options say.
  const plain = isGzip(archive.value) ? gunzipText(archive.value) : archive.value;
  if (plain === undefined) return yield* notSimulated(tool);
  if (call.compression === 'gzip' && plain === archive.value) {
    yield* tool.err('\ngzip: stdin: not in gzip format\n');
    return yield* tool.die('Child returned status 1\ntar: Error is not recoverable: exiting now', 2);
  }
  tool.charge(plain.length >> 3);
  for (const entry of readTar(plain)) {
    if (
      call.members.length > 0 &&
      !call.members.some((member) => entry.name === member || entry.name.startsWith(`${member.replace(/\/$/, '')}/`))
    )
      continue;
    if (call.mode === 't' || call.verbose) yield* tool.out(`${entry.name}\n`);
    if (call.mode === 't') continue;
    const written = writeEntry(tool.machine.files, directory, entry, tool.process.user);
    if (!written.ok && written.error !== 'EEXIST')
      return yield* tool.die(`can't open '${entry.name}': ${errorText(written.error)}`);
  }
  return 0;
}

export const tar = defineCommand({
  name: 'tar',
  program: toolProgram(function* (tool) {
    const call = parseCall(tool.args);
    if (typeof call === 'string') return yield* tool.die(call, 1);
    if (call.compression === 'other') return yield* notSimulated(tool);
    if (call.mode === undefined && tool.isBusybox) return yield* tool.wrongCall('');
    if (call.mode === undefined)
      return yield* tool.die("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options", 2);
    return call.mode === 'c' ? yield* create(tool, call) : yield* extract(tool, call);
  }),
});
