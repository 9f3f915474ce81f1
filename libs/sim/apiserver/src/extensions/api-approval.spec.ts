import { expect, it } from 'vitest';
import { approvalCondition, isProtectedGroup } from './api-approval.js';

it.each([
  ['lab.k8s.io', true],
  ['kubernetes.io', true],
  ['myk8s.io', false],
  ['example.com', false],
])('%s is a group of the community: %s', (group, is) => {
  expect(isProtectedGroup(group)).toBe(is);
});

it.each([
  [undefined, 'MissingAnnotation', 'False'],
  ['unapproved, a test', 'UnapprovedAnnotation', 'False'],
  ['https://github.com/kubernetes/kubernetes/pull/1', 'ApprovedAnnotation', 'True'],
  ['yes', 'InvalidAnnotation', 'False'],
])('annotated %s', (annotation, reason, status) => {
  expect(approvalCondition(annotation)).toMatchObject({ reason, status });
});
