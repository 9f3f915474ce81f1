import { NAMESPACES, type KindContext, type KindDefinition, type KubeObject } from '@seatrial/apiserver';
import { isJsonObject, jsonEqual, type JsonObject } from '@seatrial/kernel';
import { IMMUTABLE_COMPLAINT, fieldErrors, goQuote, goValue, type FieldError } from '@seatrial/schema';
import { draftAs, separateStatus } from '../registry/draft.js';
import { age, field, name, simple } from '../registry/simple-kind.js';
import { part } from '../registry/untyped.js';
import { SPEC } from '../validation/fields.js';
import { validateSlice } from '../validation/sets.js';
import { validateTemplateMetadata } from '../validation/template-metadata.validation.js';
import { defaultClaimSpec, dropAlphaFields, validateClaimSpec, type ClaimSpec } from './device-claim.validation.js';
import { validateConfiguration, validateSelectors, type Configuration, type Selector } from './device.validation.js';
import {
  dropAlphaSliceFields,
  sliceSpecOf,
  validateResourceSlice,
  type SliceSpec,
} from './resourceslice.validation.js';

const GROUP = 'resource.k8s.io';

/** `pending`, `allocated,reserved`… (printers/internalversion resourceClaimState) */
function claimState(object: JsonObject): string {
  const deleted = part(object, 'metadata', 'deletionTimestamp') !== undefined;
  const states = deleted ? ['deleted'] : [];
  if (!isJsonObject(part(object, 'status', 'allocation'))) {
    if (!deleted) states.push('pending');
    return states.join(',');
  }
  states.push('allocated');
  const reserved = part(object, 'status', 'reservedFor');
  if (Array.isArray(reserved) && reserved.length > 0) states.push('reserved');
  return states.join(',');
}

const ADMIN_LABEL = 'resource.kubernetes.io/admin-access';

/** AuthorizedForAdmin: a namespace says whether its claims may ask for admin access. */
function validateAdminAccess(spec: ClaimSpec, object: KubeObject, { store }: KindContext): FieldError[] {
  const asking = (spec.devices?.requests ?? []).findIndex(({ exactly }) => exactly?.adminAccess === true);
  if (asking < 0) return [];
  const namespace = store.get(NAMESPACES, undefined, object.metadata.namespace ?? '');
  if (namespace?.metadata.labels?.[ADMIN_LABEL] === 'true') return [];
  const at = SPEC.child('devices', 'requests').index(asking).child('adminAccess');
  return [
    fieldErrors.forbidden(
      at,
      `admin access to devices requires the \`${ADMIN_LABEL}: true\` label on the containing namespace`,
    ),
  ];
}

interface ClassSpec {
  readonly selectors?: readonly Selector[];
  readonly config?: readonly Configuration[];
  extendedResourceName?: string;
}

/** Only an alpha feature reads it. */
const dropExtendedResourceName = (draft: JsonObject): void => {
  delete draftAs<{ spec?: ClassSpec }>(draft).spec?.extendedResourceName;
};

const MAX_CLASS_CONFIG = 32;

/** ValidateDeviceClass (pkg/apis/resource/validation, v1.35). */
function validateClass(object: KubeObject): FieldError[] {
  const { selectors, config } = draftAs<{ spec?: ClassSpec }>(object).spec ?? {};
  return [
    ...validateSelectors(selectors, SPEC.child('selectors')),
    ...validateSlice(config, MAX_CLASS_CONFIG, validateConfiguration, SPEC.child('config')),
  ];
}

function immutableSpec(object: KubeObject, old: KubeObject, struct: string): FieldError[] {
  const [now, was] = [object, old].map((one) => (one as unknown as JsonObject).spec);
  if (jsonEqual(now ?? {}, was ?? {})) return [];
  const shown = isJsonObject(now) ? goValue('resource.v1', struct, now) : null;
  return [fieldErrors.invalid(SPEC, shown, IMMUTABLE_COMPLAINT)];
}

type Claim = { spec?: ClaimSpec };
type Template = { spec?: { metadata?: JsonObject; spec?: ClaimSpec } };

const claimSpec = (object: JsonObject | KubeObject): ClaimSpec => draftAs<Claim>(object).spec ?? {};
const templateSpec = (object: JsonObject | KubeObject): ClaimSpec => draftAs<Template>(object).spec?.spec ?? {};

const validateTemplate = (object: KubeObject): FieldError[] => [
  ...validateTemplateMetadata(draftAs<Template>(object).spec?.metadata, SPEC.child('metadata')),
  ...validateClaimSpec(templateSpec(object), SPEC.child('spec')),
];

/** Dynamic resource allocation: stored, validated and printed, without drivers (pkg/registry/resource, v1.35). */
export const resourceKinds: readonly KindDefinition[] = [
  simple({
    group: GROUP,
    version: 'v1',
    resource: 'deviceclasses',
    kind: 'DeviceClass',
    cells: [name, age],
    rest: {
      looksAtPrefix: false,
      prepareForCreate: dropExtendedResourceName,
      prepareForUpdate: dropExtendedResourceName,
      validate: validateClass,
      validateUpdate: validateClass,
    },
  }),
  simple({
    group: GROUP,
    version: 'v1',
    resource: 'resourceclaims',
    kind: 'ResourceClaim',
    generation: false,
    cells: [name, claimState, age],
    rest: {
      defaults: (draft) => {
        defaultClaimSpec(claimSpec(draft));
      },
      prepareForCreate: (draft) => {
        draft.status = {};
        dropAlphaFields(claimSpec(draft));
      },
      prepareForUpdate: (draft, old, { subresource }) => {
        dropAlphaFields(claimSpec(draft));
        separateStatus(draft, old, subresource);
      },
      validate: (object, context) => [
        ...validateAdminAccess(claimSpec(object), object, context),
        ...validateClaimSpec(claimSpec(object), SPEC),
      ],
      validateUpdate: (object, old) => immutableSpec(object, old, 'ResourceClaimSpec'),
    },
  }),
  simple({
    group: GROUP,
    version: 'v1',
    resource: 'resourceclaimtemplates',
    kind: 'ResourceClaimTemplate',
    generation: false,
    cells: [name, age],
    rest: {
      defaults: (draft) => {
        defaultClaimSpec(templateSpec(draft));
      },
      prepareForCreate: (draft) => {
        dropAlphaFields(templateSpec(draft));
      },
      prepareForUpdate: (draft) => {
        dropAlphaFields(templateSpec(draft));
      },
      validate: (object, context) => [
        ...validateAdminAccess(templateSpec(object), object, context),
        ...validateTemplate(object),
      ],
      validateUpdate: (object, old) => [
        ...validateTemplate(object),
        ...immutableSpec(object, old, 'ResourceClaimTemplateSpec'),
      ],
    },
  }),
  simple({
    group: GROUP,
    version: 'v1',
    resource: 'resourceslices',
    kind: 'ResourceSlice',
    cells: [name, field('spec', 'nodeName'), field('spec', 'driver'), field('spec', 'pool', 'name'), age],
    rest: {
      prepareForCreate: (draft) => {
        dropAlphaSliceFields(draftAs<{ spec?: SliceSpec }>(draft).spec ?? {});
      },
      prepareForUpdate: (draft) => {
        dropAlphaSliceFields(draftAs<{ spec?: SliceSpec }>(draft).spec ?? {});
      },
      validate: (object) => validateResourceSlice(object),
      validateUpdate: validateResourceSlice,
      warnings: (object) => {
        const { driver = '' } = sliceSpecOf(object);
        return driver === driver.toLowerCase()
          ? []
          : [`spec.driver: driver names should be lowercase; ${goQuote(driver)} contains uppercase characters`];
      },
      selectableFields: (object) => {
        const { nodeName = '', driver = '' } = sliceSpecOf(object);
        return { 'spec.nodeName': nodeName, 'spec.driver': driver };
      },
    },
  }),
];
