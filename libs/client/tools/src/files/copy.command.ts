import { ACCESS, resolvePath, type FileErrorCode, type FileNode } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { destinations } from './operands.js';

function copyNode(node: FileNode, now: number, owner: string): FileNode {
  if (node.type !== 'directory') return { ...node, modifiedAt: now, owner, group: owner };
  const entries = new Map([...node.entries].map(([name, entry]) => [name, copyNode(entry, now, owner)]));
  return { ...node, entries, modifiedAt: now, owner, group: owner };
}

function copyFile(tool: Tool, node: FileNode, path: string, recursive: boolean): FileErrorCode | undefined {
  const { files, simulation } = tool.machine;
  if (node.type === 'directory' && !files.permits(node, ACCESS.read | ACCESS.execute)) return 'EACCES';
  tool.charge(10);
  if (node.type === 'device') {
    const written = files.writeFile(path, node.read(65_536) ?? '');
    return written.ok ? undefined : written.error;
  }
  if (node.type === 'file') {
    const written = files.writeFile(path, node.content, { mode: node.mode, owner: tool.process.user });
    if (written.ok && written.value && node.program !== undefined) written.value.program = node.program;
    return written.ok ? undefined : written.error;
  }
  if (node.type === 'link' && !recursive) return undefined;
  const existing = files.stat(path);
  if (node.type === 'directory' && existing.ok && existing.value.type === 'directory') {
    for (const [name, entry] of node.entries) {
      const error = copyFile(tool, entry, resolvePath(path, name), true);
      if (error) return error;
    }
    return undefined;
  }
  const placed = files.place(path, copyNode(node, simulation.now(), tool.process.user));
  return placed.ok ? undefined : placed.error;
}

export const cp = defineCommand({
  name: 'cp',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-r -R --recursive, -a --archive, -f --force, -i --interactive, -n --no-clobber, -p, -P, -L, -d, -u --update, -v --verbose, -t --target-directory=, -T --no-target-directory, -l, -s, -x, --preserve=?, --parents',
    );
    const pairs = yield* destinations(tool, operands, values.get('t')?.at(-1));
    if (!pairs) return 1;
    const recursive = flags.has('r') || flags.has('a');
    let status = 0;
    for (const [source, destination] of pairs) {
      const problem = copyOne(tool, source, destination, recursive, flags);
      if (problem !== undefined) {
        status = 1;
        yield* tool.complain(problem);
      } else if (flags.has('v')) yield* tool.out(`'${source}' -> '${destination}'\n`);
    }
    return status;
  }),
});

function copyOne(
  tool: Tool,
  source: string,
  destination: string,
  recursive: boolean,
  flags: ReadonlyMap<string, number>,
): string | undefined {
  const node = tool.stat(source, !recursive);
  if (!node.ok) return `cannot stat '${source}': ${errorText(node.error)}`;
  if (node.value.type !== 'directory' && !tool.machine.files.permits(node.value, ACCESS.read))
    return `cannot open '${source}' for reading: ${errorText('EACCES')}`;
  if (node.value.type === 'directory' && !recursive) return `-r not specified; omitting directory '${source}'`;
  const existing = tool.stat(destination);
  if (existing.ok && flags.has('n')) return undefined;
  if (existing.ok && existing.value === node.value) return `'${source}' and '${destination}' are the same file`;
  if (existing.ok && existing.value.type !== 'directory' && node.value.type === 'directory')
    return `cannot overwrite non-directory '${destination}' with directory '${source}'`;
  if (node.value.type === 'directory' && `${tool.path(destination)}/`.startsWith(`${tool.path(source)}/`))
    return `cannot copy a directory, '${source}', into itself, '${destination}'`;
  const error = copyFile(tool, node.value, tool.path(destination), recursive);
  const kind = node.value.type === 'directory' ? 'directory' : 'regular file';
  return error && `cannot create ${kind} '${destination}': ${errorText(error)}`;
}
