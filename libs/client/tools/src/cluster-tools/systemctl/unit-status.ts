import type { ClusterNode, NodeService } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import type { Tool } from '../../tool/tool.js';
import { shortLine } from '../journal/journal-entry.js';
import { journalOf } from '../journal/unit-log.js';
import { unitName } from './unit-name.js';

const INACTIVE_STATUS = 3;
const NOT_FOUND_STATUS = 4;

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

/** What `systemctl show` calls the state of a unit and its part. */
export function stateOf({ active, restarting }: NodeService): readonly [active: string, sub: string] {
  if (active) return ['active', 'running'];
  if (restarting === true) return ['activating', 'auto-restart'];
  return ['inactive', 'dead'];
}

/** `loaded (file; enabled; preset: enabled)`, or masked. */
function loadedText({ enablement, unitFile, name }: NodeService): string {
  return enablement === 'masked'
    ? `masked (Reason: Unit ${name}.service is masked.)`
    : `loaded (${unitFile}; ${enablement}; preset: enabled)`;
}

/** What its command was run as, of a unit that has ended. */
const startOf = ({ name }: NodeService, { services }: ClusterNode): string =>
  (name === 'kubelet' ? services.kubeletUnit?.execStart : undefined) ?? `/usr/bin/${name}`;

function statusText(unit: NodeService, node: ClusterNode, now: number): string {
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
  const ended = failing ? (unit.exit ?? '1/FAILURE') : '0/SUCCESS';
  const pid = unit.active
    ? `   Main PID: ${unit.mainPid} (${unit.name})\n`
    : `    Process: ${unit.mainPid} ExecStart=${startOf(unit, node)} (code=exited, status=${ended})\n   Main PID: ${unit.mainPid} (code=exited, status=${ended})\n`;
  return `${unit.active || failing ? '●' : '○'} ${unit.name}.service - ${unit.description}
     Loaded: ${loadedText(unit)}
${dropIn}     Active: ${state}
       Docs: ${unit.documentation}
${pid}`;
}

/** What systemd warns of when it has other files loaded than those on disk. */
export function* warnStale(tool: Tool, { services }: ClusterNode, name: string): Coroutine<void> {
  if (unitName(name) === 'kubelet.service' && services.kubeletUnit?.isStale === true)
    yield* tool.err(
      "Warning: The unit file, source configuration file or drop-ins of kubelet.service changed on disk. Run 'systemctl daemon-reload' to reload units.\n",
    );
}

/** `systemctl status UNIT…`. */
export function* status(tool: Tool, node: ClusterNode, names: readonly string[], lines: number): Coroutine<number> {
  let worst = 0;
  for (const [index, name] of names.entries()) {
    const unit = node.services.get(name);
    if (!unit) {
      yield* tool.err(`Unit ${unitName(name)} could not be found.\n`);
      worst = NOT_FOUND_STATUS;
      continue;
    }
    yield* tool.out((index > 0 ? '\n' : '') + statusText(unit, node, tool.machine.simulation.now()));
    const log = lines === 0 ? [] : journalOf(node, name).slice(-lines);
    if (log.length > 0) yield* tool.out(`\n${log.map((entry) => shortLine(entry, node.node.name)).join('')}`);
    yield* warnStale(tool, node, name);
    if (!unit.active && worst === 0) worst = INACTIVE_STATUS;
  }
  return worst;
}

/** `systemctl is-active UNIT…`. */
export function* isActive(tool: Tool, node: ClusterNode, names: readonly string[], quiet: boolean): Coroutine<number> {
  const units = names.map((name) => node.services.get(name));
  const states = units.map((unit) => (unit ? stateOf(unit)[0] : 'inactive'));
  if (!quiet) yield* tool.out(states.map((state) => `${state}\n`).join(''));
  return states.includes('active') ? 0 : INACTIVE_STATUS;
}

/** `systemctl is-failed UNIT…`: a unit that is to be started again is not failed. */
export function* isFailed(tool: Tool, node: ClusterNode, names: readonly string[], quiet: boolean): Coroutine<number> {
  const units = names.map((name) => node.services.get(name));
  if (!quiet) yield* tool.out(units.map((unit) => `${unit ? stateOf(unit)[0] : 'inactive'}\n`).join(''));
  return 1;
}
