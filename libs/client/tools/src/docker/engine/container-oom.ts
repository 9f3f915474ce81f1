import type { Machine, Process } from '@seatrial/kernel';

/** Whom the kernel ends when a machine's processes use more memory than the limit: the largest; undefined below it. */
export function victimOf(machine: Machine, limit: number): Process | undefined {
  const processes = machine.processes.own();
  if (processes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) <= limit) return undefined;
  return processes.reduce((worst, process) => (process.memoryBytes > worst.memoryBytes ? process : worst));
}
