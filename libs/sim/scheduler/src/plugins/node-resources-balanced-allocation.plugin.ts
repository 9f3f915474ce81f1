import { MAX_NODE_SCORE, definePlugin } from '../cycle/plugin.js';

const fraction = (used: number, total: number): number => Math.min(used / total, 1);

/** 100 where CPU and memory are used up evenly. */
function evenness(milliCpu: number, memory: number, totalCpu: number, totalMemory: number): number {
  if (totalCpu === 0 || totalMemory === 0) return MAX_NODE_SCORE;
  const deviation = Math.abs((fraction(milliCpu, totalCpu) - fraction(memory, totalMemory)) / 2);
  return Math.floor((1 - deviation) * MAX_NODE_SCORE);
}

/** Prefers nodes on which the pod evens out the use of CPU and memory; nothing to do for a pod that requests neither. */
export const nodeResourcesBalancedAllocationPlugin = definePlugin({
  name: 'NodeResourcesBalancedAllocation',
  local: true,
  weight: 1,
  preScore: ({ info: { requests } }) =>
    requests.milliCpu === 0 && requests.memory === 0 ? 'skip' : { state: undefined },
  score: ({ info: { requests } }, { requested, allocatable }) => {
    const cpu = requested.milliCpu + requests.milliCpu;
    return evenness(cpu, requested.memory + requests.memory, allocatable.milliCpu, allocatable.memory);
  },
});
