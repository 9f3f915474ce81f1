import { compareStrings, type Coroutine } from '@seatrial/kernel';
import {
  defineDockerCommand,
  forEachArgument,
  notSimulated,
  type DockerCall,
  type DockerCommand,
} from '../docker-command.js';
import { formatListing, type Listing } from './docker-format.js';
import { confirmed } from './prune.commands.js';

/** What networks and volumes have in common: `docker network …` and `docker volume …` differ in this only. */
export interface ObjectKind {
  readonly noun: 'network' | 'volume';
  /** What follows the group's name in its usage line. */
  readonly usage: string;
  /** Cobra's usage of `create`, its flags, and whether it needs a name. */
  readonly create: {
    readonly usage: string;
    readonly flags: string;
    /** Flags that are not followed. */
    readonly unfollowed: string;
    readonly named: boolean;
    /** Makes one; gives what is printed. */
    readonly run: (call: DockerCall) => string;
  };
  readonly list: Pick<Listing, 'columns' | 'type'> & {
    /** The column that `--quiet` prints. */
    readonly key: string;
    readonly flags: string;
    readonly unfollowed: string;
    /** Rows of those whose name one of the filters wants; all of them without filters. */
    readonly rows: (call: DockerCall, wanted: (name: string) => boolean) => Listing['rows'];
  };
  readonly remove: { readonly usage: string; readonly run: (call: DockerCall, reference: string) => void };
  readonly prune: {
    readonly short: string;
    readonly flags: string;
    /** What it asks about first. */
    readonly warning: (call: DockerCall) => string;
    /** Removes what nobody uses; gives the names. */
    readonly run: (call: DockerCall) => readonly string[];
    /** What is printed at the end. */
    readonly summary: string;
  };
  readonly inspect: DockerCommand;
  /** Commands that the other kind has none of. */
  readonly more?: readonly DockerCommand[];
}

const capitalized = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** `--filter name=…`; other filters are not simulated. */
function nameFilter(call: DockerCall, noun: string): (name: string) => boolean {
  const names = call.flags.list('filter').map((filter) => {
    if (!filter.startsWith('name=')) notSimulated(call.process, `docker ${noun} ls --filter ${filter}`);
    return filter.slice(5);
  });
  return (name) => names.length === 0 || names.some((wanted) => name.includes(wanted));
}

function* prune(call: DockerCall, { noun, prune: pruning }: ObjectKind): Coroutine<number> {
  if (!(yield* confirmed(call, pruning.warning(call)))) return 0;
  const names = pruning.run(call);
  const deleted = names.length > 0 ? `Deleted ${capitalized(noun)}s:\n${names.join('\n')}\n\n` : '';
  yield* call.out(deleted + pruning.summary);
  return 0;
}

/** `docker network` or `docker volume` with its commands. */
export function objectCommands(kind: ObjectKind): DockerCommand {
  const { noun, create, list, remove } = kind;
  const commands = [
    defineDockerCommand({
      name: 'create',
      usage: create.usage,
      short: `Create a ${noun}`,
      flags: create.flags,
      unfollowed: create.unfollowed,
      minimum: create.named ? 1 : 0,
      maximum: 1,
      *run(call) {
        yield* call.out(`${create.run(call)}\n`);
        return 0;
      },
    }),
    kind.inspect,
    defineDockerCommand({
      name: 'ls',
      aliases: ['list'],
      usage: '[OPTIONS]',
      short: `List ${noun}s`,
      flags: list.flags,
      unfollowed: list.unfollowed,
      maximum: 0,
      *run(call) {
        const rows = list.rows(call, nameFilter(call, noun));
        const quiet = { on: call.flags.on('quiet'), field: list.key };
        yield* call.out(
          formatListing({ columns: list.columns, type: list.type, rows, quiet, format: call.flags.value('format') }),
        );
        return 0;
      },
    }),
    defineDockerCommand({
      name: 'prune',
      usage: '[OPTIONS]',
      short: kind.prune.short,
      flags: kind.prune.flags,
      maximum: 0,
      run: (call) => prune(call, kind),
    }),
    defineDockerCommand({
      name: 'rm',
      aliases: ['remove'],
      usage: remove.usage,
      short: `Remove one or more ${noun}s`,
      flags: '-f --force',
      minimum: 1,
      *run(call) {
        return yield* forEachArgument(call, function* (reference) {
          remove.run(call, reference);
          yield* call.out(`${reference}\n`);
        });
      },
    }),
  ];
  commands.push(...(kind.more ?? []));
  commands.sort((a, b) => compareStrings(a.name, b.name));
  return defineDockerCommand({ name: noun, usage: kind.usage, short: `Manage ${noun}s`, commands });
}
