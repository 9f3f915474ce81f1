import type { Coroutine, FileErrorCode, FileNode } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { linkCount, modeText, nodeSize } from './list-entry.js';
import { userOf } from '../system/users.js';

function eachBelow(node: FileNode, recursive: boolean, visit: (node: FileNode) => void): void {
  visit(node);
  if (recursive && node.type === 'directory') for (const entry of node.entries.values()) eachBelow(entry, true, visit);
}

/** A mode after `chmod`'s text is applied; undefined when the text is none. */
export function changeMode(mode: number, text: string, isDirectory: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let result = mode;
  for (const clause of text.split(',')) {
    const found = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause);
    if (!found) return undefined;
    const who = found[1] === '' || found[1].includes('a') ? 'ugo' : found[1];
    let bits = 0;
    for (const letter of found[3]) {
      const execute = letter === 'x' || (letter === 'X' && (isDirectory || (result & 0o111) !== 0));
      const bit = letter === 'r' ? 4 : letter === 'w' ? 2 : execute ? 1 : 0;
      if (who.includes('u')) bits |= bit << 6;
      if (who.includes('g')) bits |= bit << 3;
      if (who.includes('o')) bits |= bit;
    }
    const mask = (who.includes('u') ? 0o700 : 0) | (who.includes('g') ? 0o070 : 0) | (who.includes('o') ? 0o007 : 0);
    if (found[2] === '+') result |= bits;
    else if (found[2] === '-') result &= ~bits;
    else result = (result & ~mask) | bits;
  }
  return result;
}

export const chmod = defineCommand({
  name: 'chmod',
  program: toolProgram(function* (tool) {
    // `-x` and the like are modes, not options.
    const [first] = tool.args;
    const negative = first !== undefined && /^-[rwxXst]/.test(first);
    const { flags, operands } = yield* tool.options('-R --recursive, -v --verbose, -f --silent --quiet, -c', {
      args: negative ? tool.args.slice(1) : tool.args,
    });
    const [mode, ...files] = negative ? [first, ...operands] : operands;
    if (mode === undefined || files.length === 0) {
      return yield* tool.wrongCall(`missing operand${mode === undefined ? '' : ` after ${tool.quote(mode)}`}`);
    }
    let status = 0;
    for (const operand of files) {
      const node = tool.stat(operand);
      if (!node.ok) {
        status = 1;
        yield* tool.complain(`cannot access '${operand}': ${errorText(node.error)}`);
        continue;
      }
      if (changeMode(0, mode, false) === undefined) {
        yield* tool.err(
          tool.isBusybox
            ? `chmod: invalid mode '${mode}'\n`
            : `chmod: invalid mode: ${tool.quote(mode)}\nTry 'chmod --help' for more information.\n`,
        );
        return 1;
      }
      if (!tool.machine.files.owns(node.value)) {
        status = 1;
        yield* tool.complain(`changing permissions of '${operand}': ${errorText('EPERM')}`);
        continue;
      }
      eachBelow(node.value, flags.has('R'), (entry) => {
        if (!tool.machine.files.owns(entry)) status = 1;
        else entry.mode = changeMode(entry.mode, mode, entry.type === 'directory') ?? entry.mode;
      });
    }
    return status;
  }),
});

/** Only root gives files away; a file's owner may do what changes nothing. */
function ownerProblem({ machine }: Tool, node: FileNode, owner: string | undefined): FileErrorCode | undefined {
  const { files } = machine;
  return files.actor === undefined || (files.owns(node) && (owner === undefined || owner === node.owner))
    ? undefined
    : 'EPERM';
}

function* runChown(tool: Tool): Coroutine<number> {
  const { flags, operands } = yield* tool.options('-R --recursive, -v --verbose, -f --silent, -h --no-dereference, -c');
  const [owner, ...files] = operands;
  if (owner === undefined || files.length === 0) {
    yield* tool.err(
      `${tool.name}: missing operand${owner === undefined ? '' : ` after ${tool.quote(owner)}`}\nTry '${tool.name} --help' for more information.\n`,
    );
    return 1;
  }
  const [userText, groupText] = tool.name === 'chgrp' ? ['', owner] : owner.split(/[:.]/);
  const user = userText === '' ? undefined : userOf(tool.machine, userText);
  if (userText !== '' && !user && !/^\d+$/.test(userText)) return yield* tool.die(`invalid user: ${tool.quote(owner)}`);
  let status = 0;
  for (const operand of files) {
    const node = tool.stat(operand);
    const problem = node.ok
      ? ownerProblem(tool, node.value, userText === '' ? undefined : (user?.name ?? userText))
      : node.error;
    if (node.ok && problem !== undefined) {
      status = 1;
      yield* tool.complain(
        `changing ${tool.name === 'chgrp' ? 'group' : 'ownership'} of '${operand}': ${errorText(problem)}`,
      );
    } else if (node.ok)
      eachBelow(node.value, flags.has('R'), (entry) => {
        if (userText !== '') entry.owner = user?.name ?? userText;
        if (groupText !== undefined && groupText !== '')
          entry.group = userOf(tool.machine, groupText)?.name ?? groupText;
      });
    else {
      status = 1;
      yield* tool.complain(`cannot access '${operand}': ${errorText(node.error)}`);
    }
  }
  return status;
}

export const chown = defineCommand({ name: 'chown', program: toolProgram(runChown) });
export const chgrp = defineCommand({ name: 'chgrp', program: toolProgram(runChown) });

const KINDS = { file: 'regular file', directory: 'directory', link: 'symbolic link', device: 'character special file' };

function statField(tool: Tool, operand: string, node: FileNode, letter: string): string {
  const user = (name: string): string => String(userOf(tool.machine, name)?.uid ?? (/^\d+$/.test(name) ? name : 1000));
  const fields: Readonly<Record<string, () => string>> = {
    a: () => node.mode.toString(8),
    A: () => modeText(node),
    b: () => String(Math.ceil(nodeSize(node) / 4096) * 8),
    B: () => '512',
    F: () => (node.type === 'file' && node.content === '' ? 'regular empty file' : KINDS[node.type]),
    g: () => user(node.group),
    G: () => node.group,
    h: () => String(linkCount(node)),
    i: () => '1',
    n: () => operand,
    N: () => (node.type === 'link' ? `'${operand}' -> '${node.target}'` : `'${operand}'`),
    s: () => String(nodeSize(node)),
    u: () => user(node.owner),
    U: () => node.owner,
    X: () => String(Math.floor(node.modifiedAt / 1000)),
    Y: () => String(Math.floor(node.modifiedAt / 1000)),
    Z: () => String(Math.floor(node.modifiedAt / 1000)),
    x: () => formatDate('%Y-%m-%d %H:%M:%S.%N +0000', node.modifiedAt),
    y: () => formatDate('%Y-%m-%d %H:%M:%S.%N +0000', node.modifiedAt),
    z: () => formatDate('%Y-%m-%d %H:%M:%S.%N +0000', node.modifiedAt),
    '%': () => '%',
  };
  return fields[letter]?.() ?? '?';
}

const STAT_DEFAULT =
  '  File: %N\n  Size: %s\tBlocks: %b\tIO Block: 4096   %F\nAccess: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n';

export const stat = defineCommand({
  name: 'stat',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options('-c --format=, --printf=, -L --dereference, -f, -t');
    if (operands.length === 0) {
      yield* tool.err("stat: missing operand\nTry 'stat --help' for more information.\n");
      return 1;
    }
    const printf = values.get('printf')?.at(-1);
    const given = values.get('c')?.at(-1);
    const format =
      printf?.replace(/\\n/g, '\n').replace(/\\t/g, '\t') ?? (given === undefined ? STAT_DEFAULT : `${given}\n`);
    let status = 0;
    for (const operand of operands) {
      const node = tool.stat(operand, flags.has('L'));
      if (!node.ok) {
        status = 1;
        yield* tool.complain(
          `${tool.machine.programs.has('busybox') ? "can't stat" : 'cannot statx'} '${operand}': ${errorText(node.error)}`,
        );
        continue;
      }
      yield* tool.out(
        format.replace(/%([-0]?)(\d*)([a-zA-Z%])/g, (_, flag: string, width: string, letter: string) => {
          const text = statField(tool, operand, node.value, letter);
          return flag === '-' ? text.padEnd(Number(width)) : text.padStart(Number(width), flag === '0' ? '0' : ' ');
        }),
      );
    }
    return status;
  }),
});
