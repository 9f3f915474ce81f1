import { defineVerb } from '../../command/command.js';
import { sendRaw } from '../../client/raw-request.js';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { checkRawPath } from '../create/raw-from-file.js';
import { getObjects } from './get-generic.js';
import { GET_FLAGS, getOptions } from './get-options.js';
import { getTables } from './get-table.js';
import { watchObjects } from './get-watch.js';

/** GetOptions.Validate: --raw stands alone. */
function checkRaw(k: Invocation, raw: string): void {
  const { flags } = k;
  if (k.args.length > 0) failWith('arguments may not be passed when --raw is specified');
  if (flags.bool('watch') || flags.bool('watch-only') || flags.string('selector') !== '')
    failWith('--raw may not be specified with other flags that filter the server request or alter the output');
  if (flags.string('output') !== '') failWith('--raw and --output are mutually exclusive');
  checkRawPath(raw);
}

/** `kubectl get` (k8s.io/kubectl/pkg/cmd/get). */
export const getCommand = defineVerb({
  name: 'get',
  suggestFor: ['list', 'ps'],
  usage:
    '[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]',
  short: 'Display one or many resources',
  examples: '  # List all pods in ps output format\n  kubectl get pods\n',
  flags: GET_FLAGS,
  *run(k) {
    const raw = k.flags.string('raw');
    if (raw !== '') {
      checkRaw(k, raw);
      return yield* sendRaw(k, 'GET', raw);
    }
    const options = getOptions(k);
    if (options.watch) return yield* watchObjects(k, options);
    if (options.human) yield* getTables(k, options);
    else yield* getObjects(k, options);
    return 0;
  },
});
