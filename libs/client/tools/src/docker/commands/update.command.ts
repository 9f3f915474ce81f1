import { sleep } from '@seatrial/kernel';
import { defineDockerCommand, notSimulated, type DockerCall } from '../docker-command.js';
import { DockerFailure, daemonFailure } from '../docker-failure.js';
import type { ContainerResources } from '../engine/container-contract.js';
import type { Container } from '../engine/container.js';
import { parseRestart } from './container-settings.js';
import { RESOURCE_FLAGS, changedResources, resourceProblem, resourcesOf } from './resources.js';
import { HOST_CPUS } from './information.commands.js';

const UPDATE_MS = 50;

/** Changes one container as the daemon does it (moby container/container_unix.go UpdateContainer). */
function update({ flags }: DockerCall, container: Container, wanted: ContainerResources): void {
  const problem = resourceProblem(wanted, HOST_CPUS, true);
  if (problem !== undefined) daemonFailure(problem);
  const cannot = (why: string): never => daemonFailure(`Cannot update container ${container.id}: ${why}`);
  if (wanted.memory > container.resources.memorySwap && wanted.memorySwap === 0)
    cannot('Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time');
  const restart = flags.has('restart') ? parseRestart(flags.value('restart')) : undefined;
  if (restart && restart.name !== 'no' && container.settings.autoRemove)
    cannot('Restart policy cannot be updated because AutoRemove is enabled for the container');
  container.limit(changedResources(container.resources, wanted));
  if (restart) container.restart = restart;
  container.note('update');
}

export const updateCommand = defineDockerCommand({
  name: 'update',
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Update configuration of one or more containers',
  flags: `${RESOURCE_FLAGS}, --blkio-weight=#, --cpu-rt-period=#, --cpu-rt-runtime=#, --cpuset-mems=, --restart=`,
  minimum: 1,
  *run(call) {
    const { flags, engine } = call;
    if (!flags.any) throw new DockerFailure('you must provide one or more flags when using this command');
    for (const name of [
      'blkio-weight',
      'cpu-period',
      'cpu-quota',
      'cpu-rt-period',
      'cpu-rt-runtime',
      'cpuset-cpus',
      'cpuset-mems',
    ])
      if (flags.has(name)) notSimulated(call.process, `docker update --${name}`);
    const wanted = resourcesOf(flags);
    const errors: string[] = [];
    for (const reference of call.args) {
      yield* sleep(UPDATE_MS);
      try {
        update(call, engine.get(reference), wanted);
        yield* call.out(`${reference}\n`);
      } catch (failure) {
        if (!(failure instanceof DockerFailure)) throw failure;
        errors.push(failure.message);
      }
    }
    if (errors.length > 0) throw new DockerFailure(errors.join('\n'));
    return 0;
  },
});
