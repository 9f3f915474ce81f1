import { sleep } from '@seatrial/kernel';
import { copyCommand } from '../commands/inside.commands.js';
import { signalOf } from '../commands/lifecycle.commands.js';
import type { DockerCommand } from '../docker-command.js';
import { running } from './inspect.commands.js';
import { projectCommand } from './project-command.js';

const FREEZE_MS = 20;

function freezer(name: 'pause' | 'unpause', done: string): DockerCommand {
  const short = name === 'pause' ? 'Pause services' : 'Unpause services';
  return projectCommand({ name, usage: '[SERVICE...]', short }, function* (project, call) {
    const from = name === 'pause' ? 'running' : 'paused';
    for (const container of project.containers(call.args)) {
      if (container.state !== from) continue;
      yield* sleep(FREEZE_MS);
      container.freeze(name === 'pause');
      yield* project.say(`Container ${container.name}`, done);
    }
    return 0;
  });
}

export const pause = freezer('pause', 'Paused');
export const unpause = freezer('unpause', 'Unpaused');

export const kill = projectCommand(
  {
    name: 'kill',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'Force stop service containers',
    flags: '--remove-orphans, -s --signal=',
  },
  function* (project, call) {
    const signal = signalOf(call.flags.value('signal')) ?? 'KILL';
    for (const container of project.containers(call.args)) {
      if (!container.running) continue;
      yield* project.say(`Container ${container.name}`, 'Killing');
      container.kill(signal);
      yield* sleep(FREEZE_MS);
      yield* project.say(`Container ${container.name}`, 'Killed');
    }
    return 0;
  },
);

export const create = projectCommand(
  {
    name: 'create',
    usage: '[OPTIONS] [SERVICE...]',
    short: 'Creates containers for a service',
    flags:
      '--build, --force-recreate, --no-build, --no-recreate, --pull=, --quiet-pull, --remove-orphans, --scale=*, -y --yes',
  },
  function* (project, call) {
    yield* project.up(call.args, {
      build: call.flags.on('build'),
      recreate: call.flags.on('force-recreate'),
      scale: new Map(),
      start: false,
      alone: false,
    });
    return 0;
  },
);

export const cp = projectCommand(
  {
    name: 'cp',
    usage: '[OPTIONS] SERVICE:SRC_PATH DEST_PATH|-\n\tdocker compose cp [OPTIONS] SRC_PATH|- SERVICE:DEST_PATH',
    short: 'Copy files/folders between a service container and the local filesystem',
    flags: '--all, -a --archive, -L --follow-link, --index=#',
    minimum: 2,
    maximum: 2,
  },
  function* (project, call) {
    const index = Number(call.flags.value('index') ?? 0);
    const [source, target] = call.args.map((word) => {
      const [, service, path] = /^([^./:][^:/]*):(.*)$/.exec(word) ?? [];
      return service === undefined ? word : `${running(project.containers(), service, index).id}:${path}`;
    });
    const [name] = /^[0-9a-f]{64}/.exec(source) ?? /^[0-9a-f]{64}/.exec(target) ?? [''];
    const container = call.engine.containers.get(name);
    if (container) yield* project.say(container.name, `copy ${call.args[0]} to ${call.args[1]} Copying`);
    const status = yield* copyCommand(call, source, target);
    if (container) yield* project.say(container.name, `copy ${call.args[0]} to ${call.args[1]} Copied`);
    return status;
  },
);

export const wait = projectCommand(
  {
    name: 'wait',
    usage: 'SERVICE [SERVICE...] [OPTIONS]',
    short: 'Block until containers of all (or specified) services stop.',
    flags: '--down-project',
    minimum: 1,
  },
  function* (project, call) {
    let status = 0;
    for (const container of project.containers(call.args)) {
      while (container.running) yield* sleep(100);
      status = container.exitCode;
      yield* call.out(`container "${container.id}" exited with status code ${status}\n`);
    }
    if (call.flags.on('down-project')) yield* project.down(false, undefined);
    return status;
  },
);
