import { fail, ok, type Result } from '@seatrial/kernel';
import type { CelType } from './check/cel-type.js';
import { checkTypes, type Variables } from './check/checker.js';
import { declaredAt, type DeclaredType } from './check/declared-type.js';
import { validateCel } from './check/validators.js';
import { estimateCost } from './cost/estimate-cost.js';
import { COST_LIMIT_EXCEEDED, CelMeter, CostLimitExceeded, type CelBudget } from './evaluate/meter.js';
import { PlanProblem, type Frame } from './evaluate/plan.js';
import { planCel } from './evaluate/planner.js';
import { CelError, isError, type CelValue } from './evaluate/values.js';
import { descendants, type CelExpr, type CelProblem } from './parse/expression.js';
import { parseCel } from './parse/parser.js';
import { celProblemsText } from './problem-text.js';

/** The values of an expression's variables, worked out when they are named. */
export type CelInputs = Readonly<Record<string, () => CelValue>>;

/** Why an expression is no program: `compilation failed: …`, `instantiation failed: …`. */
export interface CelFailure {
  readonly stage: 'compilation' | 'instantiation';
  readonly text: string;
}

/** A compiled expression. Evaluation never throws; its error is cel-go's text. */
export interface CelProgram {
  /** The type of the result. */
  readonly resultType: CelType;
  /** Whether a variable is named anywhere. */
  uses(variable: string): boolean;
  /** The most it may cost, the variables' parts being at most as large as the type says. */
  maxCost(self: DeclaredType | undefined): number;
  evaluate(inputs: CelInputs, budget?: CelBudget): Result<CelValue, string>;
}

function resolve(inputs: CelInputs, name: string): CelValue {
  return Object.hasOwn(inputs, name) ? inputs[name]() : new CelError(`no such attribute(s): ${name}`);
}

class Program implements CelProgram {
  constructor(
    private readonly root: CelExpr,
    readonly resultType: CelType,
    private readonly plan: ReturnType<typeof planCel>,
  ) {}

  uses(variable: string): boolean {
    return descendants(this.root).some((node) => node.reference === variable);
  }

  maxCost(self: DeclaredType | undefined): number {
    return estimateCost(this.root, ({ path }) => {
      const declared = self && path && path.length > 0 ? declaredAt(self, path.slice(1)) : undefined;
      return declared && { min: 0, max: declared.maxElements };
    }).max;
  }

  evaluate(inputs: CelInputs, budget?: CelBudget): Result<CelValue, string> {
    const known = new Map<string, CelValue>();
    const meter = new CelMeter();
    const frame: Frame = {
      slots: new Array<CelValue>(this.plan.slots).fill(null),
      meter,
      variable: (name) => {
        let value = known.get(name);
        if (value === undefined) known.set(name, (value = resolve(inputs, name)));
        return value;
      },
    };
    try {
      const value = this.plan.run(frame);
      return isError(value) ? fail(value.message) : ok(value);
    } catch (error) {
      if (error instanceof CostLimitExceeded) return fail(COST_LIMIT_EXCEEDED);
      throw error;
    } finally {
      budget?.spend(meter.cost);
    }
  }
}

function build(root: CelExpr, type: CelType): Result<CelProgram, CelFailure> {
  try {
    return ok(new Program(root, type, planCel(root)));
  } catch (error) {
    if (error instanceof PlanProblem) return fail({ stage: 'instantiation', text: error.message });
    throw error;
  }
}

/**
 * Compiles a CEL expression over variables of known types, with the functions of Kubernetes 1.35. With `mixedLiterals`,
 * lists and maps may be written with values of several types, which Kubernetes does not allow.
 */
export function compileCel(
  expression: string,
  variables: Variables,
  { mixedLiterals = false }: { readonly mixedLiterals?: boolean } = {},
): Result<CelProgram, CelFailure> {
  const refused = (problems: readonly CelProblem[]): Result<CelProgram, CelFailure> =>
    fail({ stage: 'compilation', text: celProblemsText(expression, problems) });
  const parsed = parseCel(expression);
  if ('problems' in parsed) return refused(parsed.problems);
  const { type, problems } = checkTypes(parsed.root, variables);
  if (problems.length > 0) return refused(problems);
  const invalid = validateCel(parsed.root, mixedLiterals);
  return invalid.length > 0 ? refused(invalid) : build(parsed.root, type);
}
