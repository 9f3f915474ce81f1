import { isJsonObject, jsonEqual, type JsonObject } from '@seatrial/kernel';
import type { KindContext, KubeObject } from '@seatrial/apiserver';
import {
  FieldPath,
  Quantity,
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  type FieldError,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { draftAs } from '../registry/draft.js';
import { SPEC, complain, oneOf } from '../validation/fields.js';
import { validateLabelSelector } from '../validation/label-selector.validation.js';
import { sortedAmounts } from '../validation/resources.js';
import { unifiedDiff } from '../validation/unified-diff.js';

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

type Amounts = Readonly<Record<string, string>>;

export function validateAccessModes(modes: readonly string[], path: FieldPath): FieldError[] {
  const errors = modes.flatMap((mode) =>
    ACCESS_MODES.includes(mode) ? [] : [fieldErrors.notSupported(path, mode, ACCESS_MODES)],
  );
  if (
    modes.includes('ReadWriteOncePod') &&
    modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode))
  )
    errors.push(fieldErrors.forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  return errors;
}

interface DataSource {
  readonly apiGroup?: string | null;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

function validateDataSource(source: DataSource, path: FieldPath): FieldError[] {
  const { apiGroup, kind = '', name = '', namespace } = source;
  const errors: FieldError[] = [];
  if (name === '') errors.push(fieldErrors.required(path.child('name')));
  if (kind === '') errors.push(fieldErrors.required(path.child('kind')));
  if (apiGroup) errors.push(...complain(path.child('apiGroup'), apiGroup, isDns1123Subdomain(apiGroup)));
  else if (kind !== 'PersistentVolumeClaim')
    errors.push(
      fieldErrors.invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"),
    );
  if (namespace) errors.push(...complain(path.child('namespace'), namespace, isDns1123Label(namespace)));
  return errors;
}

/** What a claim's volume is filled from, by its old name and its new one. */
function validateDataSources(spec: core.PersistentVolumeClaimSpec, path: FieldPath): FieldError[] {
  const { dataSource, dataSourceRef } = spec as { dataSource?: DataSource; dataSourceRef?: DataSource };
  const errors = [
    ...(dataSource ? validateDataSource(dataSource, path.child('dataSource')) : []),
    ...(dataSourceRef ? validateDataSource(dataSourceRef, path.child('dataSourceRef')) : []),
  ];
  if (!dataSource || !dataSourceRef) return errors;
  const plain = ({ apiGroup, kind = '', name = '' }: DataSource): string =>
    JSON.stringify([apiGroup ?? '', kind, name]);
  // The value that these show is a path, whose parts are its own.
  if (dataSourceRef.namespace)
    errors.push(fieldErrors.invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified'));
  else if (plain(dataSource) !== plain(dataSourceRef))
    errors.push(fieldErrors.invalid(path, {}, 'must match dataSourceRef'));
  return errors;
}

const SNAPSHOT_GROUP = 'snapshot.storage.k8s.io';

/** Old data sources are of two kinds; each name of the source stands for the other (pkg/api/persistentvolumeclaim util.go). */
export function normalizeDataSources(spec: JsonObject | undefined, old?: JsonObject): void {
  if (!spec) return;
  const reference = spec.dataSourceRef;
  if (isJsonObject(reference) && reference.namespace && !old?.dataSourceRef) delete spec.dataSourceRef;
  const source = spec.dataSource;
  if (isJsonObject(source) && !spec.dataSourceRef && !old?.dataSource && !old?.dataSourceRef) {
    const group = source.apiGroup ?? '';
    const isKnown =
      (group === '' && source.kind === 'PersistentVolumeClaim') ||
      (group === SNAPSHOT_GROUP && source.kind === 'VolumeSnapshot');
    if (!isKnown) delete spec.dataSource;
  }
  if (isJsonObject(spec.dataSource) && !spec.dataSourceRef) spec.dataSourceRef = { ...spec.dataSource };
  else if (isJsonObject(spec.dataSourceRef) && !spec.dataSource && !spec.dataSourceRef.namespace)
    spec.dataSource = { ...spec.dataSourceRef };
}

/** A claim's spec (ValidatePersistentVolumeClaimSpec). */
export function validateClaimSpec(spec: core.PersistentVolumeClaimSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const modes = spec.accessModes ?? [];
  if (modes.length === 0)
    errors.push(fieldErrors.required(path.child('accessModes'), 'at least 1 access mode is required'));
  errors.push(...validateLabelSelector(spec.selector, path.child('selector')));
  errors.push(...validateAccessModes(modes, path.child('accessModes')));
  const requests = (spec.resources?.requests ?? {}) as unknown as Amounts;
  const storage = path.child('resources').key('storage');
  if (!Object.hasOwn(requests, 'storage')) errors.push(fieldErrors.required(storage));
  else if (Quantity.of(requests.storage).sign() <= 0)
    errors.push(fieldErrors.invalid(storage, requests.storage, 'must be greater than zero'));
  if (spec.storageClassName)
    errors.push(
      ...complain(path.child('storageClassName'), spec.storageClassName, isDns1123Subdomain(spec.storageClassName)),
    );
  errors.push(...oneOf(spec.volumeMode, ['Block', 'Filesystem'], path.child('volumeMode')));
  errors.push(...validateDataSources(spec, path));
  const attributes = (spec as { volumeAttributesClassName?: string }).volumeAttributesClassName;
  if (attributes)
    errors.push(...complain(path.child('volumeAttributesClassName'), attributes, isDns1123Subdomain(attributes)));
  return errors;
}

export function validateClaim(object: KubeObject): FieldError[] {
  return validateClaimSpec(draftAs<core.PersistentVolumeClaim>(object).spec ?? {}, SPEC);
}

const FORBIDDEN_UPDATE =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

/** Go prints maps by their keys. */
const sortedList = (amounts: Readonly<Record<string, string>> | undefined): Record<string, string> | null =>
  amounts ? Object.fromEntries(sortedAmounts(amounts)) : null;

/** What prints of a claim's spec when it may not change. */
function internalClaim(spec: core.PersistentVolumeClaimSpec): unknown {
  const resources = spec.resources;
  return {
    AccessModes: spec.accessModes ?? null,
    Selector: spec.selector ?? null,
    Resources: { Limits: sortedList(resources?.limits), Requests: sortedList(resources?.requests) },
    VolumeName: spec.volumeName ?? '',
    StorageClassName: spec.storageClassName ?? null,
    VolumeMode: spec.volumeMode ?? null,
    DataSource: spec.dataSource ?? null,
    DataSourceRef: spec.dataSourceRef ?? null,
    VolumeAttributesClassName: (spec as { volumeAttributesClassName?: string }).volumeAttributesClassName ?? null,
  };
}

type ClaimSpec = core.PersistentVolumeClaimSpec & { volumeAttributesClassName?: string };

/** A claim's spec and the one before, without what may change: the volume once, the class of one that had none, a bound one's size. */
function whatStands(now: ClaimSpec, was: ClaimSpec, bound: boolean): { compared: ClaimSpec; kept: ClaimSpec } {
  const compared = { ...now };
  const kept = { ...was };
  if (!was.volumeName) kept.volumeName = now.volumeName;
  if (was.storageClassName === undefined && now.storageClassName !== undefined) delete compared.storageClassName;
  if (!bound) return { compared, kept };
  const requests = now.resources?.requests;
  const size = was.resources?.requests?.storage;
  if (requests && size !== undefined)
    compared.resources = { ...now.resources, requests: { ...requests, storage: size } };
  compared.volumeAttributesClassName = was.volumeAttributesClassName;
  return { compared, kept };
}

/** An update of a claim: bound ones may grow, the rest stands (ValidatePersistentVolumeClaimUpdate). */
export function validateClaimUpdate(object: KubeObject, before: KubeObject, context: KindContext): FieldError[] {
  if (context.subresource === 'status') return [];
  const claim = draftAs<core.PersistentVolumeClaim>(object);
  const old = draftAs<core.PersistentVolumeClaim>(before);
  const now = claim.spec ?? {};
  const was = old.spec ?? {};
  const errors = validateClaimSpec(now, SPEC);
  const { compared, kept } = whatStands(now, was, claim.status?.phase === 'Bound');
  if (!jsonEqual(compared, kept)) {
    const print = (spec: core.PersistentVolumeClaimSpec): string => JSON.stringify(internalClaim(spec), undefined, 1);
    errors.push(fieldErrors.forbidden(SPEC, `${FORBIDDEN_UPDATE}\n${unifiedDiff(print(kept), print(compared))}`));
  }
  if (!jsonEqual(now.volumeMode ?? null, was.volumeMode ?? null))
    errors.push(fieldErrors.invalid(FieldPath.root('volumeMode'), now.volumeMode ?? null, 'field is immutable'));
  const wanted = Quantity.of(now.resources?.requests?.storage);
  const had = Quantity.of(was.resources?.requests?.storage);
  const capacity = Quantity.of(old.status?.capacity?.storage);
  if (wanted.compare(had) < 0 && wanted.compare(capacity) <= 0) {
    errors.push(
      fieldErrors.forbidden(
        SPEC.child('resources', 'requests', 'storage'),
        'field can not be less than status.capacity',
      ),
    );
  }
  return errors;
}
