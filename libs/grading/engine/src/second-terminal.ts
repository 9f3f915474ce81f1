import type { PlannedCommand } from './submission-plan.js';

/** A command that a student left running in a terminal of its own. */
export interface LeftRunning {
  /** Runs it without waiting for it. */
  readonly script: (command: string) => string;
  /** The command after which nothing uses it any more, by its index. */
  readonly until: number;
  /** Ends it. */
  readonly stop: string;
}

const PROXY_PORT = '8001';
const SERVES = /^\s*(?:sudo\s+)?(?:kubectl|k|oc)\s+(?:[^|;&\n]*\s)?(port-forward|proxy)(?:\s([^|;&<>\n]*))?$/;

/** The local ports that a command serves until Ctrl-C, and its words from the verb on; undefined when it is no such command. */
function serves(text: string): { readonly ports: readonly string[]; readonly words: string } | undefined {
  const [, verb, rest = ''] = SERVES.exec(text.trim()) ?? [];
  if (verb === undefined) return undefined;
  const words = `${verb} ${rest}`.trim();
  if (verb === 'proxy') return { ports: [/(?:--port[= ]|-p\s*)(\d+)/.exec(rest)?.[1] ?? PROXY_PORT], words };
  const ports = rest.split(/\s+/).flatMap((word) => /^(\d{1,5})(?::\w+)?$/.exec(word)?.[1] ?? []);
  return ports.length === 0 ? undefined : { ports, words };
}

/** Whether a command listens on one of the ports itself. */
const takes = ({ text }: PlannedCommand, ports: readonly string[]): boolean =>
  ports.some(
    (port) =>
      serves(text)?.ports.includes(port) === true ||
      new RegExp(`\\s(?:-p|--publish)[ =]?(?:[\\d.]+:)?${port}:`).test(text),
  );

const connectsTo = ({ text, input = [] }: PlannedCommand, port: string): boolean =>
  [text, ...input].some((line) => new RegExp(`\\b(?:localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0):${port}\\b`).test(line));

/**
 * `kubectl port-forward` and `kubectl proxy` in front, to which later commands connect: they were typed at another
 * terminal. Without a sign of that (a use, or a connection in the pasted output) the command ends at Ctrl-C, as shown.
 */
export function findLeftRunning(commands: readonly PlannedCommand[]): ReadonlyMap<number, LeftRunning> {
  const found = new Map<number, LeftRunning>();
  for (const [index, command] of commands.entries()) {
    const served = serves(command.text);
    if (!served || (command.interrupted && !/^Handling connection for/m.test(command.output ?? ''))) continue;
    const later = commands.slice(index + 1);
    const again = later.findIndex((one) => takes(one, served.ports));
    const last = later
      .slice(0, again < 0 ? undefined : again)
      .findLastIndex((one) => served.ports.some((port) => connectsTo(one, port)));
    if (last < 0) continue;
    found.set(index, {
      // A second for what it prints when it begins.
      script: (text) => `(\n${text} &\n)\nsleep 1`,
      until: index + 1 + last,
      stop: `pkill -INT -f '${served.words.replace(/[^\w]+/g, '.+')}'`,
    });
  }
  return found;
}
