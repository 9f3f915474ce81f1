import { jsonEqual, type JsonObject } from '@seatrial/kernel';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith, type CommandError } from '../../command/failure.js';
import { stringArrayFlag } from '../../command/flag.js';
import { subjectsOf } from '../../generators/policy-rules.js';
import { printTyped, requirePrinter } from '../../printers/object-printer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { listAt } from '../../resource/resource-info.js';
import { checkLocal, checkSetFlags, objectName, SET_FLAGS } from './pod-template.js';

/** `kubectl set subject`. */
export const setSubjectCommand = defineVerb({
  name: 'subject',
  usage:
    '(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  short: 'Update the user, group, or service account in a role binding or cluster role binding',
  flags: [
    ...SET_FLAGS.filter(({ name }) => name !== 'record'),
    stringArrayFlag('group', 'Groups to bind to the role'),
    stringArrayFlag('serviceaccount', 'Service accounts to bind to the role'),
    stringArrayFlag('user', 'Usernames to bind to the role'),
  ],
  *run(k) {
    const dryRun = yield* k.dryRun();
    requirePrinter(k);
    const { flags } = k;
    checkLocal(k, k.args);
    const { infos, errors } = yield* resolveInfos(k, {
      typed: true,
      args: k.args,
      labelSelector: flags.string('selector'),
      allowEmptySelector: flags.bool('all'),
      local: flags.bool('local'),
    });
    failOnErrors(errors);
    checkSetFlags(k, dryRun);
    const added = subjectsOf(k);
    if (added.length === 0) failWith('you must specify at least one value of user, group or serviceaccount');
    const all: CommandError[] = [];
    for (const info of infos) {
      if (!/^(Cluster)?RoleBinding$/.test(info.mapping.kind))
        failWith(`error: ${objectName(k, info)} setting subjects is only supported for RoleBinding/ClusterRoleBinding`);
      const old = listAt(info.object, 'subjects');
      const subjects = [...old, ...added.filter((subject) => !old.some((one) => jsonEqual(one, subject)))];
      if (subjects.length === old.length) continue;
      const after: JsonObject = { ...info.object, subjects };
      if (dryRun === 'client' || flags.bool('local')) {
        yield* printTyped(k, after, 'subjects updated', dryRun);
        continue;
      }
      const api = yield* k.api();
      const done = yield* attempt(
        api.request({
          ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
          patchType: 'merge',
          body: { subjects },
          options: { fieldManager: flags.string('field-manager'), ...(dryRun === 'server' ? { dryRun: true } : {}) },
        }),
      );
      if ('failure' in done) all.push(...done.failure.errors);
      else yield* printTyped(k, done.value, 'subjects updated', dryRun);
    }
    failOnErrors(all);
    return 0;
  },
});
