import type { Coroutine } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringArrayFlag, stringFlag, type FlagDefinition } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { subjectsOf } from '../../generators/policy-rules.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';
import { requireFlags } from './required-flags.js';

const SUBJECT_FLAGS: readonly FlagDefinition[] = [
  stringFlag('clusterrole', 'ClusterRole that is bound'),
  stringArrayFlag('group', 'Groups to bind to the role.'),
  stringArrayFlag('serviceaccount', 'Service accounts to bind to the role, in the format <namespace>:<name>.'),
  stringArrayFlag('user', 'Usernames to bind to the role.'),
];

function* createBinding(
  k: Invocation,
  name: string,
  cluster: boolean,
  role: { kind: string; name: string },
): Coroutine<number> {
  const kind = cluster ? 'ClusterRoleBinding' : 'RoleBinding';
  const subjects = subjectsOf(k);
  yield* createGenerated(
    k,
    {
      group: 'rbac.authorization.k8s.io',
      version: 'v1',
      resource: `${kind.toLowerCase()}s`,
      kind,
      namespaced: !cluster,
      failure: `${kind.toLowerCase()}:`,
    },
    {
      kind,
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: generatedMetadata(k, name, !cluster),
      ...(subjects.length > 0 ? { subjects } : {}),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...role },
    },
  );
  return 0;
}

/** `kubectl create rolebinding`. */
export const createRoleBindingCommand = defineVerb({
  name: 'rolebinding',
  usage:
    'NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  short: 'Create a role binding for a particular role or cluster role',
  flags: [...GENERATOR_FLAGS, ...SUBJECT_FLAGS, stringFlag('role', 'Role that is bound')],
  *run(k) {
    const role = k.flags.string('role');
    const clusterRole = k.flags.string('clusterrole');
    const name = yield* completeGenerator(k);
    if ((role === '') === (clusterRole === '')) failWith('exactly one of clusterrole or role must be specified');
    return yield* createBinding(
      k,
      name,
      false,
      role === '' ? { kind: 'ClusterRole', name: clusterRole } : { kind: 'Role', name: role },
    );
  },
});

/** `kubectl create clusterrolebinding`. */
export const createClusterRoleBindingCommand = defineVerb({
  name: 'clusterrolebinding',
  usage:
    'NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  short: 'Create a cluster role binding for a particular cluster role',
  flags: [...GENERATOR_FLAGS, ...SUBJECT_FLAGS],
  *run(k) {
    requireFlags(k, 'clusterrole');
    const name = yield* completeGenerator(k);
    return yield* createBinding(k, name, true, { kind: 'ClusterRole', name: k.flags.string('clusterrole') });
  },
});
