import type { Coroutine } from '@seatrial/kernel';
import type { ClusterNode, NodeService } from '@seatrial/cluster';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { nodeOf, notSimulated } from './cluster-tool.js';
import { shortLine } from './journal/journal-entry.js';
import { journalOf } from './journal/unit-log.js';

const INACTIVE_STATUS = 3;
const NOT_FOUND_STATUS = 4;
const NOT_LOADED_STATUS = 5;

/** How the kubelet's unit starts it (kubernetes/release, 10-kubeadm.conf). */
const COMMAND =
  '/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS';
const STATUS_LINES = 10;

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
  const failing = unit.restarting === true;
  const state = unit.active
    ? `active (running) ${since}`
    : failing
      ? `activating (auto-restart) (Result: exit-code) ${since}`
      : `inactive (dead) ${since}`;
  const ended = failing ? '1/FAILURE' : '0/SUCCESS';
  const pid = unit.active
    ? `   Main PID: ${unit.mainPid} (${unit.name})\n`
    : `    Process: ${unit.mainPid} ExecStart=${COMMAND} (code=exited, status=${ended})\n   Main PID: ${unit.mainPid} (code=exited, status=${ended})\n`;
  return `${unit.active || failing ? '●' : '○'} ${unit.name}.service - ${unit.description}
     Loaded: loaded (${unit.unitFile}; enabled; preset: enabled)
${dropIn}     Active: ${state}
       Docs: ${unit.documentation}
${pid}`;
}

function* status(tool: Tool, node: ClusterNode, names: readonly string[], lines: number): Coroutine<number> {
  let worst = 0;
  for (const [index, name] of names.entries()) {
    const unit = node.services.get(name);
    if (!unit) {
      yield* tool.err(`Unit ${unitName(name)} could not be found.\n`);
      worst = NOT_FOUND_STATUS;
      continue;
    }
    yield* tool.out((index > 0 ? '\n' : '') + statusText(unit, tool.machine.simulation.now()));
    const log = lines === 0 ? [] : journalOf(node, name).slice(-lines);
    if (log.length > 0) yield* tool.out(`\n${log.map((entry) => shortLine(entry, node.node.name)).join('')}`);
    if (!unit.active && worst === 0) worst = INACTIVE_STATUS;
  }
  return worst;
}

function* isActive(tool: Tool, node: ClusterNode, names: readonly string[], quiet: boolean): Coroutine<number> {
  const units = names.map((name) => node.services.get(name));
  const states = units.map((unit) => (unit?.active ? 'active' : unit?.restarting ? 'activating' : 'inactive'));
  if (!quiet) yield* tool.out(states.map((state) => `${state}\n`).join(''));
  return states.includes('active') ? 0 : INACTIVE_STATUS;
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
    const { operands, flags, values } = yield* tool.options(
      '-l --full, --no-pager, -q --quiet, --now, -n --lines=, -a --all, -t --type=, --state=, --system, --no-legend',
    );
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
    if (verb === 'status') return yield* status(tool, node, names, Number(values.get('n')?.at(-1) ?? STATUS_LINES));
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
