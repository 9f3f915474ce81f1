import { compareStrings, isJsonObject, readAll, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith, plainMessage, textError } from '../../command/failure.js';
import { boolFlag, stringArrayFlag, stringFlag, stringSliceFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { requirePrinter } from '../../printers/object-printer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { listAt, nameOf, objectAt, stringMapAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import {
  changeAll,
  checkSetFlags,
  notAPod,
  objectName,
  podSpecOf,
  selectContainers,
  SET_FLAGS,
} from './pod-template.js';
import { referencedValue, type EnvironmentOwner } from './referenced-value.js';

const NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const NAME_RULE =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";

interface EnvironmentChange {
  readonly resources: string[];
  readonly set: JsonObject[];
  readonly remove: string[];
}

/** The assignments of a text; a hash ends a line wherever it stands (set/env readEnv). */
function readEnvironment(text: string): JsonObject[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, '').replace(/#.*$/s, ''));
  return lines.flatMap((line) => {
    const equals = line.indexOf('=');
    return equals < 0 ? [] : [{ name: line.slice(0, equals), value: line.slice(equals + 1) }];
  });
}

function* parseArguments(k: Invocation): Coroutine<EnvironmentChange> {
  const resources: string[] = [];
  const words: string[] = [];
  for (const arg of k.args) {
    const isEnv = arg.indexOf('=') > 0 || arg.endsWith('-');
    if (isEnv) words.push(arg);
    else if (words.length > 0) failWith(`all resources must be specified before environment changes: ${arg}`);
    else resources.push(arg);
  }
  const set: JsonObject[] = [];
  const remove: string[] = [];
  for (const word of [...k.flags.list('env'), ...words]) {
    const equals = word.indexOf('=');
    if (word === '-') {
      set.push(...readEnvironment(yield* readAll(k.process.stdin)));
    } else if (equals >= 0) {
      const name = word.slice(0, equals);
      if (!NAME.test(name)) failWith(`${JSON.stringify(name)} is not a valid key name: ${NAME_RULE}`);
      set.push({ name, value: word.slice(equals + 1) });
    } else if (word.endsWith('-')) remove.push(word.slice(0, -1));
    else failWith(`unknown environment variable: ${word}`);
  }
  if (set.some(({ name }) => remove.includes(textOf(name))))
    failWith('can not both modify and remove the same environment variable in the same command');
  return { resources, set, remove };
}

/** `MODE` of a key `app.mode` (keyToEnvName). */
const environmentName = (key: string): string => key.replace(/[^a-zA-Z0-9_]/g, '_').toUpperCase();

function* fromObjects(k: Invocation): Coroutine<JsonObject[]> {
  const from = k.flags.string('from');
  if (from === '') return [];
  const { infos, errors } = yield* resolveInfos(k, {
    typed: true,
    args: k.flags.bool('local') ? [] : [from],
    local: k.flags.bool('local'),
  });
  failOnErrors(errors);
  const keys = k.flags.list('keys');
  const prefix = k.flags.string('prefix');
  const found: JsonObject[] = [];
  for (const info of infos) {
    const reference =
      info.mapping.kind === 'Secret'
        ? 'secretKeyRef'
        : info.mapping.kind === 'ConfigMap'
          ? 'configMapKeyRef'
          : undefined;
    if (!reference) failWith(`unsupported resource specified in --from`);
    for (const key of Object.keys(stringMapAt(info.object, 'data')).sort(compareStrings)) {
      if (keys.length > 0 && !keys.includes(key)) continue;
      const name = environmentName(key);
      if (name !== key) yield* k.err(`Warning: key ${key} transferred to ${name}\n`);
      found.push({ name: `${prefix}${name}`, valueFrom: { [reference]: { name: info.name, key } } });
    }
  }
  return found;
}

function updated(old: readonly JsonObject[], change: EnvironmentChange): JsonObject[] {
  const result = old.map((entry) => ({ ...entry }));
  for (const entry of change.set) {
    const at = result.findIndex((one) => one.name === entry.name);
    if (at >= 0) result[at] = entry;
    else result.push(entry);
  }
  return result.filter((entry) => !change.remove.includes(textOf(entry.name)));
}

/** --overwrite=false: what has a value already. */
function overwritten(old: readonly JsonObject[], change: EnvironmentChange): string | undefined {
  for (const { name } of change.set) {
    const known = old.find((one) => one.name === name);
    if (known) return `'${textOf(name)}' already has a value (${textOf(known.value)}), and --overwrite is false`;
  }
  return undefined;
}

function referenceText(entry: JsonObject): string {
  const from = objectAt(entry, 'valueFrom') ?? {};
  const name = textOf(entry.name);
  const field = objectAt(from, 'fieldRef');
  const resource = objectAt(from, 'resourceFieldRef');
  const configMap = objectAt(from, 'configMapKeyRef');
  const secret = objectAt(from, 'secretKeyRef');
  if (field) return `# ${name} from field path ${textOf(field.fieldPath)}`;
  if (resource) {
    const owner = textOf(resource.containerName);
    return `# ${name} from resource field ${owner === '' ? '' : `${owner}/`}${textOf(resource.resource)}`;
  }
  if (configMap) return `# ${name} from configmap ${textOf(configMap.name)}, key ${textOf(configMap.key)}`;
  if (secret) return `# ${name} from secret ${textOf(secret.name)}, key ${textOf(secret.key)}`;
  return `# ${name} invalid valueFrom`;
}

function* listEntry(k: Invocation, owner: EnvironmentOwner, entry: JsonObject): Coroutine<string | undefined> {
  if (!isJsonObject(entry.valueFrom)) {
    yield* k.out(`${textOf(entry.name)}=${textOf(entry.value)}\n`);
    return undefined;
  }
  const value = k.flags.bool('resolve') ? yield* attempt(referencedValue(k, owner, entry.valueFrom)) : undefined;
  if (value && 'value' in value) yield* k.out(`${textOf(entry.name)}=${value.value}\n`);
  else yield* k.out(`${referenceText(entry)}\n`);
  return value && 'failure' in value ? plainMessage(value.failure.errors[0]) : undefined;
}

/** One container's variables; what could not be resolved is said after them, once an error. */
function* listContainer(k: Invocation, owner: EnvironmentOwner, entries: readonly JsonObject[]): Coroutine<void> {
  const failed = new Map<string, string[]>();
  for (const entry of entries) {
    const problem = yield* listEntry(k, owner, entry);
    if (problem !== undefined) failed.set(problem, [...(failed.get(problem) ?? []), textOf(entry.name)]);
  }
  const lines = [...failed].map(
    ([problem, names]) => `error retrieving reference for ${names.sort(compareStrings).join(', ')}: ${problem}\n`,
  );
  yield* k.err(lines.sort(compareStrings).join(''));
}

const selectedContainers = (k: Invocation, spec: JsonObject): JsonObject[] =>
  selectContainers(spec, k.flags.string('containers'));

const noContainers = (k: Invocation, object: JsonObject): string =>
  `Warning: ${textOf(object.kind)}/${nameOf(object)} does not have any containers matching ${JSON.stringify(k.flags.string('containers'))}\n`;

function* list(k: Invocation, infos: readonly ResourceInfo[], change: EnvironmentChange): Coroutine<void> {
  for (const info of infos) {
    const spec = podSpecOf(info.object);
    // What cannot be changed is passed over without a word.
    if (!spec) continue;
    const containers = selectedContainers(k, spec);
    if (containers.length === 0) yield* k.err(noContainers(k, info.object));
    for (const container of containers) {
      const name = textOf(container.name);
      yield* k.out(`# ${info.mapping.kind} ${nameOf(info.object)}, container ${name}\n`);
      const entries = updated(listAt(container, 'env').filter(isJsonObject), change);
      yield* listContainer(k, { object: info.object, container }, entries);
    }
  }
}

/** `kubectl set env`. */
export const setEnvCommand = defineVerb({
  name: 'env',
  usage: 'RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  short: 'Update environment variables on a pod template',
  flags: [
    ...SET_FLAGS.filter(({ name }) => name !== 'record'),
    stringFlag('containers', 'The names of containers in the selected pod templates to change.', {
      shorthand: 'c',
      default: '*',
    }),
    stringArrayFlag('env', 'Specify a key-value pair for an environment variable to set into each container.', {
      shorthand: 'e',
    }),
    stringFlag('from', 'The name of a resource from which to inject environment variables'),
    stringSliceFlag('keys', 'Comma-separated list of keys to import from specified resource'),
    boolFlag('list', 'If true, display the environment and any changes in the standard format.'),
    boolFlag('overwrite', 'If true, allow environment to be overwritten.', { default: 'true' }),
    stringFlag('prefix', 'Prefix to append to variable names'),
    boolFlag('resolve', 'If true, show secret or configmap references when listing variables'),
  ],
  *run(k) {
    const { flags } = k;
    if (flags.bool('all') && flags.string('selector') !== '')
      failWith('cannot set --all and --selector at the same time');
    const dryRun = yield* k.dryRun();
    requirePrinter(k);
    const parsed = yield* parseArguments(k);
    checkSetFlags(k, dryRun);
    if (parsed.resources.length === 0 && flags.list('filename').length === 0)
      failWith('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    if (flags.bool('list') && flags.string('output') !== '')
      failWith('--list and --output may not be specified together');
    if (flags.list('keys').length > 0 && flags.string('from') === '')
      failWith('when specifying --keys, a configmap or secret must be provided with --from');
    const change = { ...parsed, set: [...parsed.set, ...(yield* fromObjects(k))] };
    const { infos, errors } = yield* resolveInfos(k, {
      typed: true,
      args: flags.bool('local') ? [] : change.resources,
      labelSelector: flags.string('selector'),
      allowEmptySelector: flags.bool('all'),
      local: flags.bool('local'),
    });
    failOnErrors(errors);
    if (flags.bool('list')) {
      yield* list(k, infos, change);
      return 0;
    }
    const warnings: string[] = [];
    const failed = yield* changeAll(k, infos, { what: 'env', operation: 'env updated', dryRun }, (object, info) => {
      const spec = podSpecOf(object);
      if (!spec) return [textError(notAPod(k, info))];
      const containers = selectedContainers(k, spec);
      if (containers.length === 0) warnings.push(noContainers(k, object));
      for (const container of containers) {
        const old = listAt(container, 'env').filter(isJsonObject);
        const taken = flags.bool('overwrite') ? undefined : overwritten(old, change);
        if (taken !== undefined) return [textError(`error: ${objectName(k, info)} ${taken}`)];
        const env = updated(old, change);
        container.env = env.length > 0 ? env : undefined;
      }
      return [];
    });
    yield* k.err(warnings.join(''));
    failOnErrors(failed);
    return 0;
  },
});
