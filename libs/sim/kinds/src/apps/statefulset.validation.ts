import { jsonEqual } from '@seatrial/kernel';
import type { KindContext, KubeObject } from '@seatrial/apiserver';
import { fieldErrors, isDns1123Label, validateAnnotations, validateLabels, type FieldError } from '@seatrial/schema';
import type * as appsv1 from 'kubernetes-types/apps/v1.js';
import type * as core from 'kubernetes-types/core/v1.js';
import { validatePodTemplateSpec } from '../pods/validation/pod-spec.validation.js';
import { draftAs } from '../registry/draft.js';
import { validateClaimSpec } from '../storage/persistentvolumeclaim.validation.js';
import { SPEC, complain, nonNegative, oneOf } from '../validation/fields.js';
import {
  invalidSelector,
  validateKeptRunning,
  validateSelector,
  validateTemplateLabels,
} from './deployment.validation.js';

type Spec = appsv1.StatefulSetSpec & {
  persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
  ordinals?: { start?: number };
};

function validateUpdateStrategy(spec: Spec): FieldError[] {
  const path = SPEC.child('updateStrategy');
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  const errors: FieldError[] = [];
  if (!type) errors.push(fieldErrors.required(path));
  else if (type === 'OnDelete') {
    if (rollingUpdate)
      errors.push(
        fieldErrors.invalid(
          path.child('rollingUpdate'),
          internalRollingUpdate(rollingUpdate),
          `only allowed for updateStrategy 'RollingUpdate'`,
        ),
      );
  } else if (type === 'RollingUpdate') {
    const at = path.child('rollingUpdate');
    errors.push(...nonNegative(rollingUpdate?.partition, at.child('partition')));
  } else errors.push(fieldErrors.invalid(path, internalStrategy(spec), "must be 'RollingUpdate' or 'OnDelete'"));
  return errors;
}

type RollingUpdate = appsv1.RollingUpdateStatefulSetStrategy;

/* As the API server's internal types print. */
const internalRollingUpdate = ({ partition }: RollingUpdate): unknown => ({
  Partition: partition ?? 0,
  MaxUnavailable: null,
});

const internalStrategy = ({ updateStrategy: { type, rollingUpdate } = {} }: Spec): unknown => ({
  Type: type ?? '',
  RollingUpdate: rollingUpdate ? internalRollingUpdate(rollingUpdate) : null,
});

/** The template as its pods will be: the controller sets their names, and claims come before volumes of the same name. */
function podTemplateOf(spec: Spec): core.PodTemplateSpec {
  const { template } = spec;
  const claims = (spec.volumeClaimTemplates ?? []).map((claim) => claim.metadata?.name ?? '');
  const { subdomain: _, hostname: __, ...rest } = template.spec ?? { containers: [] };
  if (claims.length === 0) return { ...template, spec: rest };
  const volumes: core.Volume[] = claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = (rest.volumes ?? []).filter(({ name }) => !claims.includes(name));
  return { ...template, spec: { ...rest, volumes: [...volumes, ...others] } };
}

/** ValidatePodTemplateSpecForStatefulSet; `skipPods` where the old template was already wrong. */
function validateTemplate(spec: Spec, skipPods: boolean): FieldError[] {
  const path = SPEC.child('template');
  const { metadata } = spec.template;
  const invalid = invalidSelector(spec.selector, '');
  const errors =
    invalid.length > 0
      ? invalid
      : [
          ...validateTemplateLabels(spec.template, spec.selector, path),
          ...(skipPods ? [] : validatePodTemplateSpec(podTemplateOf(spec), path)),
          ...validateLabels(metadata?.labels, path.child('labels')),
          ...validateAnnotations(metadata?.annotations, path.child('annotations')),
        ];
  return [...errors, ...validateKeptRunning(spec.template, path, 'StatefulSet')];
}

interface Leniency {
  /** What is kept from before may be wrong: claims, the service's name; and the template where it was wrong before. */
  readonly update: boolean;
  readonly skipPods: boolean;
}

const STRICT: Leniency = { update: false, skipPods: false };

export const validateStatefulSet = (object: KubeObject): FieldError[] =>
  validateSpec(draftAs<{ spec: Spec }>(object).spec, STRICT);

/** ValidateStatefulSetSpec. */
function validateSpec(spec: Spec, { update, skipPods }: Leniency): FieldError[] {
  const errors: FieldError[] = [];
  const policy = spec.podManagementPolicy;
  if (!policy) errors.push(fieldErrors.required(SPEC.child('podManagementPolicy')));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel')
    errors.push(fieldErrors.invalid(SPEC.child('podManagementPolicy'), policy, "must be 'OrderedReady' or 'Parallel'"));
  errors.push(...validateUpdateStrategy(spec));
  const retention = SPEC.child('persistentVolumeClaimRetentionPolicy');
  for (const field of ['whenDeleted', 'whenScaled'] as const)
    errors.push(
      ...oneOf(spec.persistentVolumeClaimRetentionPolicy?.[field], ['Retain', 'Delete'], retention.child(field)),
    );
  if (!update) {
    (spec.volumeClaimTemplates ?? []).forEach((claim, index) =>
      errors.push(
        ...validateClaimSpec(claim.spec ?? {}, SPEC.child('volumeClaimTemplates').index(index).child('spec')),
      ),
    );
  }
  const serviceName = update ? '' : (spec.serviceName ?? '');
  errors.push(
    ...nonNegative(spec.replicas, SPEC.child('replicas')),
    ...nonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...nonNegative(spec.ordinals?.start, SPEC.child('ordinals.start')),
    ...(serviceName ? complain(SPEC.child('serviceName'), serviceName, isDns1123Label(serviceName)) : []),
    ...validateSelector(spec.selector, 'statefulset', SPEC.child('selector')),
    ...validateTemplate(spec, skipPods),
  );
  return errors;
}

const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export function validateStatefulSetUpdate(object: KubeObject, before: KubeObject, context: KindContext): FieldError[] {
  if (context.subresource === 'status') return [];
  const fixed = (value: KubeObject): unknown => {
    const copy: Record<string, unknown> = { ...draftAs<{ spec: Record<string, unknown> }>(value).spec };
    for (const field of MUTABLE) Reflect.deleteProperty(copy, field);
    return copy;
  };
  const known = { update: true, skipPods: false };
  const skipPods = validateSpec(draftAs<{ spec: Spec }>(before).spec, known).length > 0;
  const errors = validateSpec(draftAs<{ spec: Spec }>(object).spec, { ...known, skipPods });
  if (!jsonEqual(fixed(object), fixed(before))) {
    errors.push(
      fieldErrors.forbidden(
        SPEC,
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      ),
    );
  }
  return errors;
}
