import type { Coroutine } from '@seatrial/kernel';
import { defineCommand, type CommandDefinition } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { nodeOf, notSimulated } from './cluster-tool.js';

/** From the command's end to the machine's. */
const DOWN_MS = 1000;

/** Takes the machine down, and up again for a reboot; the student's own machine stays. */
function* down(tool: Tool, again: boolean): Coroutine<number> {
  const node = nodeOf(tool);
  if (!node) return yield* notSimulated(tool, 'here');
  if (tool.process.user !== 'root') {
    yield* tool.err(
      'Failed to set wall message, ignoring: Interactive authentication required.\nFailed to call PowerOff in logind: Interactive authentication required.\n',
    );
    return 1;
  }
  const { failures, node: profile, profile: cluster } = node;
  if (cluster.nodes[0].name === profile.name) return yield* notSimulated(tool, "of the student's own machine");
  tool.machine.simulation.after(DOWN_MS, () => {
    failures.begin(profile.name, 'powered-off');
    if (again) failures.end(profile.name, 'powered-off');
  });
  return 0;
}

const power = (name: string, again: boolean, options: string): CommandDefinition =>
  defineCommand({
    name,
    userlands: ['gnu'],
    program: toolProgram(function* (tool) {
      yield* tool.options(options);
      return yield* down(tool, again);
    }),
  });

const OPTIONS = '-f --force, -p --poweroff, -w --wtmp-only, -d --no-wtmp, --no-wall, --halt, --reboot';

export const halt = power('halt', false, OPTIONS);
export const poweroff = power('poweroff', false, OPTIONS);
export const reboot = power('reboot', true, OPTIONS);

/** shutdown of systemd 252: at once; a later time is not simulated. */
export const shutdown = defineCommand({
  name: 'shutdown',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options('-H --halt, -P --poweroff, -r --reboot, -h, -k, -c, --no-wall');
    const [time = '+1'] = operands;
    if (flags.has('c') || flags.has('k') || (time !== 'now' && time !== '+0'))
      return yield* notSimulated(tool, operands.join(' ') || 'in a minute');
    return yield* down(tool, flags.has('r'));
  }),
});
