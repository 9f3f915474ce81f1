import { reportUnsupported, type Coroutine, type Process } from '@seatrial/kernel';
import { klogLine } from '@seatrial/schema';
import { slashDate } from '../../server/http-dates.js';

/** What a subcommand of agnhost was started with. */
export interface AgnhostCall {
  readonly process: Process;
  /** The image's release, as the number after `2.`. */
  readonly minor: number;
  /** Values by the flags' names, defaults among them. */
  readonly flags: ReadonlyMap<string, string>;
  readonly args: readonly string[];
  /** A line as Go's log package writes it. */
  readonly line: (text: string) => string;
  readonly log: (text: string) => Coroutine<boolean>;
}

/** A subcommand: its flags with their defaults (a boolean's is `true` or `false`), and what it does. */
export interface AgnhostCommand {
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  run(call: AgnhostCall): Coroutine<number>;
}

/** Says that something of agnhost is not simulated. */
export function* notSimulated({ machine, stderr }: Process, what: string): Coroutine<number> {
  reportUnsupported(machine, `agnhost ${what}`);
  yield* stderr.write(`agnhost: ${what} is not simulated here\n`);
  return 1;
}

interface Words {
  readonly flags: ReadonlyMap<string, string>;
  readonly args: readonly string[];
  readonly unknown?: string;
}

/** Reads flags as pflag does: `--name=value`, `--name value`, a boolean's name alone; the rest are arguments. */
function readWords(words: readonly string[], known: AgnhostCommand['flags']): Words {
  const flags = new Map(Object.entries(known));
  const args: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === '--') return { flags, args: [...args, ...words.slice(index + 1)] };
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined && !word.startsWith('-')) args.push(word);
    else if (name === undefined || !Object.hasOwn(known, name)) return { flags, args, unknown: word };
    else if (value !== undefined) flags.set(name, value);
    else if (known[name] === 'true' || known[name] === 'false') flags.set(name, 'true');
    else flags.set(name, words[++index] ?? '');
  }
  return { flags, args };
}

/** From this release on agnhost's main function is component-base's, which has Go's log package write klog's lines. */
const FIRST_WITH_KLOG = 34;
/** From this release on it is built with Go 1.21 or later, where log.go has other lines. */
const FIRST_WITH_GO_1_21 = 45;

function logLine(process: Process, minor: number, text: string): string {
  const now = process.machine.simulation.now();
  if (minor < FIRST_WITH_KLOG) return `${slashDate(now)} ${text}\n`;
  return `${klogLine(now, 'I', `log.go:${minor < FIRST_WITH_GO_1_21 ? 195 : 245}`, text, process.pid)}\n`;
}

/** Runs a subcommand with the words after its name. */
export function* runCommand(command: AgnhostCommand, process: Process, minor: number): Coroutine<number> {
  const { flags, args, unknown } = readWords(process.argv.slice(2), command.flags);
  if (unknown !== undefined) return yield* notSimulated(process, `${command.name} ${unknown}`);
  return yield* command.run({
    process,
    minor,
    flags,
    args,
    line: (text) => logLine(process, minor, text),
    log: (text) => process.stderr.write(logLine(process, minor, text)),
  });
}

/** A server that cannot have its port: what Go's log.Fatal says of it. */
export const portTaken = (port: number): string => `listen tcp :${port}: bind: address already in use`;
