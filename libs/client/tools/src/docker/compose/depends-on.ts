import { sleep, type Coroutine } from '@seatrial/kernel';
import { DockerFailure } from '../docker-failure.js';
import type { Container } from '../engine/container.js';
import type { ComposeService, DependencyCondition } from './compose-model.js';
import type { ComposeProject } from './compose-project.js';

/** Empty when the dependency is as it should be, why it never will be, or undefined while that is open. */
function dependencyProblem(
  name: string,
  condition: DependencyCondition,
  others: readonly Container[],
): string | undefined {
  if (condition === 'service_completed_successfully') {
    if (others.some(({ state }) => state !== 'exited')) return undefined;
    const failed = others.find(({ exitCode }) => exitCode !== 0);
    return failed ? `service "${name}" didn't complete successfully: exit ${failed.exitCode}` : '';
  }
  for (const other of others) {
    if (other.state === 'exited') return `container ${other.name} exited (${other.exitCode})`;
    if (!other.health) return `container ${other.name} has no healthcheck configured`;
    if (other.health.status === 'unhealthy') return `container ${other.name} is unhealthy`;
    if (other.health.status === 'starting') return undefined;
  }
  return '';
}

/** Waits until what a service depends on is as it asks (compose pkg/compose/convergence.go). */
export function* awaitDependencies(project: ComposeProject, service: ComposeService): Coroutine<void> {
  const waits = [...service.conditions].map(([name, condition]) => ({
    name,
    condition,
    others: project.containers([name]),
  }));
  for (const { others } of waits) for (const { name } of others) yield* project.say(`Container ${name}`, 'Waiting');
  for (const { name, condition, others } of waits) {
    if (others.length === 0) throw new DockerFailure(`${service.name} is missing dependency ${name}`);
    for (;;) {
      yield* sleep(500);
      const problem = dependencyProblem(name, condition, others);
      if (problem === undefined) continue;
      if (problem === '') break;
      for (const other of others)
        yield* project.say(`Container ${other.name}`, condition === 'service_healthy' ? 'Error' : problem);
      throw new DockerFailure(condition === 'service_healthy' ? `dependency failed to start: ${problem}` : problem);
    }
    for (const other of others)
      yield* project.say(`Container ${other.name}`, condition === 'service_healthy' ? 'Healthy' : 'Exited');
  }
}
