import { fail, isJsonObject, ok, type JsonObject, type Result } from '@seatrial/kernel';
import { componentSchema, decodeObject, fieldErrors, unregisteredKind, type FieldError } from '@seatrial/schema';
import type { RequestOptions } from '../contract/request.js';
import type { Status } from '../contract/status.js';
import { jsonSyntaxError } from '../request/json-syntax-error.js';
import { badRequest, invalid } from '../status/status-errors.js';

const SCHEMA = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';
const SUBJECT = { group: 'meta.k8s.io', resource: '', kind: 'DeleteOptions' };
const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];

/** A DeleteOptions after decoding. */
interface DeleteOptions {
  readonly dryRun?: readonly string[];
  readonly gracePeriodSeconds?: number;
  readonly orphanDependents?: boolean;
  readonly preconditions?: RequestOptions['preconditions'];
  readonly propagationPolicy?: string;
}

function decoded(text: string): Result<JsonObject, Status> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return fail(badRequest(`couldn't get version/kind; json parse error: ${jsonSyntaxError(text)}`));
  }
  const schema = componentSchema(SCHEMA);
  if (!isJsonObject(body) || schema === undefined) return ok({});
  const { kind = 'DeleteOptions', apiVersion = 'v1' } = body;
  if (kind !== 'DeleteOptions') return fail(badRequest(unregisteredKind(kind, apiVersion)));
  const read = decodeObject(body, schema);
  return read.ok ? ok(read.value.object) : fail(badRequest(read.error));
}

/** validation.ValidateDeleteOptions */
function complaints({ dryRun = [], orphanDependents, propagationPolicy: policy }: DeleteOptions): FieldError[] {
  const found: FieldError[] = [];
  if (orphanDependents !== undefined && policy !== undefined)
    found.push(
      fieldErrors.invalid('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'),
    );
  if (policy !== undefined && !POLICIES.includes(policy))
    found.push(fieldErrors.notSupported('propagationPolicy', policy, [...POLICIES, 'nil']));
  if (dryRun.some((value) => value !== 'All')) found.push(fieldErrors.notSupported('dryRun', [...dryRun], ['All']));
  return found;
}

/**
 * The options of a DELETE: those of its body, which then count alone, otherwise those of its query
 * (k8s.io/apiserver/pkg/endpoints/handlers DeleteResource).
 */
export function deleteOptions(
  bodyText: string,
  query: RequestOptions,
  dryRun: readonly string[] = [],
): Result<RequestOptions, Status> {
  if (bodyText === '') {
    const found = complaints({ propagationPolicy: query.propagationPolicy, dryRun });
    return found.length > 0 ? fail(invalid(SUBJECT, '', found)) : ok(query);
  }
  const body = decoded(bodyText);
  if (!body.ok) return body;
  const options = body.value as DeleteOptions;
  const found = complaints(options);
  if (found.length > 0) return fail(invalid(SUBJECT, '', found));
  const { orphanDependents, gracePeriodSeconds, preconditions, propagationPolicy } = options;
  const orphan = orphanDependents === undefined ? propagationPolicy : orphanDependents ? 'Orphan' : 'Background';
  return ok({
    ...query,
    dryRun: (options.dryRun ?? []).length > 0 || undefined,
    gracePeriodSeconds,
    preconditions,
    propagationPolicy: orphan as RequestOptions['propagationPolicy'],
  });
}
