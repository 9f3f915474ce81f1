import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { KindContext, KubeObject } from '@seatrial/apiserver';
import {
  FieldPath,
  fieldErrors,
  isDns1035Label,
  isDns1123Subdomain,
  type Complaints,
  type FieldError,
} from '@seatrial/schema';
import { draftAs } from '../registry/draft.js';
import { text } from '../registry/untyped.js';
import { SPEC, immutable, oneOf } from '../validation/fields.js';
import { validateConversion } from './conversion.validation.js';
import { validateShared, validateVersions, versionsOf } from './version.validation.js';

const strings = (value: JsonValue | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

const specOf = (object: KubeObject): JsonObject => {
  const { spec } = draftAs<JsonObject>(object);
  return isJsonObject(spec) ? spec : {};
};

const CASE = 'may have mixed case, but should otherwise match: ';

const joined = (path: FieldPath, value: string, complaints: Complaints, before = ''): FieldError[] =>
  complaints.length === 0 ? [] : [fieldErrors.invalid(path, value, before + complaints.join(','))];

function validateNames(names: JsonObject, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const label = (field: string, value: string): FieldError[] =>
    value === '' ? [] : joined(path.child(field), value, isDns1035Label(value));
  const mixed = (field: string, value: string): FieldError[] =>
    value === '' ? [] : joined(path.child(field), value, isDns1035Label(value.toLowerCase()), CASE);
  errors.push(...label('plural', text(names.plural)), ...label('singular', text(names.singular)));
  errors.push(...mixed('kind', text(names.kind)), ...mixed('listKind', text(names.listKind)));
  strings(names.shortNames).forEach((short, index) =>
    errors.push(...joined(path.child('shortNames').index(index), short, isDns1035Label(short))),
  );
  if (text(names.kind) !== '' && names.kind === names.listKind)
    errors.push(fieldErrors.invalid(path.child('listKind'), names.listKind, 'kind and listKind may not be the same'));
  strings(names.categories).forEach((category, index) =>
    errors.push(...joined(path.child('categories').index(index), category, isDns1035Label(category))),
  );
  return errors;
}

function validateGroup(group: string): FieldError[] {
  const path = SPEC.child('group');
  if (group === '') return [fieldErrors.required(path)];
  const complaints = isDns1123Subdomain(group);
  if (complaints.length > 0) return [fieldErrors.invalid(path, group, complaints.join(','))];
  return group.split('.').length < 2
    ? [fieldErrors.invalid(path, group, 'should be a domain with at least one dot')]
    : [];
}

function validateSpec(spec: JsonObject): FieldError[] {
  const errors = validateGroup(text(spec.group));
  const scope = text(spec.scope);
  errors.push(...oneOf(scope, ['Cluster', 'Namespaced'], SPEC.child('scope'), 'required'));
  const names = isJsonObject(spec.names) ? spec.names : {};
  const versions = versionsOf(spec);
  errors.push(...validateVersions(versions));
  const path = SPEC.child('names');
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const)
    if (text(names[field]) === '') errors.push(fieldErrors.required(path.child(field)));
  errors.push(...validateNames(names, path));
  errors.push(...validateShared(versions));
  const strategy = text(isJsonObject(spec.conversion) ? spec.conversion.strategy : undefined);
  if (spec.preserveUnknownFields === true && isJsonObject(spec.conversion) && strategy !== 'None')
    errors.push(
      fieldErrors.invalid(
        SPEC.child('conversion', 'strategy'),
        strategy,
        'must be None if spec.preserveUnknownFields is true',
      ),
    );
  errors.push(...validateConversion(spec.conversion, SPEC.child('conversion')));
  return errors;
}

/** The CRD's name says plural and group. */
function validateName(object: KubeObject, spec: JsonObject): FieldError[] {
  const names = isJsonObject(spec.names) ? spec.names : {};
  const wanted = `${text(names.plural)}.${text(spec.group)}`;
  const { name } = object.metadata as { readonly name?: string };
  return name === undefined || name === '' || name === wanted
    ? []
    : [
        fieldErrors.invalid(
          FieldPath.root('metadata', 'name'),
          object.metadata.name,
          'must be spec.names.plural+"."+spec.group',
        ),
      ];
}

function validateStoredVersions(object: KubeObject, spec: JsonObject): FieldError[] {
  const { status } = draftAs<JsonObject>(object);
  const stored = isJsonObject(status) ? strings(status.storedVersions) : [];
  const path = FieldPath.root('status', 'storedVersions');
  const versions = Array.isArray(spec.versions) ? spec.versions.filter((version) => isJsonObject(version)) : [];
  const errors: FieldError[] = [];
  if (stored.length === 0) return [fieldErrors.invalid(path, null, 'must have at least one stored version')];
  const storage = versions.filter((version) => version.storage === true).map((version) => text(version.name));
  if (storage.length > 0 && !stored.includes(storage[storage.length - 1]))
    errors.push(fieldErrors.invalid(path, stored, `must have the storage version ${storage[storage.length - 1]}`));
  stored.forEach((name, index) => {
    if (!versions.some((version) => version.name === name))
      errors.push(
        fieldErrors.invalid(
          path.index(index),
          name,
          `missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions`.replace(
            /\bv1\b/g,
            name,
          ),
        ),
      );
  });
  return errors;
}

const APPROVED = 'api-approved.kubernetes.io';
const isProtected = (group: string): boolean => /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group);

type Approval = 'approved' | 'bypassed' | 'invalid' | 'missing';

/** apihelpers.GetAPIApprovalState */
function approvalOf({ metadata }: KubeObject): Approval {
  const value = metadata.annotations?.[APPROVED] ?? '';
  if (value === '') return 'missing';
  if (value.startsWith('unapproved')) return 'bypassed';
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/\s]+/.test(value) ? 'approved' : 'invalid';
}

/** Groups of the Kubernetes community want a reviewed API (validateAPIApproval). */
function validateApproval(object: KubeObject, spec: JsonObject): FieldError[] {
  if (!isProtected(text(spec.group))) return [];
  const path = FieldPath.root('metadata', 'annotations').key(APPROVED);
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  const must = `protected groups must have approval annotation "${APPROVED}"`;
  const state = approvalOf(object);
  if (state === 'missing') return [fieldErrors.required(path, `${must}, ${see}`)];
  if (state !== 'invalid') return [];
  const detail = `${must} with either a URL or a reason starting with "unapproved", ${see}`;
  return [fieldErrors.invalid(path, object.metadata.annotations?.[APPROVED], detail)];
}

const validatePreserveUnknown = (spec: JsonObject): FieldError[] =>
  spec.preserveUnknownFields === true
    ? [
        fieldErrors.invalid(
          SPEC.child('preserveUnknownFields'),
          true,
          'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
        ),
      ]
    : [];

function isEstablished(object: KubeObject): boolean {
  const { status } = draftAs<JsonObject>(object);
  const conditions = isJsonObject(status) && Array.isArray(status.conditions) ? status.conditions : [];
  return conditions.some((one) => isJsonObject(one) && one.type === 'Established' && one.status === 'True');
}

/** ValidateCustomResourceDefinition. */
export function validateCustomResourceDefinition(object: KubeObject): FieldError[] {
  const spec = specOf(object);
  return [
    ...validateName(object, spec),
    ...validateSpec(spec),
    ...validateStoredVersions(object, spec),
    ...validateApproval(object, spec),
    ...validatePreserveUnknown(spec),
  ];
}

/** ValidateCustomResourceDefinitionUpdate: what established names and storage forbid. */
export function validateCustomResourceDefinitionUpdate(
  object: KubeObject,
  before: KubeObject,
  context: KindContext,
): FieldError[] {
  if (context.subresource === 'status') return [];
  const spec = specOf(object);
  const old = specOf(before);
  const errors = validateSpec(spec);
  const names = isJsonObject(spec.names) ? spec.names : {};
  const oldNames = isJsonObject(old.names) ? old.names : {};
  if (isEstablished(before)) {
    errors.push(...immutable(spec.scope, old.scope, SPEC.child('scope')));
    errors.push(...immutable(names.kind, oldNames.kind, SPEC.child('names', 'kind')));
  }
  errors.push(...immutable(spec.group, old.group, SPEC.child('group')));
  errors.push(...immutable(names.plural, oldNames.plural, SPEC.child('names', 'plural')));
  errors.push(...validateStoredVersions(object, spec));
  if (approvalOf(object) !== approvalOf(before)) errors.push(...validateApproval(object, spec));
  if (old.preserveUnknownFields !== true) errors.push(...validatePreserveUnknown(spec));
  return errors;
}
