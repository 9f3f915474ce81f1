import { ACCESS, resolvePath, type FileNode } from '@seatrial/kernel';
import type { Shell } from './shell.js';

/** A unary operator of `test` and `[[ ]]`. */
export function testUnary(shell: Shell, operator: string, operand: string): boolean {
  switch (operator) {
    case '-z':
      return operand === '';
    case '-n':
      return operand !== '';
    case '-v':
      return variableIsSet(shell, operand);
    case '-o':
      return shell.state.options.has(operand as never);
    case '-t':
      return isTerminal(shell, Number(operand));
    case '-R':
      return shell.state.variables.getOwn(operand)?.reference ?? false;
    default:
      return testFile(shell, operator, operand);
  }
}

function isTerminal(shell: Shell, descriptor: number): boolean {
  const file = shell.descriptors.get(descriptor);
  return (file?.input?.isTerminal ?? false) || (file?.output?.isTerminal ?? false);
}

function variableIsSet(shell: Shell, operand: string): boolean {
  const found = /^(\w+)\[(.*)\]$/.exec(operand);
  const variable = shell.state.variables.get(found ? found[1] : operand);
  if (found) {
    if (found[2] === '@' || found[2] === '*') return (variable?.indexed ?? variable?.associative ?? new Map()).size > 0;
    return variable?.associative?.has(found[2]) ?? variable?.indexed?.has(Number(found[2])) ?? false;
  }
  return shell.state.variables.read(operand) !== undefined;
}

function permitted(shell: Shell, node: FileNode, bit: number): boolean {
  if (bit === ACCESS.execute && node.type !== 'directory' && (node.mode & 0o111) === 0) return false;
  return shell.machine.files.permits(node, bit);
}

function testFile(shell: Shell, operator: string, operand: string): boolean {
  if (operand === '') return false;
  const path = resolvePath(shell.state.cwd, operand);
  const follow = operator !== '-h' && operator !== '-L';
  const found = shell.machine.files.stat(path, follow);
  if (!found.ok) return false;
  const node = found.value;
  if (operand.endsWith('/') && node.type !== 'directory') return false;
  switch (operator) {
    case '-f':
      return node.type === 'file';
    case '-d':
      return node.type === 'directory';
    case '-h':
    case '-L':
      return node.type === 'link';
    case '-c':
      return node.type === 'device';
    case '-s':
      return node.type === 'directory' || (node.type === 'file' && node.content !== '');
    case '-r':
      return permitted(shell, node, ACCESS.read);
    case '-w':
      return permitted(shell, node, ACCESS.write);
    case '-x':
      return permitted(shell, node, ACCESS.execute);
    case '-O':
      return node.owner === shell.process.user;
    case '-G':
      return node.group === shell.process.user;
    case '-N':
    case '-a':
    case '-e':
      return true;
    default:
      return false; // block devices, pipes, sockets, set-id bits: none exist here
  }
}

/** `-nt`, `-ot`, `-ef`. */
export function compareFiles(shell: Shell, operator: string, left: string, right: string): boolean {
  const stat = (path: string): FileNode | undefined => {
    const found = shell.machine.files.stat(resolvePath(shell.state.cwd, path));
    return found.ok ? found.value : undefined;
  };
  const a = stat(left);
  const b = stat(right);
  if (operator === '-ef') return a !== undefined && a === b;
  const [newer, older] = operator === '-nt' ? [a, b] : [b, a];
  return newer !== undefined && (older === undefined || newer.modifiedAt > older.modifiedAt);
}
