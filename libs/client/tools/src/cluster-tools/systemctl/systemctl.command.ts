import type { Coroutine } from '@seatrial/kernel';
import type { ClusterNode } from '@seatrial/cluster';
import { defineCommand } from '../../command.js';
import type { ParsedArguments } from '../../tool/options.js';
import { toolProgram, type Tool } from '../../tool/tool.js';
import { nodeOf, notSimulated } from '../cluster-tool.js';
import { cat, show } from './unit-content.js';
import { changeEnablement, isEnabled, type EnablementVerb } from './unit-enablement.js';
import { listUnitFiles, listUnits, type ListQuery } from './unit-lists.js';
import { unitName } from './unit-name.js';
import { isActive, isFailed, status, warnStale } from './unit-status.js';

const NOT_LOADED_STATUS = 5;
const STATUS_LINES = 10;
const OPTIONS =
  '-l --full, --no-pager, -q --quiet, --now, -n --lines=, -a --all, -t --type=, --state=, --system, --no-legend, --legend=, ' +
  '-p --property=, -P=, --value, --failed, -f --force, --plain, --no-block, --version, -o --output=';

type JobVerb = 'start' | 'stop' | 'restart';

/** How a job is named that changes what runs. */
const JOBS: Readonly<Record<string, JobVerb>> = {
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  'try-restart': 'restart',
  'reload-or-restart': 'restart',
};

/** Starts, stops or restarts units: systemd's own text for what it cannot. */
export function* change(
  tool: Tool,
  node: ClusterNode,
  names: readonly string[],
  verb: JobVerb,
  said: string = verb,
): Coroutine<number> {
  for (const name of names) {
    const unit = node.services.get(name);
    if (!unit) {
      yield* tool.err(`Failed to ${said} ${unitName(name)}: Unit ${unitName(name)} not found.\n`);
      return NOT_LOADED_STATUS;
    }
    const service = unitName(name);
    if (tool.process.user !== 'root') {
      yield* tool.err(
        `Failed to ${said} ${service}: Interactive authentication required.\nSee system logs and 'systemctl status ${service}' for details.\n`,
      );
      return 1;
    }
    if (unit.enablement === 'masked' && verb !== 'stop') {
      yield* tool.err(`Failed to ${said} ${service}: Unit ${service} is masked.\n`);
      return 1;
    }
    yield* warnStale(tool, node, name);
    if (!node.services.change(unit, verb)) return yield* notSimulated(tool, `${said} ${name}`);
  }
  return 0;
}

function listQuery({ flags, values }: ParsedArguments, patterns: readonly string[]): ListQuery {
  const words = (key: string): string[] => (values.get(key) ?? []).flatMap((text) => text.split(','));
  return {
    types: words('t'),
    states: [...words('state'), ...(flags.has('failed') ? ['failed'] : [])],
    patterns,
    all: flags.has('a'),
    legend: !flags.has('no-legend') && values.get('legend')?.at(-1) !== 'false',
  };
}

/** The verbs that need the names of units. */
function* unitVerb(
  tool: Tool,
  node: ClusterNode,
  verb: string,
  names: readonly string[],
  { flags, values }: ParsedArguments,
): Coroutine<number> {
  switch (verb) {
    case 'status':
      return yield* status(tool, node, names, Number(values.get('n')?.at(-1) ?? STATUS_LINES));
    case 'is-active':
      return yield* isActive(tool, node, names, flags.has('q'));
    case 'is-failed':
      return yield* isFailed(tool, node, names, flags.has('q'));
    case 'is-enabled':
      return yield* isEnabled(tool, node, names);
    case 'cat':
      return yield* cat(tool, node, names);
    case 'reset-failed':
      return 0;
    case 'enable':
    case 'disable':
    case 'mask':
    case 'unmask': {
      const changed = yield* changeEnablement(tool, node, names, verb satisfies EnablementVerb);
      if (changed !== 0 || !flags.has('now') || verb === 'unmask') return changed;
      return yield* change(tool, node, names, verb === 'enable' ? 'start' : 'stop');
    }
    default:
      return yield* change(tool, node, names, JOBS[verb], verb);
  }
}

const UNIT_VERBS = ['status', 'is-active', 'is-failed', 'is-enabled', 'cat', 'reset-failed', 'enable', 'disable', 'mask', 'unmask', ...Object.keys(JOBS)]; // prettier-ignore

/** systemctl of systemd 252 for the units of a node. */
export const systemctl = defineCommand({
  name: 'systemctl',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const node = nodeOf(tool);
    const parsed = yield* tool.options(OPTIONS);
    const [verb = 'list-units', ...names] = parsed.operands;
    if (!node) return yield* notSimulated(tool, verb);
    if (verb === 'daemon-reload' || verb === 'daemon-reexec') {
      if (tool.process.user !== 'root') {
        yield* tool.err('Failed to reload daemon: Interactive authentication required.\n');
        return 1;
      }
      node.services.kubeletUnit?.reload();
      return 0;
    }
    if (verb === 'list-units') return yield* listUnits(tool, node, listQuery(parsed, names));
    if (verb === 'list-unit-files') return yield* listUnitFiles(tool, node, listQuery(parsed, names));
    if (verb === 'show') {
      const only = parsed.values.get('P') ?? [];
      const wanted = [...(parsed.values.get('p') ?? []), ...only].flatMap((text) => text.split(','));
      return yield* show(tool, node, names, wanted, parsed.flags.has('value') || only.length > 0);
    }
    if (!UNIT_VERBS.includes(verb) || (names.length === 0 && verb === 'status')) {
      if (/^[a-z-]+$/.test(verb)) return yield* notSimulated(tool, verb);
      yield* tool.err(`Unknown command verb ${verb}.\n`);
      return 1;
    }
    if (names.length === 0) {
      yield* tool.err('Too few arguments.\n');
      return 1;
    }
    return yield* unitVerb(tool, node, verb, names, parsed);
  }),
});
