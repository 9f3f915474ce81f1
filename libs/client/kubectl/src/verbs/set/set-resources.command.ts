import { defineVerb } from '../../command/command.js';
import { failWith, textError } from '../../command/failure.js';
import { stringFlag } from '../../command/flag.js';
import { requirePrinter } from '../../printers/object-printer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { objectAt } from '../../resource/resource-info.js';
import { resourceList } from '../create/create-quota.command.js';
import {
  changeAll,
  checkLocal,
  checkSetFlags,
  notAPod,
  podSpecOf,
  selectContainers,
  SET_FLAGS,
} from './pod-template.js';

/** `kubectl set resources`. */
export const setResourcesCommand = defineVerb({
  name: 'resources',
  usage: '(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  short: 'Update resource requests/limits on objects with pod templates',
  flags: [
    ...SET_FLAGS,
    stringFlag('containers', 'The names of containers in the selected pod templates to change.', {
      shorthand: 'c',
      default: '*',
    }),
    stringFlag('limits', 'The resource requirement limits for this container.'),
    stringFlag('requests', 'The resource requirement requests for this container.'),
  ],
  *run(k) {
    const { flags } = k;
    const dryRun = yield* k.dryRun();
    requirePrinter(k);
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
    if (flags.string('limits') === '' && flags.string('requests') === '')
      failWith('you must specify an update to requests or limits (in the form of --requests/--limits)');
    const limits = resourceList(flags.string('limits'));
    const requests = resourceList(flags.string('requests'));
    const verb = { what: 'resources', operation: 'resource requirements updated', dryRun };
    const failed = yield* changeAll(k, infos, verb, (object, info) => {
      const spec = podSpecOf(object);
      if (!spec) return [textError(notAPod(k, info))];
      const containers = selectContainers(spec, flags.string('containers'));
      for (const container of containers) {
        const old = objectAt(container, 'resources') ?? {};
        container.resources = {
          ...old,
          ...(Object.keys(limits).length > 0 ? { limits: { ...objectAt(old, 'limits'), ...limits } } : {}),
          ...(Object.keys(requests).length > 0 ? { requests: { ...objectAt(old, 'requests'), ...requests } } : {}),
        };
      }
      return containers.length > 0 ? [] : [textError(`unable to find container named ${flags.string('containers')}`)];
    });
    failOnErrors(failed);
    return 0;
  },
});
