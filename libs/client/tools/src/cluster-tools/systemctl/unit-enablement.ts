import type { ClusterNode, NodeService } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../../tool/tool.js';
import { unitName } from './unit-name.js';

export type EnablementVerb = 'enable' | 'disable' | 'mask' | 'unmask';

const WANTS = '/etc/systemd/system/multi-user.target.wants';

/** `systemctl is-enabled UNIT…`. */
export function* isEnabled(tool: Tool, node: ClusterNode, names: readonly string[]): Coroutine<number> {
  let status = 0;
  for (const name of names) {
    const unit = node.services.get(name);
    if (!unit) {
      yield* tool.err(`Failed to get unit file state for ${unitName(name)}: No such file or directory\n`);
      return 1;
    }
    yield* tool.out(`${unit.enablement}\n`);
    if (unit.enablement !== 'enabled') status = 1;
  }
  return status;
}

/** What is said of the links that a change of a unit makes and removes (systemd's unit-file-changes). */
function changeText({ name, unitFile, enablement }: NodeService, verb: EnablementVerb): string {
  const own = `/etc/systemd/system/${name}.service`;
  if (verb === 'mask') return enablement === 'masked' ? '' : `Created symlink ${own} → /dev/null.\n`;
  if (verb === 'unmask') return enablement === 'masked' ? `Removed "${own}".\n` : '';
  if (verb === 'enable')
    return enablement === 'enabled' ? '' : `Created symlink ${WANTS}/${name}.service → ${unitFile}.\n`;
  return enablement === 'enabled' ? `Removed "${WANTS}/${name}.service".\n` : '';
}

const AFTER: Readonly<Record<EnablementVerb, NodeService['enablement']>> = {
  enable: 'enabled',
  disable: 'disabled',
  mask: 'masked',
  unmask: 'enabled',
};

/** `systemctl enable|disable|mask|unmask UNIT…`; 0 when all were changed. */
export function* changeEnablement(
  tool: Tool,
  node: ClusterNode,
  names: readonly string[],
  verb: EnablementVerb,
): Coroutine<number> {
  for (const name of names) {
    const unit = node.services.get(name);
    if (tool.process.user !== 'root') {
      yield* tool.err(`Failed to ${verb} unit: Access denied\n`);
      return 1;
    }
    if (!unit) {
      yield* tool.err(
        verb === 'mask'
          ? `Unit ${unitName(name)} does not exist, proceeding anyway.\nCreated symlink /etc/systemd/system/${unitName(name)} → /dev/null.\n`
          : verb === 'unmask'
            ? `Unit ${unitName(name)} does not exist, proceeding anyway.\n`
            : `Failed to ${verb} unit: Unit file ${unitName(name)} does not exist.\n`,
      );
      if (verb === 'mask' || verb === 'unmask') continue;
      return 1;
    }
    if (unit.enablement === 'masked' && verb === 'enable') {
      yield* tool.err(`Failed to enable unit: Unit file /etc/systemd/system/${unitName(name)} is masked.\n`);
      return 1;
    }
    yield* tool.err(changeText(unit, verb));
    if (unit.enablement !== 'masked' || verb === 'unmask') node.services.setEnablement(unit, AFTER[verb]);
  }
  return 0;
}
