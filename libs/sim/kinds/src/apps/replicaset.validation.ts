import type { KindContext, KubeObject } from '@seatrial/apiserver';
import type { FieldError } from '@seatrial/schema';
import type * as appsv1 from 'kubernetes-types/apps/v1.js';
import { draftAs } from '../registry/draft.js';
import { SPEC, immutableSelector, nonNegative } from '../validation/fields.js';
import { validateReplicatedTemplate, validateSelector } from './deployment.validation.js';

/** ValidateReplicaSetSpec. */
export function validateReplicaSet(object: KubeObject): FieldError[] {
  const spec = draftAs<{ spec: appsv1.ReplicaSetSpec }>(object).spec;
  return [
    ...nonNegative(spec.replicas, SPEC.child('replicas')),
    ...nonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...validateSelector(spec.selector, 'deployment', SPEC.child('selector')),
    ...validateReplicatedTemplate(spec.template, spec.selector, SPEC.child('template')),
  ];
}

export function validateReplicaSetUpdate(object: KubeObject, before: KubeObject, context: KindContext): FieldError[] {
  if (context.subresource === 'status') return [];
  const now = draftAs<appsv1.ReplicaSet>(object).spec;
  const old = draftAs<appsv1.ReplicaSet>(before).spec;
  return [...validateReplicaSet(object), ...immutableSelector(now?.selector, old?.selector, SPEC.child('selector'))];
}
