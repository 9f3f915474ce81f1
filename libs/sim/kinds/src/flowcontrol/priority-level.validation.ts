import type { KubeObject } from '@seatrial/apiserver';
import { fieldErrors, rangeComplaint, type FieldError, type FieldPath } from '@seatrial/schema';
import { draftAs } from '../registry/draft.js';
import { SPEC } from '../validation/fields.js';

/* pkg/apis/flowcontrol/validation and v1/defaults.go, v1.35: priority levels. */

interface Shares {
  nominalConcurrencyShares?: number;
  lendablePercent?: number;
}

interface Queuing {
  queues?: number;
  handSize?: number;
  queueLengthLimit?: number;
}

interface Limited extends Shares {
  readonly borrowingLimitPercent?: number;
  readonly limitResponse?: { readonly type?: string; readonly queuing?: Queuing };
}

interface LevelSpec {
  readonly type?: string;
  readonly limited?: Limited;
  readonly exempt?: Shares;
}

const MAX_QUEUES = 10_000_000;
const MAX_HASH_BITS = 60;
const NOT_NEGATIVE = 'must be a non-negative integer';

const specOf = (object: unknown): LevelSpec => draftAs<{ spec?: LevelSpec }>(object as KubeObject).spec ?? {};

/** SetDefaults_LimitedPriorityLevelConfiguration and its like. */
export function defaultPriorityLevel(object: unknown): void {
  const { limited, exempt } = specOf(object);
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (!limited) return;
  limited.nominalConcurrencyShares ??= 30;
  limited.lendablePercent ??= 0;
  const queuing = limited.limitResponse?.queuing;
  if (!queuing) return;
  queuing.handSize ||= 8;
  queuing.queues ||= 64;
  queuing.queueLengthLimit ||= 50;
}

function validateShares({ nominalConcurrencyShares: shares = 0 }: Shares, path: FieldPath): FieldError[] {
  return shares < 0 ? [fieldErrors.invalid(path.child('nominalConcurrencyShares'), shares, NOT_NEGATIVE)] : [];
}

function validateLendable({ lendablePercent: percent = 0 }: Shares, path: FieldPath): FieldError[] {
  return percent < 0 || percent > 100
    ? [fieldErrors.invalid(path.child('lendablePercent'), percent, rangeComplaint(0, 100))]
    : [];
}

/** ValidatePriorityLevelQueuingConfiguration. */
function validateQueuing(queuing: Queuing, path: FieldPath): FieldError[] {
  const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing;
  const errors: FieldError[] = [];
  const complain = (field: keyof Queuing, detail: string): void => {
    errors.push(fieldErrors.invalid(path.child(field), queuing[field] ?? 0, detail));
  };
  if (queueLengthLimit <= 0) complain('queueLengthLimit', 'must be positive');
  if (queues <= 0) complain('queues', 'must be positive');
  else if (queues > MAX_QUEUES) complain('queues', `must not be greater than ${String(MAX_QUEUES)}`);
  const bits = Math.ceil(Math.log2(queues) * handSize);
  if (handSize <= 0) complain('handSize', 'must be positive');
  else if (handSize > queues) complain('handSize', `should not be greater than queues (${String(queues)})`);
  else if (bits > MAX_HASH_BITS)
    complain(
      'handSize',
      `required entropy bits of deckSize ${String(queues)} and handSize ${String(handSize)} should not be greater than ${String(MAX_HASH_BITS)}`,
    );
  return errors;
}

function validateResponse({ type = '', queuing }: NonNullable<Limited['limitResponse']>, path: FieldPath) {
  const at = path.child('queuing');
  if (type === 'Reject')
    return queuing ? [fieldErrors.forbidden(at, 'must be nil if limited.limitResponse.type is not Limited')] : [];
  if (type !== 'Queue') return [fieldErrors.notSupported(path.child('type'), type, ['Queue', 'Reject'])];
  return queuing
    ? validateQueuing(queuing, at)
    : [fieldErrors.required(at, 'must not be empty if limited.limitResponse.type is Limited')];
}

function validateLimited(limited: Limited, path: FieldPath): FieldError[] {
  const { borrowingLimitPercent: borrowing = 0 } = limited;
  return [
    ...validateShares(limited, path),
    ...validateResponse(limited.limitResponse ?? {}, path.child('limitResponse')),
    ...validateLendable(limited, path),
    ...(borrowing < 0
      ? [
          fieldErrors.invalid(
            path.child('borrowingLimitPercent'),
            borrowing,
            'if specified, must be a non-negative integer',
          ),
        ]
      : []),
  ];
}

/** ValidatePriorityLevelConfigurationSpec. */
export function validatePriorityLevel(object: KubeObject): FieldError[] {
  const { type = '', limited, exempt } = specOf(object);
  const errors: FieldError[] = [];
  if ((object.metadata.name === 'exempt') !== (type === 'Exempt'))
    errors.push(fieldErrors.invalid(SPEC.child('type'), type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  if (type === 'Exempt') {
    if (limited) errors.push(fieldErrors.forbidden(SPEC.child('limited'), 'must be nil if the type is not Limited'));
    if (exempt)
      errors.push(...validateShares(exempt, SPEC.child('exempt')), ...validateLendable(exempt, SPEC.child('exempt')));
  } else if (type === 'Limited') {
    if (exempt) errors.push(fieldErrors.forbidden(SPEC.child('exempt'), 'must be nil if the type is Limited'));
    if (limited) errors.push(...validateLimited(limited, SPEC.child('limited')));
    else errors.push(fieldErrors.required(SPEC.child('limited'), 'must not be empty when type is Limited'));
  } else errors.push(fieldErrors.notSupported(SPEC.child('type'), type, ['Exempt', 'Limited']));
  return errors;
}
