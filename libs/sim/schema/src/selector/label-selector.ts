import { compareStrings, fail, ok, type Result } from '@seatrial/kernel';
import { parseRequirements } from './selector-parser.js';
import {
  newRequirement,
  requirementMatches,
  requirementText,
  type Labels,
  type Requirement,
  type SelectorOperator,
} from './requirement.js';

/** A set of conditions on labels, all of which must hold (labels.Selector); `nothing` matches no labels. */
export class LabelSelector {
  readonly requirements: readonly Requirement[];
  private text: string | undefined;

  constructor(
    requirements: readonly Requirement[],
    private readonly matchesNothing = false,
  ) {
    this.requirements = [...requirements].sort((a, b) => compareStrings(a.key, b.key));
  }

  static readonly everything = new LabelSelector([]);
  static readonly nothing = new LabelSelector([], true);

  get empty(): boolean {
    return this.requirements.length === 0 && !this.matchesNothing;
  }

  matches(labels: Labels | undefined): boolean {
    if (this.matchesNothing) return false;
    for (const requirement of this.requirements) if (!requirementMatches(requirement, labels)) return false;
    return true;
  }

  /** `a=b,c in (d,e)` */
  toString(): string {
    this.text ??= this.requirements.map(requirementText).join(',');
    return this.text;
  }
}

/** Parses the text of `-l`; the error is that of labels.Parse. */
export function parseLabelSelector(text: string): Result<LabelSelector, string> {
  const requirements = parseRequirements(text);
  return requirements.ok ? ok(new LabelSelector(requirements.value)) : requirements;
}

/** meta/v1 LabelSelector, as objects hold it. */
export interface LabelSelectorObject {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

const OPERATORS: Readonly<Record<string, SelectorOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

const selectors = new WeakMap<object, Result<LabelSelector, string>>();

/** metav1.LabelSelectorAsSelector: none matches nothing, an empty one everything. Kept per (frozen) object. */
export function labelSelectorOf(selector: LabelSelectorObject | undefined | null): Result<LabelSelector, string> {
  if (!selector) return ok(LabelSelector.nothing);
  const known = Object.isFrozen(selector) ? selectors.get(selector) : undefined;
  if (known) return known;
  const result = convert(selector);
  if (Object.isFrozen(selector)) selectors.set(selector, result);
  return result;
}

function convert(selector: LabelSelectorObject): Result<LabelSelector, string> {
  const requirements: Requirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    const requirement = newRequirement(key, '=', [value]);
    if (!requirement.ok) return requirement;
    requirements.push(requirement.value);
  }
  for (const expression of selector.matchExpressions ?? []) {
    if (!Object.hasOwn(OPERATORS, expression.operator))
      return fail(`${JSON.stringify(expression.operator)} is not a valid label selector operator`);
    const requirement = newRequirement(expression.key, OPERATORS[expression.operator], expression.values ?? []);
    if (!requirement.ok) return requirement;
    requirements.push(requirement.value);
  }
  return ok(new LabelSelector(requirements));
}

/** Whether a LabelSelector object selects labels; an invalid one selects nothing. */
export function labelSelectorMatches(
  selector: LabelSelectorObject | undefined | null,
  labels: Labels | undefined,
): boolean {
  const result = labelSelectorOf(selector);
  return result.ok && result.value.matches(labels);
}

/** A plain map of labels as a selector (services, replication controllers). */
export function matchLabelsSelector(labels: Labels | undefined): LabelSelector {
  return new LabelSelector(
    Object.entries(labels ?? {}).map(([key, value]) => ({ key, operator: '=' as const, values: [value] })),
  );
}

/** metav1.FormatLabelSelector, for tables: `<none>` when it prints as nothing, `<error>` when it is invalid. */
export function formatLabelSelector(selector: LabelSelectorObject | undefined | null): string {
  const result = labelSelectorOf(selector);
  if (!result.ok) return '<error>';
  return result.value.toString() || '<none>';
}
