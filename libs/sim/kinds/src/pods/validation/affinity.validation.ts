import { FieldPath, fieldErrors, isDns1123Label, isValidLabelValue, type FieldError } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { complain, oneOf } from '../../validation/fields.js';
import {
  validateLabelName,
  validateLabelSelector,
  validateRequirement,
} from '../../validation/label-selector.validation.js';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function nodeTerm(term: core.NodeSelectorTerm, path: FieldPath): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((requirement, index) =>
      validateRequirement(requirement, path.child('matchExpressions').index(index), true),
    ),
    ...(term.matchFields ?? []).flatMap((requirement, index) => {
      const at = path.child('matchFields').index(index);
      const errors: FieldError[] = [];
      if (requirement.operator !== 'In' && requirement.operator !== 'NotIn')
        errors.push(fieldErrors.invalid(at.child('operator'), requirement.operator, 'not a valid selector operator'));
      else if (requirement.values?.length !== 1)
        errors.push(
          fieldErrors.required(
            at.child('values'),
            "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
          ),
        );
      if (requirement.key !== 'metadata.name')
        errors.push(fieldErrors.invalid(at.child('key'), requirement.key, 'not a valid field selector key'));
      return errors;
    }),
  ];
}

/** A node selector as pods and volumes have it (ValidateNodeSelector). */
export function validateNodeSelector(selector: core.NodeSelector, path: FieldPath): FieldError[] {
  const at = path.child('nodeSelectorTerms');
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [fieldErrors.required(at, 'must have at least one node selector term')];
  return terms.flatMap((term, index) => nodeTerm(term, at.index(index)));
}

const weight = (value: number, path: FieldPath): FieldError[] =>
  value <= 0 || value > 100 ? [fieldErrors.invalid(path.child('weight'), value, 'must be in the range 1-100')] : [];

interface LabelSelectorFields {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string }[];
}

/** Labels that join a selector must not be in it already (ValidateMatchLabelKeysAndMismatchLabelKeys). */
function validateLabelKeys(
  match: readonly string[] = [],
  mismatch: readonly string[] = [],
  selector: LabelSelectorFields | undefined,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, keys] of [
    ['matchLabelKeys', match],
    ['mismatchLabelKeys', mismatch],
  ] as const) {
    const at = path.child(field);
    if (keys.length > 0 && !selector)
      errors.push(fieldErrors.forbidden(at, 'must not be specified when labelSelector is not set'));
    else keys.forEach((key, index) => errors.push(...validateLabelName(key, at.index(index))));
  }
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    if (seen.has(key) && match.includes(key))
      // The path is as odd as the real one.
      errors.push(
        fieldErrors.invalid(path.index(match.lastIndexOf(key)), key, 'exists in both matchLabelKeys and labelSelector'),
      );
    seen.add(key);
  }
  match.forEach((key, index) => {
    if (mismatch.includes(key))
      errors.push(
        fieldErrors.invalid(
          path.child('matchLabelKeys').index(index),
          key,
          'exists in both matchLabelKeys and mismatchLabelKeys',
        ),
      );
  });
  return errors;
}

function podTerm(term: core.PodAffinityTerm, path: FieldPath): FieldError[] {
  const errors = [
    ...validateLabelSelector(term.labelSelector, path.child('labelSelector')),
    ...validateLabelSelector(term.namespaceSelector, path.child('namespaceSelector')),
  ];
  for (const name of term.namespaces ?? [])
    errors.push(...complain(path.child('namespace'), name, isDns1123Label(name)));
  errors.push(...validateLabelKeys(term.matchLabelKeys, term.mismatchLabelKeys, term.labelSelector, path));
  if (!term.topologyKey) errors.push(fieldErrors.required(path.child('topologyKey'), 'can not be empty'));
  return [...errors, ...validateLabelName(term.topologyKey, path.child('topologyKey'))];
}

function podTerms(affinity: core.PodAffinity | core.PodAntiAffinity | undefined, path: FieldPath): FieldError[] {
  return [
    ...(affinity?.[REQUIRED] ?? []).flatMap((term, index) => podTerm(term, path.child(REQUIRED).index(index))),
    ...(affinity?.[PREFERRED] ?? []).flatMap((term, index) => {
      const at = path.child(PREFERRED).index(index);
      return [...weight(term.weight, at), ...podTerm(term.podAffinityTerm, at.child('podAffinityTerm'))];
    }),
  ];
}

export function validateAffinity(affinity: core.Affinity | undefined, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const node = affinity?.nodeAffinity;
  const at = path.child('nodeAffinity');
  if (node?.[REQUIRED]) errors.push(...validateNodeSelector(node[REQUIRED], at.child(REQUIRED)));
  (node?.[PREFERRED] ?? []).forEach((term, index) => {
    const place = at.child(PREFERRED).index(index);
    errors.push(...weight(term.weight, place), ...nodeTerm(term.preference, place.child('preference')));
  });
  errors.push(...podTerms(affinity?.podAffinity, path.child('podAffinity')));
  errors.push(...podTerms(affinity?.podAntiAffinity, path.child('podAntiAffinity')));
  return errors;
}

export function validateTolerations(
  tolerations: readonly core.Toleration[] | undefined,
  path: FieldPath,
): FieldError[] {
  return (tolerations ?? []).flatMap((toleration, index) => {
    const at = path.index(index);
    const errors: FieldError[] = [];
    const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
    if (key) errors.push(...validateLabelName(key, at.child('key')));
    else if (operator !== 'Exists') {
      errors.push(
        fieldErrors.invalid(
          at.child('operator'),
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(
        fieldErrors.invalid(at.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"),
      );
    }
    if (operator === 'Equal' || operator === '') {
      const complaints = isValidLabelValue(value);
      if (complaints.length > 0) errors.push(fieldErrors.invalid(at.child('operator'), value, complaints.join(';')));
    } else if (operator === 'Exists') {
      if (value)
        errors.push(
          fieldErrors.invalid(at.child('operator'), value, "value must be empty when `operator` is 'Exists'"),
        );
    } else {
      // Comparisons of numbers are behind a feature gate, yet named where one is tried.
      const supported = operator === 'Lt' || operator === 'Gt' ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists'];
      errors.push(fieldErrors.notSupported(at.child('operator'), operator, supported));
    }
    return [...errors, ...oneOf(effect, EFFECTS, at.child('effect'), 'allowed')];
  });
}

export function validateTopologySpread(
  constraints: readonly core.TopologySpreadConstraint[] | undefined,
  path: FieldPath,
): FieldError[] {
  return (constraints ?? []).flatMap((constraint, index) => {
    const at = path.index(index);
    const errors: FieldError[] = [];
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
    if (maxSkew <= 0) errors.push(fieldErrors.invalid(at.child('maxSkew'), maxSkew, 'must be greater than zero'));
    if (!topologyKey) errors.push(fieldErrors.required(at.child('topologyKey'), 'can not be empty'));
    if (!['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable))
      errors.push(
        fieldErrors.notSupported(at.child('whenUnsatisfiable'), whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']),
      );
    const twin = constraints?.some(
      (other, i) => i > index && other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable,
    );
    if (twin)
      errors.push(
        fieldErrors.duplicate(at.child('{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`),
      );
    if (minDomains !== undefined) {
      if (minDomains <= 0)
        errors.push(fieldErrors.invalid(at.child('minDomains'), minDomains, 'must be greater than zero'));
      if (whenUnsatisfiable !== 'DoNotSchedule')
        errors.push(
          fieldErrors.invalid(
            at.child('minDomains'),
            minDomains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
          ),
        );
    }
    errors.push(...oneOf(constraint.nodeAffinityPolicy, ['Honor', 'Ignore'], at.child('nodeAffinityPolicy')));
    errors.push(...oneOf(constraint.nodeTaintsPolicy, ['Honor', 'Ignore'], at.child('nodeTaintsPolicy')));
    errors.push(...validateLabelKeys(constraint.matchLabelKeys, [], constraint.labelSelector, at));
    return [...errors, ...validateLabelSelector(constraint.labelSelector, at.child('labelSelector'))];
  });
}
