import { defineVerb } from '../../command/command.js';
import { sendRaw } from '../../client/raw-request.js';
import { getObjects } from './get-generic.js';
import { GET_FLAGS, getOptions } from './get-options.js';
import { getTables } from './get-table.js';
import { watchObjects } from './get-watch.js';

/** `kubectl get` (k8s.io/kubectl/pkg/cmd/get). */
export const getCommand = defineVerb({
  name: 'get',
  usage:
    '[(-o|--output=)json|yaml|name|wide|…] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...)',
  short: 'Display one or many resources',
  examples: '  # List all pods in ps output format\n  kubectl get pods\n',
  flags: GET_FLAGS,
  *run(k) {
    const raw = k.flags.string('raw');
    if (raw !== '') return yield* sendRaw(k, 'GET', raw);
    const options = getOptions(k);
    if (options.watch) return yield* watchObjects(k, options);
    if (options.human) yield* getTables(k, options);
    else yield* getObjects(k, options);
    return 0;
  },
});
