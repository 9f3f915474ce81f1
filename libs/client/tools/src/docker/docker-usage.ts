import type { DockerCommand } from './docker-command.js';
import { DockerFailure } from './docker-failure.js';

/* How the client and its compose plugin tell that a command was called wrongly (cli/required.go and cli/cobra.go of docker/cli v28.5; cobra's own texts). */

const isCompose = (path: string): boolean => /^docker[ -]compose\b/.test(path);

const useLine = (path: string, { usage }: DockerCommand): string => (usage === '' ? path : `${path} ${usage}`);

/** A flag that is not known or has a wrong value. */
export function flagFailure(path: string, command: DockerCommand, problem: string): DockerFailure {
  if (isCompose(path)) return new DockerFailure(problem);
  const text = `${problem}\n\nUsage:  ${useLine(path, command)}\n\nRun '${path} --help' for more information`;
  return new DockerFailure(text, 125);
}

/** A word where a group has no such command. */
export function unknownCommand(path: string, command: DockerCommand, name: string): DockerFailure {
  const usage = path === 'docker' ? '' : `Usage:  ${useLine(path, command)}\n\n`;
  return new DockerFailure(
    `docker: unknown command: ${path} ${name}\n\n${usage}Run '${path} --help' for more information`,
  );
}

const plural = (count: number): string => `${count} ${count === 1 ? 'argument' : 'arguments'}`;

/** What a command demands, and how it points at its help; two of the words are the real ones. */
function demandOf(minimum: number, maximum: number): readonly [demand: string, pointer: string] {
  if (maximum === 0) return ['accepts no arguments', 'Run'];
  if (minimum === maximum) return [`requires ${plural(minimum)}`, 'Run'];
  if (maximum === Infinity) return [`requires at least ${plural(minimum)}`, 'See'];
  if (minimum === 0) return [`requires at most ${plural(maximum)}`, 'SRun'];
  return [`requires at least ${minimum} and at most ${plural(maximum)}`, 'Run'];
}

/** Compose's commands that count as the client does. */
const COUNTED_BY_DOCKER: ReadonlySet<string> = new Set(['cp', 'wait']);

function cobraDemand(path: string, minimum: number, maximum: number, args: readonly string[]): string {
  const count = args.length;
  if (maximum === 0) return `unknown command ${JSON.stringify(args[0])} for ${JSON.stringify(path)}`;
  if (maximum === Infinity) return `requires at least ${minimum} arg(s), only received ${count}`;
  if (minimum === 0) return `accepts at most ${maximum} arg(s), received ${count}`;
  return `accepts between ${minimum} and ${maximum} arg(s), received ${count}`;
}

/** Why a command does not take so many arguments. */
export function argumentFailure(
  path: string,
  command: DockerCommand,
  args: readonly string[],
): DockerFailure | undefined {
  const { minimum = 0, maximum = Infinity } = command;
  if (args.length >= minimum && args.length <= maximum) return undefined;
  if (isCompose(path) && !COUNTED_BY_DOCKER.has(command.name))
    return new DockerFailure(cobraDemand(path, minimum, maximum, args));
  const [demand, pointer] = demandOf(minimum, maximum);
  return new DockerFailure(
    `docker: '${path}' ${demand}\n\nUsage:  ${useLine(path, command)}\n\n${pointer} '${path} --help' for more information`,
  );
}
