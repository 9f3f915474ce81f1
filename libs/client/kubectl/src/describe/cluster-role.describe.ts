import type { ClusterRole } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { describeRole } from './policy-rule-lines.js';

/** ClusterRole: its rules. */
export const clusterRoleDescribe = defineDescriber<ClusterRole>({
  group: 'rbac.authorization.k8s.io',
  kind: 'ClusterRole',
  describe: describeRole,
});
