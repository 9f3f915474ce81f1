import { defineVerb } from '../../command/command.js';
import { attempt, failWith, plainMessage, type CommandFailure } from '../../command/failure.js';
import { durationFlag, stringArrayFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { objectPrinter, outputFormat, PRINT_FLAGS, requirePrinter } from '../../printers/object-printer.js';
import { objectAt, textOf } from '../../resource/resource-info.js';
import { requiredName } from './create-generated.js';

const BOUND_KINDS = ['Node', 'Pod', 'Secret'];

/** TokenOptions.Validate. */
function checkToken({ flags }: Invocation, kind: string, seconds: number): void {
  if (seconds < 0) failWith('--duration must be greater than or equal to 0');
  if (!Number.isInteger(seconds)) failWith('--duration cannot be expressed in units less than seconds');
  if (flags.list('audience').includes('')) failWith('--audience must not be an empty string');
  if (kind === '') {
    for (const flag of ['bound-object-name', 'bound-object-uid'])
      if (flags.string(flag) !== '') failWith(`--${flag} can only be set if --bound-object-kind is provided`);
    return;
  }
  if (!BOUND_KINDS.includes(kind)) failWith(`supported --bound-object-kind values are ${BOUND_KINDS.join(', ')}`);
  if (flags.string('bound-object-name') === '')
    failWith('--bound-object-name is required if --bound-object-kind is provided');
}

/** A POST that found no server. */
function failUnreached(k: Invocation, name: string, failure: CommandFailure): never {
  const [error] = failure.errors;
  if (error.type !== 'connection' || error.cause === undefined) throw failure;
  const path = `/api/v1/namespaces/${k.namespace().namespace}/serviceaccounts/${name}/token`;
  failWith(`failed to create token: Post "${error.server ?? ''}${path}": ${error.cause}`);
}

/** `kubectl create token`: a TokenRequest of a service account. */
export const createTokenCommand = defineVerb({
  name: 'token',
  usage: 'SERVICE_ACCOUNT_NAME',
  short: 'Request a service account token',
  flags: [
    ...PRINT_FLAGS,
    stringArrayFlag('audience', 'Audience of the requested token.'),
    stringFlag('bound-object-kind', 'Kind of an object to bind the token to.'),
    stringFlag('bound-object-name', 'Name of an object to bind the token to.'),
    stringFlag('bound-object-uid', 'UID of an object to bind the token to.'),
    durationFlag('duration', 'Requested lifetime of the issued token.'),
  ],
  *run(k) {
    const name = requiredName(k);
    requirePrinter(k);
    const { flags } = k;
    const kind = flags.string('bound-object-kind');
    const seconds = flags.durationMs('duration') / 1000;
    checkToken(k, kind, seconds);
    const reached = yield* attempt(k.api());
    if ('failure' in reached) failUnreached(k, name, reached.failure);
    const api = reached.value;
    const bound = {
      kind,
      apiVersion: 'v1',
      name: flags.string('bound-object-name'),
      ...(flags.string('bound-object-uid') === '' ? {} : { uid: flags.string('bound-object-uid') }),
    };
    const result = yield* attempt(
      api.request({
        verb: 'create',
        group: '',
        version: 'v1',
        resource: 'serviceaccounts',
        subresource: 'token',
        namespace: k.namespace().namespace,
        name,
        body: {
          kind: 'TokenRequest',
          apiVersion: 'authentication.k8s.io/v1',
          metadata: {},
          spec: {
            audiences: flags.list('audience'),
            ...(flags.changed('duration') && seconds > 0 ? { expirationSeconds: seconds } : {}),
            ...(kind === '' ? {} : { boundObjectRef: bound }),
          },
        },
      }),
    );
    if ('failure' in result) {
      const [error] = result.failure.errors;
      failWith(`failed to create token: ${plainMessage(error)}`);
    }
    const token = textOf(objectAt(result.value, 'status')?.token);
    if (token === '') failWith('failed to create token: no token in server response');
    yield* k.out(
      outputFormat(k) === ''
        ? `${token}${k.process.stdout.isTerminal ? '\n' : ''}`
        : objectPrinter(k, '')(result.value),
    );
    return 0;
  },
});
