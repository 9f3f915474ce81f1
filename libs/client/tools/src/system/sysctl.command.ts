import { FILE_ERROR_TEXT, compareStrings, parameterPath, type Coroutine, type FileSystem } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';

const ROOT = '/proc/sys';

/** Names of all kernel parameters below a folder of /proc/sys. */
function parametersBelow(files: FileSystem, path: string): string[] {
  const found = files.stat(path);
  if (!found.ok) return [];
  if (found.value.type !== 'directory') return [path.slice(ROOT.length + 1).replaceAll('/', '.')];
  return [...found.value.entries.keys()]
    .sort(compareStrings)
    .flatMap((name) => parametersBelow(files, `${path}/${name}`));
}

interface Mode {
  readonly busybox: boolean;
  readonly valuesOnly: boolean;
  readonly quiet: boolean;
  readonly ignoreUnknown: boolean;
}

function* unknown(tool: Tool, name: string, mode: Mode): Coroutine<boolean> {
  if (mode.ignoreUnknown) return true;
  if (mode.busybox) yield* tool.complain(`error: '${name}' is an unknown key`);
  else yield* tool.complain(`cannot stat ${parameterPath(name)}: No such file or directory`);
  return false;
}

function* show(tool: Tool, name: string, mode: Mode): Coroutine<boolean> {
  const names = parametersBelow(tool.machine.files, parameterPath(name));
  if (names.length === 0) return yield* unknown(tool, name, mode);
  for (const one of names) {
    const read = tool.machine.files.readFile(parameterPath(one));
    const value = read.ok ? read.value.trimEnd() : '';
    yield* tool.out(mode.valuesOnly ? `${value}\n` : `${one} = ${value}\n`);
  }
  return true;
}

function* set(tool: Tool, assignment: string, mode: Mode): Coroutine<boolean> {
  const at = assignment.indexOf('=');
  const [name, value] = [assignment.slice(0, at).trim(), assignment.slice(at + 1).trim()];
  const path = parameterPath(name);
  if (!tool.machine.files.exists(path)) return yield* unknown(tool, name, mode);
  const written = tool.machine.files.writeFile(path, `${value.replace(/ +/g, '\t')}\n`);
  if (!written.ok) {
    const why = FILE_ERROR_TEXT[written.error];
    yield* tool.complain(mode.busybox ? `error setting key '${name}': ${why}` : `setting key "${name}": ${why}`);
    return false;
  }
  if (!mode.quiet) yield* tool.out(mode.valuesOnly ? `${value}\n` : `${name} = ${value}\n`);
  return true;
}

function* load(tool: Tool, file: string, mode: Mode): Coroutine<boolean> {
  const read = tool.machine.files.readFile(tool.path(file));
  if (!read.ok) {
    yield* tool.complain(`cannot open "${file}": ${FILE_ERROR_TEXT[read.error]}`);
    return false;
  }
  let good = true;
  for (const line of read.value.split('\n')) {
    const text = line.trim();
    if (/^[^#;].*=/.test(text)) good = (yield* set(tool, text.replace(/^-/, ''), mode)) && good;
  }
  return good;
}

const FOLDERS = ['/run/sysctl.d', '/etc/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d'];

/** What `--system` reads: each name from the first folder that has it, by name, then /etc/sysctl.conf. */
function systemFiles(files: FileSystem): string[] {
  const byName = new Map<string, string>();
  for (const folder of FOLDERS) {
    const found = files.stat(folder);
    if (!found.ok || found.value.type !== 'directory') continue;
    for (const name of found.value.entries.keys())
      if (name.endsWith('.conf') && !byName.has(name)) byName.set(name, `${folder}/${name}`);
  }
  const sorted = [...byName].sort(([a], [b]) => compareStrings(a, b)).map(([, path]) => path);
  return files.exists('/etc/sysctl.conf') ? [...sorted, '/etc/sysctl.conf'] : sorted;
}

const program = (busybox: boolean): ReturnType<typeof toolProgram> =>
  toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-a -A -X --all, -n --values, -N --names, -e --ignore, -q --quiet, -w --write, -p -f --load, --system',
    );
    const mode = {
      busybox,
      valuesOnly: flags.has('n'),
      quiet: flags.has('q'),
      ignoreUnknown: flags.has('e'),
    };
    let good = true;
    if (flags.has('system')) {
      for (const file of systemFiles(tool.machine.files)) {
        yield* tool.out(`* Applying ${file} ...\n`);
        good = (yield* load(tool, file, mode)) && good;
      }
    } else if (flags.has('p') || flags.has('f'))
      for (const file of operands.length > 0 ? operands : ['/etc/sysctl.conf'])
        good = (yield* load(tool, file, mode)) && good;
    else if (flags.has('a') || flags.has('A') || flags.has('X')) good = yield* show(tool, '', mode);
    else
      for (const operand of operands)
        good = (yield* operand.includes('=') ? set(tool, operand, mode) : show(tool, operand, mode)) && good;
    return good ? 0 : busybox ? 1 : 255;
  });

/** sysctl of procps 4.0 and busybox 1.35, on the parameters that /proc/sys has. */
export const sysctl = defineCommand({ name: 'sysctl', program: program(false), busybox: program(true) });
