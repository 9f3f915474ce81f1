import type { RoleBinding } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { describeBinding } from './role-binding-text.js';

/** RoleBinding: the role and whom it is given to. */
export const roleBindingDescribe = defineDescriber<RoleBinding>({
  group: 'rbac.authorization.k8s.io',
  kind: 'RoleBinding',
  describe: describeBinding,
});
