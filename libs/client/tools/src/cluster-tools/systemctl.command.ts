import { reportUnsupported, type Coroutine } from '@seatrial/kernel';
import type { ClusterNode, NodeService } from '@seatrial/cluster';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { nodeOf, notSimulated } from './cluster-tool.js';

const INACTIVE_STATUS = 3;
const NOT_FOUND_STATUS = 4;
const NOT_LOADED_STATUS = 5;

const unitName = (name: string): string => (name.includes('.') ? name : `${name}.service`);

/** A time span as systemd says it: its two greatest units. */
function spanText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const parts: string[] = [];
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  let left = seconds;
  for (const [unit, size] of units) {
    if (left >= size && parts.length < 2) parts.push(`${Math.floor(left / size)}${unit}`);
    left %= size;
  }
  return seconds >= 60 && seconds < 86_400 && parts[0].endsWith('min') && seconds >= 600
    ? parts[0]
    : parts.join(' ') || '0s';
}

function statusText(unit: NodeService, now: number): string {
  const since = `since ${formatDate('%a %Y-%m-%d %H:%M:%S UTC', unit.since)}; ${spanText(now - unit.since)} ago`;
  const dropIn = unit.dropIn
    ? `    Drop-In: /usr/lib/systemd/system/${unit.name}.service.d\n             └─${unit.dropIn}\n`
    : '';
  const state = unit.active ? `active (running) ${since}` : `inactive (dead) ${since}`;
  const pid = unit.active
    ? `   Main PID: ${unit.mainPid} (${unit.name})\n`
    : `   Main PID: ${unit.mainPid} (code=exited, status=0/SUCCESS)\n`;
  return `${unit.active ? '●' : '○'} ${unit.name}.service - ${unit.description}
     Loaded: loaded (${unit.unitFile}; enabled; preset: enabled)
${dropIn}     Active: ${state}
       Docs: ${unit.documentation}
${pid}`;
}

function* status(tool: Tool, node: ClusterNode, names: readonly string[]): Coroutine<number> {
  let worst = 0;
  for (const [index, name] of names.entries()) {
    const unit = node.services.get(name);
    if (!unit) {
      yield* tool.err(`Unit ${unitName(name)} could not be found.\n`);
      worst = NOT_FOUND_STATUS;
      continue;
    }
    yield* tool.out((index > 0 ? '\n' : '') + statusText(unit, tool.machine.simulation.now()));
    if (!unit.active && worst === 0) worst = INACTIVE_STATUS;
  }
  return worst;
}

function* isActive(tool: Tool, node: ClusterNode, names: readonly string[], quiet: boolean): Coroutine<number> {
  const states = names.map((name) => node.services.get(name)?.active === true);
  if (!quiet) yield* tool.out(states.map((active) => (active ? 'active\n' : 'inactive\n')).join(''));
  return states.some((active) => active) ? 0 : INACTIVE_STATUS;
}

function* isEnabled(tool: Tool, node: ClusterNode, names: readonly string[]): Coroutine<number> {
  for (const name of names) {
    if (node.services.get(name)) {
      yield* tool.out('enabled\n');
      continue;
    }
    yield* tool.err(`Failed to get unit file state for ${unitName(name)}: No such file or directory\n`);
    return 1;
  }
  return 0;
}

function* change(
  tool: Tool,
  node: ClusterNode,
  names: readonly string[],
  verb: 'start' | 'stop' | 'restart',
): Coroutine<number> {
  for (const name of names) {
    const unit = node.services.get(name);
    if (!unit) {
      yield* tool.err(`Failed to ${verb} ${unitName(name)}: Unit ${unitName(name)} not found.\n`);
      return NOT_LOADED_STATUS;
    }
    if (tool.process.user !== 'root') {
      const service = unitName(name);
      yield* tool.err(
        `Failed to ${verb} ${service}: Interactive authentication required.\nSee system logs and 'systemctl status ${service}' for details.\n`,
      );
      return 1;
    }
    if (!node.services.change(unit, verb)) return yield* notSimulated(tool, `${verb} ${name}`);
  }
  return 0;
}

/** systemctl of systemd 252 for the units of a node. */
export const systemctl = defineCommand({
  name: 'systemctl',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const node = nodeOf(tool);
    const { operands, flags } = yield* tool.options('-l --full, --no-pager, -q --quiet, --now, -n --lines=, -a --all, -t --type=, --state=, --system, --no-legend'); // prettier-ignore
    const [verb, ...names] = operands;
    if (!node || verb === undefined) return yield* notSimulated(tool, verb ?? '');
    if (verb === 'daemon-reload') return 0;
    const known = ['status', 'is-active', 'is-enabled', 'start', 'stop', 'restart', 'enable'];
    if (!known.includes(verb) || (names.length === 0 && verb === 'status')) {
      if (!/^[a-z-]+$/.test(verb)) {
        yield* tool.err(`Unknown command verb ${verb}.\n`);
        return 1;
      }
      return yield* notSimulated(tool, verb);
    }
    if (names.length === 0) {
      yield* tool.err('Too few arguments.\n');
      return 1;
    }
    if (verb === 'status') return yield* status(tool, node, names);
    if (verb === 'is-active') return yield* isActive(tool, node, names, flags.has('q'));
    if (verb === 'is-enabled') return yield* isEnabled(tool, node, names);
    if (verb === 'enable') {
      const missing = names.find((name) => !node.services.get(name));
      if (missing === undefined) return flags.has('now') ? yield* change(tool, node, names, 'start') : 0;
      yield* tool.err(`Failed to enable unit: Unit file ${unitName(missing)} does not exist.\n`);
      return 1;
    }
    return yield* change(tool, node, names, verb as 'start' | 'stop' | 'restart');
  }),
});

/** journalctl: systemd's own lines of a unit; what the unit itself logged is not simulated, and said so. */
export const journalctl = defineCommand({
  name: 'journalctl',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { values } = yield* tool.options('-u --unit=, -n --lines=?, -f --follow, -x --catalog, -e --pager-end, -r --reverse, --no-pager, -b --boot=?, --since=, --until=, -o --output=, -k --dmesg, -p --priority='); // prettier-ignore
    const node = nodeOf(tool);
    const [name] = values.get('u') ?? [];
    const unit = name === undefined ? undefined : node?.services.get(name);
    if (!node || name === undefined) return yield* notSimulated(tool, 'without a unit of the node');
    if (!unit) {
      yield* tool.out('-- No entries --\n');
      return 0;
    }
    const host = `${formatDate('%b %d %H:%M:%S', unit.since)} ${node.node.name} systemd[1]`;
    yield* tool.out(`${host}: ${unit.active ? 'Started' : 'Stopped'} ${unit.name}.service - ${unit.description}.\n`);
    reportUnsupported(tool.machine, `journalctl -u ${unit.name} (what it logged itself)`);
    yield* tool.complain(`the log of ${unit.name} itself is not simulated`);
    return 1;
  }),
});
