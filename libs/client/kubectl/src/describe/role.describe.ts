import type { Role } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { writePolicyRules } from './policy-rule-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** Role: its rules. */
export const roleDescribe = defineDescriber<Role>({
  group: 'rbac.authorization.k8s.io',
  kind: 'Role',
  describe: (role) => {
    const w = new DescriptionWriter();
    writeName(w, role, false);
    writeLabelsAndAnnotations(w, role);
    writePolicyRules(w, role.rules);
    return w.text();
  },
});
