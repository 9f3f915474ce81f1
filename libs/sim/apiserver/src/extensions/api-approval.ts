import type { DefinitionCondition } from './custom-resources.js';

/** The annotation that a definition in a group of the community must carry. */
export const APPROVED = 'api-approved.kubernetes.io';
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111';

/** apihelpers.IsProtectedCommunityGroup */
export const isProtectedGroup = (group: string): boolean => /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group);

type Verdict = readonly [status: 'True' | 'False', reason: string, message: string];

/** apihelpers.GetAPIApprovalState */
function verdictOn(annotation: string): Verdict {
  const must = `protected groups must have approval annotation "${APPROVED}"`;
  if (annotation === '') return ['False', 'MissingAnnotation', `${must}, ${SEE}`];
  if (annotation.startsWith('unapproved'))
    return ['False', 'UnapprovedAnnotation', `not approved: ${JSON.stringify(annotation)}`];
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]+/i.test(annotation))
    return ['True', 'ApprovedAnnotation', `approved in ${annotation}`];
  return ['False', 'InvalidAnnotation', `${must} with either a URL or a reason starting with "unapproved", ${SEE}`];
}

/** The condition KubernetesAPIApprovalPolicyConformant of a definition in such a group. */
export function approvalCondition(annotation = ''): Omit<DefinitionCondition, 'lastTransitionTime'> {
  const [status, reason, message] = verdictOn(annotation);
  return { type: 'KubernetesAPIApprovalPolicyConformant', status, reason, message };
}
