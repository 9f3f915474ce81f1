import { SIGNALS, type Coroutine, type Signal } from '@seatrial/kernel';
import { InterruptJump, ExitJump } from './jumps.js';
import { runScriptText } from './run-script.js';
import type { Shell } from './shell.js';

/** Runs a trap's commands; `$?` is what it was before, unless they exit. */
export function* runTrap(shell: Shell, condition: string): Coroutine<void> {
  const command = shell.state.traps.get(condition);
  if (command === undefined || command === '' || shell.inTrap) return;
  const status = shell.state.lastStatus;
  shell.inTrap = true;
  try {
    yield* runScriptText(shell, command, { firstLine: shell.line, label: condition === 'EXIT' ? 'exit trap' : 'trap' });
  } finally {
    shell.inTrap = false;
  }
  shell.state.lastStatus = status;
}

/** Conditions that a function does not inherit, each with the option that lets it. */
const NOT_INHERITED = [
  ['ERR', 'errtrace'],
  ['DEBUG', 'functrace'],
  ['RETURN', 'functrace'],
] as const;

/** Takes away the traps that a function does not inherit; the returned function puts them back unless it set its own. */
export function hideTraps(shell: Shell): () => void {
  const { traps } = shell.state;
  if (traps.size === 0) return () => undefined;
  const saved: [string, string][] = [];
  for (const [condition, option] of NOT_INHERITED) {
    const command = traps.get(condition);
    if (command === undefined || shell.option(option)) continue;
    saved.push([condition, command]);
    traps.delete(condition);
  }
  return () => {
    for (const [condition, command] of saved) if (!traps.has(condition)) traps.set(condition, command);
  };
}

/** The trap on `DEBUG`, before a command. */
export function* runDebugTrap(shell: Shell): Coroutine<void> {
  yield* runTrap(shell, 'DEBUG');
}

/** The trap on `EXIT`, once; the status the shell then ends with. */
export function* runExitTrap(shell: Shell, status: number): Coroutine<number> {
  if (!shell.state.traps.has('EXIT')) return status;
  const command = shell.state.traps.get('EXIT') ?? '';
  shell.state.traps.delete('EXIT');
  shell.state.lastStatus = status;
  try {
    yield* runScriptText(shell, command, { firstLine: 1, label: 'exit trap' });
  } catch (error) {
    if (error instanceof ExitJump) return error.status;
    throw error;
  }
  return status;
}

/** Takes signals that have come: traps run, an untrapped SIGINT gives up the step. */
export function* handleSignals(shell: Shell): Coroutine<void> {
  for (let signal = shell.process.takeSignal(); signal; signal = shell.process.takeSignal()) {
    if (shell.state.traps.has(signal)) yield* runTrap(shell, signal);
    else if (signal === 'INT') throw new InterruptJump();
  }
}

/** The condition that a word of `trap` names: `EXIT`, `ERR`…, or a signal; undefined when it names none. */
export function trapCondition(word: string): string | undefined {
  const name = word.toUpperCase().replace(/^SIG/, '');
  if (name === '0' || name === 'EXIT') return 'EXIT';
  if (name === 'ERR' || name === 'DEBUG' || name === 'RETURN') return name;
  return signalNamed(name);
}

/** A signal by name (with or without `SIG`) or number. */
export function signalNamed(word: string): Signal | undefined {
  const name = word.toUpperCase().replace(/^SIG/, '');
  if (name in SIGNALS) return name as Signal;
  for (const [signal, number] of Object.entries(SIGNALS)) if (String(number) === name) return signal as Signal;
  return undefined;
}
