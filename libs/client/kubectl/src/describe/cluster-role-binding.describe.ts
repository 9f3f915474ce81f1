import type { ClusterRoleBinding } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { describeBinding } from './role-binding-text.js';

/** ClusterRoleBinding: the role and whom it is given to. */
export const clusterRoleBindingDescribe = defineDescriber<ClusterRoleBinding>({
  group: 'rbac.authorization.k8s.io',
  kind: 'ClusterRoleBinding',
  describe: describeBinding,
});
