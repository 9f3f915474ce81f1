import type { PolicyRule } from 'kubernetes-types/rbac/v1.js';
import { policyRuleCells } from '../../describe/policy-rule-lines.js';
import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { TABLE_LAYOUT, alignColumns } from '../../printers/tab-writer.js';
import { listAt, textOf, valueAt } from '../../resource/resource-info.js';
import { selfReview } from './self-review.js';

const VERBS = new Set(
  'get list watch create update patch delete deletecollection use bind impersonate escalate approve sign attest * proxy'.split(
    ' ',
  ),
);

const URL_VERBS = new Set('get put post head options delete patch *'.split(' '));

interface Target {
  readonly resource: string;
  readonly group: string;
  readonly name: string;
  readonly namespaced: boolean;
  readonly known: boolean;
}

/** `resource[.version][.group]` or `resource/name` as the server knows it. */
function* targetOf(k: Invocation, typed: string): Coroutine<Target> {
  const [word, name = ''] = typed.split('/', 2);
  if (word === '*') return { resource: '*', group: '*', name, namespaced: true, known: true };
  const [resource, ...group] = word.split('.');
  const unknown = { resource, group: group.join('.'), name, namespaced: true, known: false };
  const reached = yield* attempt(k.api());
  if ('failure' in reached) {
    if (reached.failure.errors[0].type === 'connection') yield* warnings(k, '*', unknown);
    throw reached.failure;
  }
  const mapping = reached.value.restMapper().mappingFor(word);
  return mapping
    ? { resource: mapping.resource, group: mapping.group, name, namespaced: mapping.namespaced, known: true }
    : unknown;
}

/** Names that RBAC knows and no resource has. */
const IMPERSONATED = new Set(['users', 'groups']);

function* warnings(k: Invocation, verb: string, target: Target): Coroutine<void> {
  const group = target.group === '' ? '' : ` in group '${target.group}'`;
  if (!target.known && !(target.group === '' && IMPERSONATED.has(target.resource)))
    yield* k.err(`Warning: the server doesn't have a resource type '${target.resource}'${group}\n\n`);
  if (k.flags.bool('all-namespaces')) return;
  if (!target.namespaced) yield* k.err(`Warning: resource '${target.resource}' is not namespace scoped${group}\n\n`);
  if (!VERBS.has(verb)) yield* k.err(`Warning: verb '${verb}' is not a known verb\n\n`);
}

function* list(k: Invocation): Coroutine<number> {
  const { namespace } = k.namespace();
  const status = yield* selfReview(k, 'selfsubjectrulesreviews', 'SelfSubjectRulesReview', { namespace });
  const rules = [...listAt(status, 'resourceRules'), ...listAt(status, 'nonResourceRules')].filter(isJsonObject);
  const rows = policyRuleCells(rules as unknown as PolicyRule[]).map((cells) => `${cells.join('\t')}\n`);
  const header = k.flags.bool('no-headers') ? '' : 'Resources\tNon-Resource URLs\tResource Names\tVerbs\n';
  yield* k.out(alignColumns(`${header}${rows.join('')}`, TABLE_LAYOUT));
  return 0;
}

function checkNoHeaders(k: Invocation): void {
  if (k.flags.bool('no-headers')) failWith('--no-headers cannot be set without --list specified');
}

function* attributesOf(k: Invocation): Coroutine<JsonObject> {
  const { args, flags } = k;
  const [verb, typed] = args;
  if (typed.startsWith('/')) {
    if (flags.string('subresource') !== '') failWith('--subresource can not be used with NonResourceURL');
    if (!URL_VERBS.has(verb)) yield* k.err(`Warning: verb '${verb}' is not a known verb\n\n`);
    checkNoHeaders(k);
    return { nonResourceAttributes: { verb, path: typed } };
  }
  const target = yield* targetOf(k, typed);
  yield* warnings(k, verb, target);
  checkNoHeaders(k);
  const namespace = flags.bool('all-namespaces') || !target.namespaced ? '' : k.namespace().namespace;
  return {
    resourceAttributes: {
      namespace,
      verb,
      group: target.group,
      resource: target.resource,
      subresource: flags.string('subresource'),
      name: target.name,
    },
  };
}

function* run(k: Invocation): Coroutine<number> {
  const { args, flags } = k;
  if (flags.bool('list')) {
    if (args.length !== 0) failWith('list option must be specified with no arguments');
    if (flags.bool('quiet') || flags.bool('all-namespaces') || flags.string('subresource') !== '')
      failWith("list option can't be specified with neither quiet, all-namespaces nor subresource options");
    return yield* list(k);
  }
  if (args.length !== 2)
    failWith(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  const spec = yield* attributesOf(k);
  const status = yield* selfReview(k, 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', spec);
  const allowed = valueAt(status, 'allowed') === true;
  const reason = allowed ? '' : textOf(valueAt(status, 'reason'));
  if (!flags.bool('quiet')) yield* k.out(`${allowed ? 'yes' : 'no'}${reason === '' ? '' : ` - ${reason}`}\n`);
  return allowed ? 0 : 1;
}

/** `kubectl auth can-i`. */
export const canICommand = defineVerb({
  name: 'can-i',
  usage: 'VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  short: 'Check whether an action is allowed',
  flags: [
    boolFlag('all-namespaces', 'Check the specified action in all namespaces.', { shorthand: 'A' }),
    boolFlag('list', 'Prints all allowed actions.'),
    boolFlag('no-headers', 'Prints allowed actions without headers'),
    boolFlag('quiet', 'Suppress output and just return the exit code.', { shorthand: 'q' }),
    stringFlag('subresource', 'SubResource such as pod/log or deployment/scale'),
  ],
  run,
});
