import type { Evidence, LocalizedText } from '@seatrial/contracts';
import type { SourceNode } from '@seatrial/exercise';
import type { GradedWorld } from './graded-world.js';

/** What a check found. `unsupported` names what is not simulated: the check cannot be decided. */
export type CheckOutcome =
  | { readonly kind: 'passed'; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'failed'; readonly reason: LocalizedText; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'unsupported'; readonly what: string };

/** A type of check: code, written once; exercises hold instances of it as data. */
export interface CheckType<Parameters = unknown> {
  readonly type: string;
  /** One line for authors. */
  readonly description: string;
  /** It makes things go wrong: evaluated after the checks that only look. */
  readonly disturbs?: boolean;
  /** Reads and validates an instance's `with`; errors go to the node. */
  readonly read: (parameters: SourceNode) => Parameters;
  readonly evaluate: (parameters: Parameters, world: GradedWorld) => CheckOutcome;
}

/** A check type whose parameters have been read, ready to be evaluated. */
export interface BoundCheck {
  readonly disturbs?: boolean;
  readonly evaluate: (world: GradedWorld) => CheckOutcome;
}

export interface CheckDefinition {
  readonly type: string;
  readonly description: string;
  readonly bind: (parameters: SourceNode) => BoundCheck;
}

export function defineCheck<Parameters>(check: CheckType<Parameters>): CheckDefinition {
  return {
    type: check.type,
    description: check.description,
    bind: (node) => {
      const parameters = check.read(node);
      return {
        ...(check.disturbs && { disturbs: true }),
        evaluate: (world) => check.evaluate(parameters, world),
      };
    },
  };
}

export const passed = (...evidence: Evidence[]): CheckOutcome => ({ kind: 'passed', evidence });

export const failed = (en: string, es: string, ...evidence: Evidence[]): CheckOutcome => ({
  kind: 'failed',
  reason: { en, es },
  evidence,
});
