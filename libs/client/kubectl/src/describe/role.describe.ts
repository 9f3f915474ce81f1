import type { Role } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { describeRole } from './policy-rule-lines.js';

/** Role: its rules. */
export const roleDescribe = defineDescriber<Role>({
  group: 'rbac.authorization.k8s.io',
  kind: 'Role',
  describe: describeRole,
});
