import { jsonEqual } from '@seatrial/kernel';
import type { KubeObject } from '@seatrial/apiserver';
import { fieldErrors, type FieldError } from '@seatrial/schema';
import type * as storage from 'kubernetes-types/storage/v1.js';
import { draftAs } from '../registry/draft.js';
import { age, flag, name, simple } from '../registry/simple-kind.js';
import { part, text } from '../registry/untyped.js';
import { SPEC, immutable, oneOf } from '../validation/fields.js';

/** What the published types do not have yet. */
interface Spec extends storage.CSIDriverSpec {
  nodeAllocatableUpdatePeriodSeconds?: number;
  seLinuxMount?: boolean;
  serviceAccountTokenInSecrets?: boolean;
}

/** SetDefaults_CSIDriver (pkg/apis/storage/v1, v1.35). */
const DEFAULTS = {
  attachRequired: true,
  fsGroupPolicy: 'ReadWriteOnceWithFSType',
  podInfoOnMount: false,
  requiresRepublish: false,
  seLinuxMount: false,
  storageCapacity: false,
};

const TEN_MINUTES = 600;

const specOf = (object: KubeObject): Spec => draftAs<{ spec: Spec }>(object).spec;

function validateTokenRequests(requests: readonly storage.TokenRequest[]): FieldError[] {
  const audiences = new Set<string>();
  return requests.flatMap(({ audience = '', expirationSeconds: seconds }, index) => {
    const at = SPEC.child('tokenRequests').index(index);
    if (audiences.has(audience)) return [fieldErrors.duplicate(at.child('audience'), audience)];
    audiences.add(audience);
    const path = at.child('expirationSeconds');
    if (seconds === undefined) return [];
    if (seconds < TEN_MINUTES)
      return [fieldErrors.invalid(path, seconds, 'may not specify a duration less than 10 minutes')];
    return seconds > 2 ** 32
      ? [fieldErrors.invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')]
      : [];
  });
}

/** ValidateCSIDriver. */
function validate(object: KubeObject): FieldError[] {
  const spec = specOf(object);
  const errors = oneOf(spec.fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType'], SPEC.child('fsGroupPolicy'));
  if (spec.fsGroupPolicy === '')
    errors.push(fieldErrors.notSupported(SPEC.child('fsGroupPolicy'), '', ['File', 'None', 'ReadWriteOnceWithFSType']));
  const requests = spec.tokenRequests ?? [];
  errors.push(...validateTokenRequests(requests));
  for (const mode of spec.volumeLifecycleModes ?? [])
    if (mode !== 'Persistent' && mode !== 'Ephemeral')
      errors.push(fieldErrors.notSupported(SPEC.child('volumeLifecycleModes'), mode, ['Persistent', 'Ephemeral']));
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < 10)
    errors.push(
      fieldErrors.invalid(
        SPEC.child('nodeAllocatableUpdatePeriodSeconds'),
        period,
        'must be greater than or equal to 10 seconds',
      ),
    );
  const inSecrets = spec.serviceAccountTokenInSecrets;
  if (inSecrets !== undefined && requests.length === 0)
    errors.push(
      fieldErrors.invalid(
        SPEC.child('serviceAccountTokenInSecrets'),
        inSecrets,
        'serviceAccountTokenInSecrets is set but no tokenRequests are specified',
      ),
    );
  return errors;
}

function validateUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const [now, old] = [specOf(object), specOf(before)];
  return [
    ...validate(object),
    ...immutable(now.attachRequired, old.attachRequired, SPEC.child('attachedRequired')),
    ...immutable(now.volumeLifecycleModes, old.volumeLifecycleModes, SPEC.child('volumeLifecycleModes')),
  ];
}

function warnings(object: KubeObject, before: KubeObject | undefined): string[] {
  const { tokenRequests = [], serviceAccountTokenInSecrets } = specOf(object);
  const isAsked = tokenRequests.length > 0 && serviceAccountTokenInSecrets === undefined;
  return isAsked && !(before && jsonEqual(specOf(before).tokenRequests ?? [], tokenRequests))
    ? [
        'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
      ]
    : [];
}

/** CSIDrivers (pkg/registry/storage/csidriver, v1.35). */
export const csiDriverKind = simple({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'csidrivers',
  kind: 'CSIDriver',
  generation: false,
  cells: [
    name,
    (object) => part(object, 'spec', 'attachRequired') ?? true,
    flag('spec', 'podInfoOnMount'),
    flag('spec', 'storageCapacity'),
    () => '<unset>',
    flag('spec', 'requiresRepublish'),
    (object) => {
      const modes = part(object, 'spec', 'volumeLifecycleModes');
      return Array.isArray(modes) ? modes.map(text).join(',') : 'Persistent';
    },
    age,
  ],
  rest: {
    defaults: (draft) => {
      const object = draftAs<{ spec?: Spec }>(draft);
      const spec: Spec = { ...DEFAULTS, ...object.spec };
      object.spec = spec;
      if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ['Persistent'];
    },
    validate,
    validateUpdate,
    warnings,
  },
});
