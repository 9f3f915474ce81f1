import { fail, ok, type Result } from '@seatrial/kernel';
import { fieldErrors, goQuote, type FieldError } from '@seatrial/schema';
import type { RequestOptions } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import { badRequest, failure, invalid } from '../status/status-errors.js';

const MATCH = 'resourceVersionMatch';
const FORBIDDEN_WITH_CONTINUE = 'resourceVersionMatch is forbidden when continue is provided';

function listErrors({ resourceVersion, resourceVersionMatch, ...options }: RequestOptions): FieldError[] {
  const errors: FieldError[] = [];
  if (resourceVersionMatch) {
    if (!resourceVersion)
      errors.push(fieldErrors.forbidden(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (options.continue) errors.push(fieldErrors.forbidden(MATCH, FORBIDDEN_WITH_CONTINUE));
    if (!['Exact', 'NotOlderThan'].includes(resourceVersionMatch))
      errors.push(fieldErrors.notSupported(MATCH, resourceVersionMatch, ['Exact', 'NotOlderThan', '']));
    if (resourceVersionMatch === 'Exact' && resourceVersion === '0')
      errors.push(fieldErrors.forbidden(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (options.sendInitialEvents !== undefined)
    errors.push(fieldErrors.forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  return errors;
}

function watchErrors({ resourceVersionMatch, sendInitialEvents, ...options }: RequestOptions): FieldError[] {
  const errors: FieldError[] = [];
  if (sendInitialEvents !== undefined && resourceVersionMatch !== 'NotOlderThan')
    errors.push(
      fieldErrors.forbidden(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    );
  if (resourceVersionMatch) {
    if (sendInitialEvents === undefined)
      errors.push(
        fieldErrors.forbidden(
          MATCH,
          'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
        ),
      );
    if (resourceVersionMatch !== 'NotOlderThan')
      errors.push(fieldErrors.notSupported(MATCH, resourceVersionMatch, ['NotOlderThan']));
    if (options.continue) errors.push(fieldErrors.forbidden(MATCH, FORBIDDEN_WITH_CONTINUE));
  }
  return errors;
}

/** What is wrong with the options of a list or watch (apis/meta/internalversion/validation ValidateListOptions). */
export function wrongListOptions(options: RequestOptions, watch: boolean): Status | undefined {
  const errors = watch ? watchErrors(options) : listErrors(options);
  return errors.length === 0
    ? undefined
    : invalid({ group: 'meta.k8s.io', resource: '', kind: 'ListOptions' }, '', errors);
}

const MAX_REVISION = 2n ** 64n - 1n;

/** What a resourceVersion that is no number is called (storage.APIObjectVersioner ParseResourceVersion). */
function revisionProblem(text: string): string | undefined {
  const why = !/^\d+$/.test(text) ? 'invalid syntax' : BigInt(text) > MAX_REVISION ? 'value out of range' : undefined;
  if (why === undefined) return undefined;
  const quoted = goQuote(text);
  return `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: ${why}`;
}

const tooLarge = (asked: number, current: number): Status =>
  failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

/** The revision that a request names, which the server must have come to; undefined for any. */
export function askedRevision(
  text: string | undefined,
  current: number,
  verb: 'get' | 'list',
): Result<number | undefined, Status> {
  if (text === undefined || text === '') return ok(undefined);
  const problem = revisionProblem(text);
  if (problem !== undefined)
    return fail(
      verb === 'list' ? badRequest(`invalid resource version: ${problem}`) : failure(500, undefined, problem),
    );
  const revision = Number(text);
  return revision > current ? fail(tooLarge(revision, current)) : ok(revision);
}

/** The same for a watch, which waits for a revision that is yet to come. */
export function wrongWatchRevision(text: string | undefined): Status | undefined {
  const problem = text === undefined || text === '' ? undefined : revisionProblem(text);
  return problem === undefined ? undefined : failure(500, undefined, problem);
}
