import type { ClusterRoleBinding, RoleBinding } from '@seatrial/apiserver';
import { writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** Both kinds of binding look alike. */
export function describeBinding(binding: RoleBinding | ClusterRoleBinding): string {
  const w = new DescriptionWriter();
  writeName(w, binding, false);
  writeLabelsAndAnnotations(w, binding);
  w.write(0, 'Role:\n');
  w.field('Kind', binding.roleRef.kind, 1);
  w.field('Name', binding.roleRef.name, 1);
  w.write(0, 'Subjects:\n');
  w.write(1, 'Kind\tName\tNamespace\n');
  w.write(1, '----\t----\t---------\n');
  for (const { kind, name, namespace } of binding.subjects ?? []) w.write(1, `${kind}\t${name}\t${namespace ?? ''}\n`);
  return w.text();
}
