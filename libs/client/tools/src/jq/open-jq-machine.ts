import type { Tool } from '../tool/tool.js';
import { JqMachine, type JqContext } from './jq-evaluator.js';
import { NATIVES } from './jq-natives.js';
import type { JqFunction } from './jq-node.js';
import { parseJqDefinitions } from './jq-parser.js';
import { PRELUDE } from './jq-prelude.js';

let definitions: ReadonlyMap<string, JqFunction> | undefined;

/** The builtins that are written in jq, parsed once. */
export function prelude(): ReadonlyMap<string, JqFunction> {
  definitions ??= new Map(
    parseJqDefinitions(PRELUDE).map((definition) => [
      `${definition.name}/${String(definition.parameters.length)}`,
      definition,
    ]),
  );
  return definitions;
}

/** What runs a tool's programs in jq's language, within the tool's budgets. */
export function openJqMachine(tool: Tool, { nextInput, stderr }: Pick<JqContext, 'nextInput' | 'stderr'>): JqMachine {
  return new JqMachine({
    charge: (steps) => {
      tool.charge(steps);
    },
    hold: (length) => {
      tool.machine.simulation.charge('bytes', length);
    },
    natives: NATIVES,
    prelude: prelude(),
    env: () => Object.fromEntries(tool.process.env),
    nextInput,
    now: () => tool.machine.simulation.now() / 1000,
    stderr,
  });
}
