import type { ClusterNode, NodeService } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../../tool/tool.js';
import { notSimulated } from '../cluster-tool.js';
import { unitName } from './unit-name.js';
import { stateOf, warnStale } from './unit-status.js';

/** Where systemd says a unit's file is: Debian looks into /lib first. */
const shownPath = (path: string): string =>
  path.startsWith('/usr/lib/systemd/system/') && !path.endsWith('.conf') ? path.slice('/usr'.length) : path;

/** `systemctl cat UNIT…`: a unit's files as they are on disk. */
export function* cat(tool: Tool, node: ClusterNode, names: readonly string[]): Coroutine<number> {
  let first = true;
  for (const name of names) {
    const unit = node.services.get(name);
    if (!unit) {
      yield* tool.err(`No files found for ${unitName(name)}.\n`);
      return 1;
    }
    yield* warnStale(tool, node, name);
    const files = unit.name === 'kubelet' ? (node.services.kubeletUnit?.files ?? []) : [[unit.unitFile, ''] as const];
    for (const [path] of files) {
      const read = tool.readFile(path);
      if (!read.ok) return yield* notSimulated(tool, `cat ${name}`);
      yield* tool.out(`${first ? '' : '\n'}# ${shownPath(path)}\n${read.value}`);
      first = false;
    }
  }
  return 0;
}

/** The properties that `systemctl show -p` is asked for. */
function properties(unit: NodeService): Readonly<Record<string, string>> {
  const [active, sub] = stateOf(unit);
  const failing = unit.restarting === true;
  return {
    ActiveState: active,
    Description: unit.description,
    Documentation: unit.documentation,
    DropInPaths: unit.dropIn ? `/usr/lib/systemd/system/${unit.name}.service.d/${unit.dropIn}` : '',
    ExecMainPID: String(unit.mainPid),
    ExecMainStatus: failing ? (unit.exit ?? '1').replace(/\/.*/, '') : '0',
    FragmentPath: unit.enablement === 'masked' ? '/etc/systemd/system/' + unitName(unit.name) : unit.unitFile,
    Id: unitName(unit.name),
    LoadState: unit.enablement === 'masked' ? 'masked' : 'loaded',
    MainPID: unit.active ? String(unit.mainPid) : '0',
    Names: unitName(unit.name),
    Restart: 'always',
    Result: failing ? 'exit-code' : 'success',
    SubState: sub,
    Type: unit.name === 'kubelet' ? 'simple' : 'notify',
    UnitFilePreset: 'enabled',
    UnitFileState: unit.enablement,
  };
}

const MISSING: Readonly<Record<string, string>> = { ActiveState: 'inactive', LoadState: 'not-found', SubState: 'dead', MainPID: '0' }; // prettier-ignore

/** `systemctl show UNIT… -p NAME[,NAME]`; all properties are not known here. */
export function* show(
  tool: Tool,
  node: ClusterNode,
  names: readonly string[],
  wanted: readonly string[],
  valueOnly: boolean,
): Coroutine<number> {
  if (wanted.length === 0 || names.length === 0) return yield* notSimulated(tool, 'show without -p');
  for (const [index, name] of names.entries()) {
    const unit = node.services.get(name);
    const known = unit ? properties(unit) : { ...MISSING, Id: unitName(name), Names: unitName(name) };
    const unknown = wanted.find((property) => !Object.hasOwn(known, property));
    if (unknown !== undefined && unit) return yield* notSimulated(tool, `show -p ${unknown}`);
    const shown = wanted
      .filter((property) => Object.hasOwn(known, property))
      .map((property) => (valueOnly ? `${known[property]}\n` : `${property}=${known[property]}\n`));
    yield* tool.out((index > 0 ? '\n' : '') + shown.join(''));
  }
  return 0;
}
