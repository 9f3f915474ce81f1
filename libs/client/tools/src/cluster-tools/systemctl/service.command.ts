import { defineCommand } from '../../command.js';
import { runToEnd } from '../../system/run-to-end.js';
import { toolProgram } from '../../tool/tool.js';

const USAGE = 'Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n';
const VERBS: Readonly<Record<string, string>> = { 'force-reload': 'restart', reload: 'reload' };

/** sysvinit-utils' `service`: systemctl's verbs with the words turned round. */
export const service = defineCommand({
  name: 'service',
  userlands: ['gnu'],
  paths: ['/usr/sbin/service'],
  program: toolProgram(function* (tool) {
    const [name, verb] = tool.args;
    if (name === '--version') {
      yield* tool.out('service ver. 1.65.2\n');
      return 0;
    }
    if (name === undefined || verb === undefined || name.startsWith('-')) {
      yield* tool.err(USAGE);
      return 1;
    }
    const asked = VERBS[verb] ?? verb;
    return yield* runToEnd(tool, ['systemctl', asked, `${name}.service`], {});
  }),
});
