import { fail, ok, type Result } from '@seatrial/kernel';
import { expandVariables, parsePairs, type Instruction } from './dockerfile.js';

/** A stage of a Dockerfile. */
export interface StagePlan {
  readonly name: string;
  readonly label: string;
  readonly from: Instruction;
  readonly steps: readonly Instruction[];
}

/** The image or stage that a FROM names. */
export function baseOf(from: Instruction, globals: ReadonlyMap<string, string>): string {
  return expandVariables(from.rest.replace(/\s+as\s+\S+$/i, '').trim(), globals);
}

/** The stages up to the target that it needs, in order. */
export function planStages(
  instructions: readonly Instruction[],
  options: { readonly target: string | undefined; readonly args: ReadonlyMap<string, string> },
  globals: Map<string, string>,
): Result<readonly StagePlan[], string> {
  const plans: { name: string; label: string; from: Instruction; steps: Instruction[] }[] = [];
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') {
      const alias = /\s+as\s+(\S+)$/i.exec(instruction.rest)?.[1];
      const name = alias?.toLowerCase() ?? `stage-${plans.length}`;
      plans.push({ name, label: name, from: instruction, steps: [] });
    } else if (plans.length > 0) plans[plans.length - 1].steps.push(instruction);
    else
      for (const [name, value] of parsePairs(
        instruction.rest.includes('=') ? instruction.rest : `${instruction.rest}=`,
      ))
        globals.set(name, options.args.get(name) ?? expandVariables(value, globals));
  }
  const { target } = options;
  const end = target === undefined ? plans.length - 1 : plans.findIndex(({ name }) => name === target.toLowerCase());
  if (end < 0) return fail(`target stage "${target ?? ''}" could not be found`);
  const needed = new Set([end]);
  for (let index = end; index >= 0; index--) {
    if (!needed.has(index)) continue;
    const { from, steps } = plans[index];
    const references = [baseOf(from, globals), ...steps.map(({ flags }) => flags.get('from') ?? '')];
    for (const [other, { name }] of plans.entries())
      if (other < index && references.some((text) => text.toLowerCase() === name || text === String(other)))
        needed.add(other);
  }
  return ok(plans.filter((_, index) => needed.has(index)));
}
