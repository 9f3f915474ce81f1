import { helpPage } from '../../command/help.js';
import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { formatTime, goQuote } from '@seatrial/schema';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb, type VerbDefinition } from '../../command/command.js';
import { attempt, failWith, type CommandError } from '../../command/failure.js';
import { boolFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { PRINT_FLAGS, printTyped, requirePrinter } from '../../printers/object-printer.js';
import { failOnErrors, fetchObject, resolveInfos } from '../../resource/resolve-infos.js';
import { listAt, objectAt, type ResourceInfo } from '../../resource/resource-info.js';
import { FILENAME_FLAGS } from '../get/get-options.js';

/** What approving and denying differ in. */
interface Decision {
  readonly name: 'approve' | 'deny';
  readonly type: 'Approved' | 'Denied';
  readonly done: 'approved' | 'denied';
  readonly short: string;
}

function* decide(k: Invocation, info: ResourceInfo, decision: Decision): Coroutine<void> {
  // It is asked for once more before it is decided, and what was first found is what is shown.
  const live = yield* fetchObject(k, info.mapping, '', info.name);
  const conditions = listAt(live, 'status', 'conditions').filter(isJsonObject);
  const against = decision.type === 'Approved' ? 'Denied' : 'Approved';
  if (conditions.some((condition) => condition.type === against))
    failWith(`certificate signing request ${goQuote(info.name)} is already ${against}`);
  const known = conditions.some((condition) => condition.type === decision.type);
  if (known && !k.flags.bool('force')) {
    yield* printTyped(k, info.object, decision.done);
    return;
  }
  const condition: JsonObject = {
    type: decision.type,
    status: 'True',
    reason: decision.name === 'approve' ? 'KubectlApprove' : 'KubectlDeny',
    message: `This CSR was ${decision.done} by kubectl certificate ${decision.name}.`,
    lastUpdateTime: formatTime(k.now()),
  };
  const api = yield* k.api();
  const rest = conditions.filter((one) => one.type !== decision.type);
  yield* api.request({
    ...requestFor(info.mapping, 'update', { name: info.name }),
    subresource: 'approval',
    body: { ...live, status: { ...objectAt(live, 'status'), conditions: [...rest, condition] } },
    options: { fieldManager: 'kubectl-certificate' },
  });
  yield* printTyped(k, info.object, decision.done);
}

const decisionVerb = (decision: Decision): VerbDefinition =>
  defineVerb({
    name: decision.name,
    usage: '(-f FILENAME | NAME)',
    short: decision.short,
    flags: [...FILENAME_FLAGS, ...PRINT_FLAGS, boolFlag('force', 'Update the CSR even if it is already decided.')],
    *run(k) {
      requirePrinter(k);
      if (k.args.length === 0 && k.flags.list('filename').length === 0 && k.flags.string('kustomize') === '')
        failWith('one or more CSRs must be specified as <name> or -f <filename>');
      const args = k.args.length === 0 ? [] : ['certificatesigningrequests', ...k.args];
      const { infos, errors } = yield* resolveInfos(k, { args });
      const all: CommandError[] = [];
      for (const info of infos) {
        const done = yield* attempt(decide(k, info, decision));
        if ('failure' in done) all.push(...done.failure.errors);
      }
      all.push(...errors);
      failOnErrors(all);
      return 0;
    },
  });

/** `kubectl certificate`. */
export const certificateCommand: VerbDefinition = defineVerb({
  name: 'certificate',
  usage: 'SUBCOMMAND',
  short: 'Modify certificate resources',
  long: 'Modify certificate resources.',
  *run(k) {
    yield* k.out(helpPage({ verb: k.verb, path: k.path, rest: [], parents: [] }));
    return 0;
  },
  subcommands: [
    decisionVerb({
      name: 'approve',
      type: 'Approved',
      done: 'approved',
      short: 'Approve a certificate signing request',
    }),
    decisionVerb({ name: 'deny', type: 'Denied', done: 'denied', short: 'Deny a certificate signing request' }),
  ],
});
