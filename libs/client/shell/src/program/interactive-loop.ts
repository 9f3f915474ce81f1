import { waitFor, type Coroutine, type Input } from '@seatrial/kernel';
import { BreakJump, ContinueJump, DiscardJump, InterruptJump, ReturnJump } from '../evaluation/jumps.js';
import { runScriptText } from '../evaluation/run-script.js';
import { newUsage, type Shell } from '../evaluation/shell.js';
import { notifyJobs } from '../evaluation/wait-for-job.js';
import type { StepBudget } from '../session/shell-session-contract.js';
import { parseScript } from '../syntax/parse-script.js';
import { expandPrompt } from './prompt.js';

const INTERRUPTED = 130;
/** The status of a command that used up a budget. */
const STOPPED = 125;
const BUDGET_WORDS: Readonly<Record<keyof StepBudget, string>> = {
  commands: 'commands',
  depth: 'functions inside each other',
  outputBytes: 'characters of output',
};

/** Told what an interactive shell is doing: at its prompt, within a command that goes on, or running one. */
export type PromptListener = (state: 'prompt' | 'continuation' | 'running', prompt: string) => void;

/** Commands typed at a prompt until `exit` or the end of the input; Ctrl-C gives up the line or the command. */
export function* runInteractive(shell: Shell, onPrompt?: PromptListener): Coroutine<number> {
  const input = shell.descriptors.get(0)?.input;
  if (!input) return 0;
  const { process } = shell;
  process.setSignalHandler('INT', 'catch');
  for (const signal of ['QUIT', 'TSTP', 'TERM'] as const) process.setSignalHandler(signal, 'ignore');
  shell.state.options.add('monitor');
  // The terminal's Ctrl-C reaches what runs in front.
  const forward = process.signalArrived.subscribe(() => {
    if (!process.pendingSignals.includes('INT')) return;
    for (const group of shell.foregroundGroups) shell.machine.processes.signalGroup(group, 'INT');
  });
  try {
    for (;;) {
      yield* notifyJobs(shell);
      const text = yield* readCommand(shell, input, onPrompt);
      if (text === undefined) break;
      if (text.trim() === '') continue;
      onPrompt?.('running', '');
      yield* runTyped(shell, text);
    }
  } finally {
    forward();
  }
  if (shell.flavour === 'bash') yield* shell.write(2, 'exit\n');
  return shell.state.lastStatus;
}

/** One command with its further lines; '' when it was given up, undefined at the end of the input. */
function* readCommand(shell: Shell, input: Input, onPrompt?: PromptListener): Coroutine<string | undefined> {
  let text = '';
  for (;;) {
    const prompt = expandPrompt(shell, text === '' ? 'PS1' : 'PS2');
    onPrompt?.(text === '' ? 'prompt' : 'continuation', prompt);
    yield* shell.write(2, prompt);
    const line = yield* readTypedLine(shell, input);
    if (line === 'interrupted') {
      shell.state.lastStatus = INTERRUPTED;
      return '';
    }
    if (line === undefined) return text === '' ? undefined : text;
    text += `${line.text}\n`;
    const parsed = parseScript(text);
    if ((!parsed.ok && parsed.error.incomplete) || /\\\n$/.test(text)) continue;
    return text;
  }
}

/** A line, or that Ctrl-C came instead. */
function* readTypedLine(shell: Shell, input: Input): Coroutine<{ text: string } | 'interrupted' | undefined> {
  const { process } = shell;
  let text = '';
  for (;;) {
    const reading = waitFor([input.readable, process.signalArrived]);
    if (!input.readable.ready) yield* reading;
    if (process.pendingSignals.length > 0) {
      while (process.takeSignal());
      return 'interrupted';
    }
    const piece = yield* input.read();
    if (piece === undefined) return text === '' ? undefined : { text };
    const end = piece.indexOf('\n');
    if (end >= 0) {
      input.unread(piece.slice(end + 1));
      return { text: text + piece.slice(0, end) };
    }
    text += piece;
  }
}

function* runTyped(shell: Shell, text: string): Coroutine<void> {
  let exceeded: keyof StepBudget | undefined;
  const { budget } = shell.usage;
  shell.usage = newUsage(budget, (which) => {
    exceeded = which;
  });
  shell.line = 1;
  try {
    yield* runScriptText(shell, text);
  } catch (error) {
    if (exceeded !== undefined) {
      shell.state.lastStatus = STOPPED;
      yield* shell.write(2, `stopped: a command may use ${String(budget[exceeded])} ${BUDGET_WORDS[exceeded]}\n`);
    } else if (error instanceof InterruptJump) shell.state.lastStatus = INTERRUPTED;
    else if (error instanceof DiscardJump || error instanceof ReturnJump) shell.state.lastStatus = error.status;
    else if (!(error instanceof BreakJump) && !(error instanceof ContinueJump)) throw error;
    shell.loopDepth = 0;
    shell.errexitSuspended = 0;
    shell.depth = 0;
  }
  while (shell.process.takeSignal());
}
