import { compareStrings, isJsonObject, utf8Length, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { fieldErrors, type FieldError } from './field-error.js';
import { FieldPath } from './field-path.js';
import { isValidIp } from './ip-address.js';
import {
  IMMUTABLE_COMPLAINT,
  NON_NEGATIVE_COMPLAINT,
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  isValidPathSegmentName,
  type Complaints,
} from './formats.js';

/** `any` leaves it to the path segment that every name has to be. */
export type NameRule = 'any' | 'dns-subdomain' | 'dns-label' | 'dns-1035-label' | 'ip-address' | 'path-segment';

const NAME_RULES: Readonly<Record<NameRule, (name: string) => Complaints>> = {
  any: () => [],
  'ip-address': isValidIp,
  'dns-subdomain': isDns1123Subdomain,
  'dns-label': isDns1123Label,
  'dns-1035-label': isDns1035Label,
  'path-segment': isValidPathSegmentName,
};

/** An object's name by its kind's rule; a prefix (generateName) may end in a dash. */
export function nameComplaints(rule: NameRule, name: string, prefix = false): Complaints {
  const masked =
    prefix && rule !== 'path-segment' && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
  return NAME_RULES[rule](masked);
}

const MAX_ANNOTATION_BYTES = 256 * 1024;

const sortedEntries = (value: unknown): [string, string][] =>
  isJsonObject(value) ? (Object.entries(value) as [string, string][]).sort(([a], [b]) => compareStrings(a, b)) : [];

/** Labels' keys and values (metav1 validation.ValidateLabels). */
export function validateLabels(labels: unknown, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of sortedEntries(labels)) {
    for (const complaint of isQualifiedName(key)) errors.push(fieldErrors.invalid(path, key, complaint));
    for (const complaint of isValidLabelValue(value)) errors.push(fieldErrors.invalid(path, value, complaint));
  }
  return errors;
}

/** Annotations' keys and total size (apimachinery validation.ValidateAnnotations). */
export function validateAnnotations(annotations: unknown, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of sortedEntries(annotations)) {
    for (const complaint of isQualifiedName(key.toLowerCase())) errors.push(fieldErrors.invalid(path, key, complaint));
    size += utf8Length(key) + utf8Length(value);
  }
  if (size > MAX_ANNOTATION_BYTES) errors.push(fieldErrors.tooLong(path, MAX_ANNOTATION_BYTES));
  return errors;
}

const REFERENCE_FIELDS = ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion'];

/** A reference as the struct prints it. */
const shownReference = (reference: JsonValue): JsonValue =>
  isJsonObject(reference)
    ? Object.fromEntries(REFERENCE_FIELDS.flatMap((field) => (field in reference ? [[field, reference[field]]] : [])))
    : reference;

function validateOwnerReferences(references: readonly JsonValue[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let controller = '';
  for (const reference of references) {
    if (!isJsonObject(reference)) continue;
    const { apiVersion = '', kind = '', name = '', uid = '' } = reference as Record<string, string>;
    // The place of a reference in the list is not named.
    if (!/^(?:[^/]*\/)?[^/]+$/.test(apiVersion))
      errors.push(fieldErrors.invalid(path.child('apiVersion'), apiVersion, 'version must not be empty'));
    for (const [field, value] of Object.entries({ kind, name, uid }))
      if (value === '') errors.push(fieldErrors.invalid(path.child(field), '', 'must not be empty'));
    if (apiVersion === 'v1' && kind === 'Event')
      errors.push(
        fieldErrors.invalid(path, shownReference(reference), '/v1, Kind=Event is disallowed from being an owner'),
      );
    if (reference.controller === true) {
      const owner = `${kind}/${name}`;
      if (controller !== '') {
        errors.push(
          fieldErrors.invalid(
            path,
            references.map(shownReference),
            `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner}`,
          ),
        );
      } else controller = owner;
    }
  }
  return errors;
}

function validateFinalizers(finalizers: readonly JsonValue[], path: FieldPath): FieldError[] {
  const errors = finalizers
    .map(String)
    .flatMap((finalizer) =>
      isQualifiedName(finalizer).map((complaint) => fieldErrors.invalid(path, finalizer, complaint)),
    );
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(fieldErrors.invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  return errors;
}

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Kubernetes' own finalizers need no domain (core validation.validateKubeFinalizerName). */
export const validateFinalizerName = (finalizer: string, path: FieldPath): FieldError[] =>
  finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)
    ? []
    : [fieldErrors.invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];

/** The finalizers of most built-in kinds, each by its place (core validation.ValidateObjectMeta and ValidateFinalizerName). */
export function validateFinalizerNames(metadata: JsonObject, path = FieldPath.root('metadata')): FieldError[] {
  const { finalizers } = metadata;
  if (!Array.isArray(finalizers)) return [];
  return finalizers
    .map(String)
    .flatMap((finalizer, index) => validateFinalizerName(finalizer, path.child('finalizers').index(index)));
}

/**
 * Every object's metadata before it is written (apimachinery api/validation.ValidateObjectMeta); without `prefix`
 * generateName is not looked at (ValidateObjectMetaWithOpts).
 */
export function validateObjectMeta(
  metadata: JsonObject,
  options: { readonly namespaced: boolean; readonly nameRule?: NameRule; readonly prefix?: boolean },
  path: FieldPath = FieldPath.root('metadata'),
): FieldError[] {
  const errors: FieldError[] = [];
  const rule = options.nameRule ?? 'dns-subdomain';
  const { name = '', generateName = '', namespace = '' } = metadata as Record<string, string>;
  if (generateName !== '' && options.prefix !== false) {
    for (const complaint of nameComplaints(rule, generateName, true))
      errors.push(fieldErrors.invalid(path.child('generateName'), generateName, complaint));
  }
  if (name === '') errors.push(fieldErrors.required(path.child('name'), 'name or generateName is required'));
  else {
    for (const complaint of nameComplaints(rule, name))
      errors.push(fieldErrors.invalid(path.child('name'), name, complaint));
  }
  if (options.namespaced) {
    if (namespace === '') errors.push(fieldErrors.required(path.child('namespace')));
    else {
      for (const complaint of isDns1123Label(namespace))
        errors.push(fieldErrors.invalid(path.child('namespace'), namespace, complaint));
    }
  } else if (namespace !== '') {
    errors.push(fieldErrors.forbidden(path.child('namespace'), 'not allowed on this type'));
  }
  if (typeof metadata.generation === 'number' && metadata.generation < 0)
    errors.push(fieldErrors.invalid(path.child('generation'), metadata.generation, NON_NEGATIVE_COMPLAINT));
  errors.push(...validateLabels(metadata.labels, path.child('labels')));
  errors.push(...validateAnnotations(metadata.annotations, path.child('annotations')));
  if (Array.isArray(metadata.ownerReferences))
    errors.push(...validateOwnerReferences(metadata.ownerReferences, path.child('ownerReferences')));
  if (Array.isArray(metadata.finalizers))
    errors.push(...validateFinalizers(metadata.finalizers, path.child('finalizers')));
  return errors;
}

/** What an update may not change in metadata (ValidateObjectMetaAccessorUpdate). */
export function validateObjectMetaUpdate(
  metadata: JsonObject,
  old: JsonObject,
  path: FieldPath = FieldPath.root('metadata'),
): FieldError[] {
  const errors: FieldError[] = [];
  const before = new Set((old.finalizers as string[] | undefined) ?? []);
  const added = ((metadata.finalizers as string[] | undefined) ?? []).filter((finalizer) => !before.has(finalizer));
  if (old.deletionTimestamp !== undefined && added.length > 0) {
    errors.push(
      fieldErrors.forbidden(
        path.child('finalizers'),
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(', ')}}`,
      ),
    );
  }
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const) {
    if ((metadata[field] ?? '') !== (old[field] ?? ''))
      errors.push(fieldErrors.invalid(path.child(field), metadata[field] ?? '', IMMUTABLE_COMPLAINT));
  }
  if ((metadata.deletionGracePeriodSeconds ?? null) !== (old.deletionGracePeriodSeconds ?? null)) {
    errors.push(
      fieldErrors.invalid(
        path.child('deletionGracePeriodSeconds'),
        metadata.deletionGracePeriodSeconds ?? null,
        IMMUTABLE_COMPLAINT,
      ),
    );
  }
  if (
    typeof metadata.generation === 'number' &&
    typeof old.generation === 'number' &&
    metadata.generation < old.generation
  )
    errors.push(fieldErrors.invalid(path.child('generation'), metadata.generation, 'must not be decremented'));
  errors.push(...validateLabels(metadata.labels, path.child('labels')));
  errors.push(...validateAnnotations(metadata.annotations, path.child('annotations')));
  if (Array.isArray(metadata.ownerReferences))
    errors.push(...validateOwnerReferences(metadata.ownerReferences, path.child('ownerReferences')));
  return errors;
}
