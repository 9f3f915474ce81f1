import { deepClone, encodeUtf8, fail, isJsonObject, ok, type JsonObject, type Result } from '@seatrial/kernel';
import {
  apiVersionOf,
  decodeErrorMessage,
  decodeObject,
  parseApiVersion,
  schemaFor,
  strictErrorMessage,
  unregisteredKind,
} from '@seatrial/schema';
import type { Status } from '../contract/status.js';
import type { RestResource } from '../registry/rest-resource.js';
import { badRequest } from '../status/status-errors.js';
import { withDuplicateFields } from './duplicate-fields.js';
import { jsonSyntaxError } from './json-syntax-error.js';
import { asText, type Draft, type RequestScope } from './request-scope.js';

/** Groups whose internal package is not named as the group begins. */
const PACKAGES: Readonly<Record<string, string>> = { '': 'core', 'internal.apiserver.k8s.io': 'apiserverinternal' };

/** The Go package of a group's internal types. */
const packageOf = (group: string): string => PACKAGES[group] ?? group.split('.')[0];

/** Why a body of another kind is no object of the kind that is wanted (the decoder's conversion into the internal type). */
export function kindMismatch(
  body: JsonObject,
  api: { group: string; version: string; kind: string },
): string | undefined {
  if (body.kind === undefined || body.kind === '') return undefined;
  const got = typeof body.apiVersion === 'string' && body.apiVersion !== '' ? body.apiVersion : apiVersionOf(api);
  if (body.kind === api.kind && (got === apiVersionOf(api) || schemaFor({ ...parseApiVersion(got), kind: api.kind })))
    return undefined;
  const kind = asText(body.kind);
  const version = got.slice(got.indexOf('/') + 1);
  const registered = schemaFor({ ...parseApiVersion(got), kind }) !== undefined;
  const why = registered
    ? `converting (${version}.${kind}) to (${packageOf(api.group)}.${api.kind}): unknown conversion`
    : unregisteredKind(kind, got);
  return `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${api.kind}: ${why}`;
}

function versionMismatch(body: JsonObject, rest: RestResource): string | undefined {
  const apiVersion = apiVersionOf(rest.api);
  if (body.apiVersion === undefined || body.apiVersion === '' || body.apiVersion === apiVersion) return undefined;
  return `the API version in the data (${asText(body.apiVersion)}) does not match the expected API version (${apiVersion})`;
}

/** Custom resources are not converted before their version has been looked at. */
const mismatchOf = (body: JsonObject, rest: RestResource): string | undefined =>
  rest.custom
    ? (versionMismatch(body, rest) ?? kindMismatch(body, rest.api))
    : (kindMismatch(body, rest.api) ?? versionMismatch(body, rest));

/** How a decoding error is reported. */
export type DecodeRefusal = (scope: RequestScope, error: string) => Status;

const refuseBody: DecodeRefusal = ({ rest }, error) =>
  badRequest(decodeErrorMessage(rest.api.kind, rest.api.version, error));

const SUMMARY = 30;
const JSON_TYPE =
  'Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** The first characters of a body as an error quotes them (negotiation: summarizeData). */
function summary(text: string): string {
  if (text === '') return '<empty>';
  const shown = (part: string): string =>
    text.startsWith('{') ? part : [...encodeUtf8(part)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return text.length > SUMMARY ? `${shown(text.slice(0, SUMMARY))} ...` : shown(text);
}

/** What is said of a body that is no object (handlers/create.go transformDecodeError). */
function unrecognized({ rest, bodyText = '' }: RequestScope, body: unknown): string {
  const why =
    body === undefined
      ? jsonSyntaxError(bodyText)
      : `json: cannot unmarshal ${Array.isArray(body) ? 'array' : typeof body} into ${JSON_TYPE}`;
  return `the object provided is unrecognized (must be of type ${rest.api.kind}): couldn't get version/kind; json parse error: ${why} (${summary(bodyText)})`;
}

/**
 * Turns a body into an object of the requested version: types checked, unknown fields pruned and, by `fieldValidation`,
 * refused or warned about, OpenAPI defaults filled in. `strictBefore`: what was found before, in a patch. `stored`: frozen
 * parts come from the stored object.
 */
export function decodeBody(
  scope: RequestScope,
  body: unknown,
  refuse: DecodeRefusal = refuseBody,
  strictBefore?: readonly string[],
  stored = false,
): Result<Draft, Status> {
  const { rest } = scope;
  if (!isJsonObject(body)) return fail(badRequest(unrecognized(scope, body)));
  const mismatch = mismatchOf(body, rest);
  if (mismatch) return fail(badRequest(mismatch));
  if (!rest.schema) return ok(withMetadata(deepClone(body), rest));
  const decoded = decodeObject(body, rest.schema, { stored });
  if (!decoded.ok) return fail(refuse(scope, decoded.error));
  const { object } = decoded.value;
  const mode = scope.options.fieldValidation ?? 'Warn';
  const strictErrors = strictBefore
    ? [...strictBefore, ...decoded.value.strictErrors]
    : scope.bodyText === undefined || mode === 'Ignore'
      ? decoded.value.strictErrors
      : withDuplicateFields(scope.bodyText, decoded.value.strictErrors);
  if (strictErrors.length > 0) {
    if (mode === 'Strict') return fail(refuse(scope, strictErrorMessage(strictErrors)));
    if (mode === 'Warn') scope.warnings.push(...strictErrors);
  }
  return ok(withMetadata(object, rest));
}

function withMetadata(object: JsonObject, rest: RestResource): Draft {
  object.apiVersion = apiVersionOf(rest.api);
  object.kind = rest.api.kind;
  if (!isJsonObject(object.metadata)) object.metadata = {};
  return object as Draft;
}
