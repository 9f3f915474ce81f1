import { FILENAME_FLAGS } from '../get/get-options.js';
import { defineVerb } from '../../command/command.js';
import { failWith, textError } from '../../command/failure.js';
import { requirePrinter } from '../../printers/object-printer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { changeAll, checkSetFlags, notAPod, podSpecOf, SET_OBJECT_FLAGS } from './pod-template.js';

/** `kubectl set serviceaccount`. */
export const setServiceAccountCommand = defineVerb({
  name: 'serviceaccount',
  aliases: ['sa'],
  usage: '(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  short: 'Update the service account of a resource',
  flags: [...FILENAME_FLAGS, ...SET_OBJECT_FLAGS],
  *run(k) {
    const dryRun = yield* k.dryRun();
    requirePrinter(k);
    if (k.flags.bool('local')) checkSetFlags(k, dryRun);
    if (k.args.length === 0) failWith('serviceaccount is required');
    const account = k.args.at(-1) ?? '';
    const { infos, errors } = yield* resolveInfos(k, {
      typed: true,
      args: k.flags.bool('local') ? [] : k.args.slice(0, -1),
      allowEmptySelector: k.flags.bool('all'),
      local: k.flags.bool('local'),
    });
    failOnErrors(errors);
    const verb = { what: 'serviceaccount', operation: 'serviceaccount updated', dryRun };
    const failed = yield* changeAll(k, infos, verb, (object, info) => {
      const spec = podSpecOf(object);
      if (!spec) return [textError(notAPod(k, info))];
      spec.serviceAccountName = account;
      if (spec.serviceAccount !== undefined) spec.serviceAccount = account;
      return [];
    });
    failOnErrors(failed);
    return 0;
  },
});
