import { decodeBase64, encodeBase64, isJsonObject, jsonEqual, type JsonValue } from '@seatrial/kernel';
import { defineKind, jsonSyntaxError, keyPairProblem, type DraftObject, type KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, isConfigMapKey, type FieldError } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { complain, immutable } from '../validation/fields.js';
import { MAX_BYTES } from './configmap.kind.js';

type Entries = Readonly<Record<string, string>>;

const DATA = FieldPath.root('data');

function textOf(data: Entries, key: string): string {
  const decoded = decodeBase64(data[key] ?? '');
  return 'text' in decoded ? decoded.text : '';
}

/** Why a text is no JSON object, in Go's words. */
function jsonProblem(text: string): string | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return jsonSyntaxError(text);
  }
  if (value === null || isJsonObject(value)) return undefined;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}

/** What a type of secret must hold. */
function validateType(secret: core.Secret, data: Entries): FieldError[] {
  const required = (key: string): FieldError[] =>
    Object.hasOwn(data, key) ? [] : [fieldErrors.required(DATA.key(key))];
  switch (secret.type) {
    case 'kubernetes.io/service-account-token': {
      const name = secret.metadata?.annotations?.['kubernetes.io/service-account.name'];
      return name
        ? []
        : [fieldErrors.required(FieldPath.root('metadata', 'annotations').key('kubernetes.io/service-account.name'))];
    }
    case 'kubernetes.io/dockercfg':
    case 'kubernetes.io/dockerconfigjson': {
      const key = secret.type === 'kubernetes.io/dockercfg' ? '.dockercfg' : '.dockerconfigjson';
      const missing = required(key);
      if (missing.length > 0) return missing;
      const problem = jsonProblem(textOf(data, key));
      return problem === undefined ? [] : [fieldErrors.invalid(DATA.key(key), '<secret contents redacted>', problem)];
    }
    case 'kubernetes.io/basic-auth':
      return Object.hasOwn(data, 'username') || Object.hasOwn(data, 'password')
        ? []
        : [fieldErrors.required(DATA.key('username')), fieldErrors.required(DATA.key('password'))];
    case 'kubernetes.io/ssh-auth':
      return textOf(data, 'ssh-privatekey') === '' ? [fieldErrors.required(DATA.key('ssh-privatekey'))] : [];
    case 'kubernetes.io/tls':
      return [...required('tls.crt'), ...required('tls.key')];
    default:
      return [];
  }
}

function validateSecret(object: KubeObject): FieldError[] {
  const secret = draftAs<core.Secret>(object);
  const data = (secret.data ?? {}) as Entries;
  const errors: FieldError[] = [];
  let size = 0;
  for (const key of Object.keys(data).sort()) {
    errors.push(...complain(DATA.key(key), key, isConfigMapKey(key)));
    size += Math.floor((data[key].length * 3) / 4);
  }
  if (size > MAX_BYTES) errors.push(fieldErrors.tooLong(DATA, MAX_BYTES));
  return [...errors, ...validateType(secret, data)];
}

function validateSecretUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const now = draftAs<core.Secret>(object);
  const old = draftAs<core.Secret>(before);
  const errors = immutable(now.type, old.type, FieldPath.root('type'));
  if (old.immutable) {
    if (!now.immutable) errors.push(fieldErrors.forbidden('immutable', 'field is immutable when `immutable` is set'));
    if (!jsonEqual(now.data ?? {}, old.data ?? {}))
      errors.push(fieldErrors.forbidden('data', 'field is immutable when `immutable` is set'));
  }
  return [...errors, ...validateSecret(object)];
}

/** A TLS secret's parts should belong together (pkg/registry/core/secret/warnings.go). */
function secretWarnings(object: KubeObject): string[] {
  const { type, data } = draftAs<core.Secret>(object);
  if (type !== 'kubernetes.io/tls') return [];
  const entries = (data ?? {}) as Entries;
  const problem = keyPairProblem(textOf(entries, 'tls.crt'), textOf(entries, 'tls.key'));
  return problem === undefined ? [] : [problem];
}

/** stringData is write-only: it overrides data. */
function foldStringData(draft: DraftObject): void {
  const secret = draftAs<core.Secret>(draft);
  if (!secret.stringData) return;
  const data: Record<string, string> = { ...secret.data };
  for (const [key, value] of Object.entries(secret.stringData)) data[key] = encodeBase64(value);
  secret.data = data;
  delete secret.stringData;
}

/** Secrets (k8s.io/kubernetes/pkg/registry/core/secret, v1.35). */
export const secretKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'secrets',
  kind: 'Secret',
  generation: false,
  defaults: (draft) => {
    foldStringData(draft);
    draft.type = draft.type || 'Opaque';
  },
  prepareForUpdate: (draft, old) => {
    draft.type = draft.type || (old as unknown as { type?: string }).type;
  },
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warnings: secretWarnings,
  selectableFields: (object) => ({ type: draftAs<core.Secret>(object).type ?? '' }),
  table: {
    columns: columnsOf('v1', 'secrets'),
    cells: (object, now) => {
      const { metadata, type, data } = draftAs<core.Secret>(object);
      return [metadata?.name, type, Object.keys(data ?? {}).length, ageCell(metadata?.creationTimestamp, now)];
    },
  },
});
