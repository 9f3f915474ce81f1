import { DEBUG_FLAGS, checkDebugFlags, type Debugging } from './debug-flags.js';
import { customProfile, withCustomProfile } from './custom-profile.js';
import { NOT_ROOT_WARNING, losesRights, copiedFor, nodeSpecOf, PROFILES, securityContextOf } from './debug-profile.js';
import { isJsonObject, sleep, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { failOnErrors, fetchObject, resolveInfos } from '../../resource/resolve-infos.js';
import {
  listAt,
  metadataOf,
  nameOf,
  namespaceOf,
  objectAt,
  textOf,
  type ResourceInfo,
} from '../../resource/resource-info.js';
import { createObject } from '../../resource/write-object.js';
import { asMapping } from '../create/create-generated.js';
import { printLog } from '../logs/print-log.js';
import { reattachNotice, sessionNotice } from '../exec/attach-to-run.js';
import { awaitRemote, kubeletOf, remoteStreams, requireOk } from '../exec/pod-streams.js';

const POD = asMapping({ group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true });

function suffix(k: Invocation): string {
  return k.process.machine.simulation.random.split(`debug/${k.now()}/${k.pid}`).characters(5);
}

function* debuggerName(k: Invocation): Coroutine<string> {
  const given = k.flags.string('container');
  if (given !== '') return given;
  const name = `debugger-${suffix(k)}`;
  if (!k.flags.bool('quiet')) yield* k.out(`Defaulting debug container name to ${name}.\n`);
  return name;
}

function debugContainer(k: Invocation, name: string, command: readonly string[]): JsonObject {
  const { flags } = k;
  const env = Object.entries(flags.map('env')).map(([name, value]) => ({ name, value }));
  return {
    name,
    image: flags.string('image'),
    ...(command.length > 0 ? { [flags.bool('arguments-only') ? 'args' : 'command']: [...command] } : {}),
    ...(env.length > 0 ? { env } : {}),
    ...(flags.bool('stdin') ? { stdin: true } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
    ...(flags.string('image-pull-policy') === '' ? {} : { imagePullPolicy: flags.string('image-pull-policy') }),
    terminationMessagePolicy: 'File',
  };
}

function* attach(k: Invocation, pod: JsonObject, container: string, list: string): Coroutine<number> {
  let now = pod;
  for (let i = 0; i < 600; i++) {
    now = yield* fetchObject(k, POD, namespaceOf(pod), nameOf(pod));
    const status = listAt(now, 'status', list)
      .filter(isJsonObject)
      .find((one) => one.name === container);
    const state = isJsonObject(status?.state) ? status.state : {};
    if (state.terminated !== undefined) {
      yield* printLog(k, pod, { container });
      return 0;
    }
    if (state.running !== undefined) break;
    yield* sleep(100);
  }
  yield* sessionNotice(k, { name: container, tty: k.flags.bool('tty') });
  const kubelet = yield* kubeletOf(k, pod, 'attach', container);
  const remote = requireOk(
    kubelet.attach(namespaceOf(pod), nameOf(pod), {
      container,
      ...remoteStreams(k, k.flags.bool('stdin')),
      tty: k.flags.bool('tty'),
    }),
  );
  const status = yield* awaitRemote(k, remote);
  yield* reattachNotice(k, now, { name: container, tty: k.flags.bool('tty') });
  return status;
}

const wantsAttach = (k: Invocation): boolean =>
  k.flags.changed('attach') ? k.flags.bool('attach') : k.flags.bool('stdin') || k.flags.bool('tty');

/** An ephemeral container in the running pod. */
function* debugByEphemeral(k: Invocation, info: ResourceInfo, { command, custom }: Debugging): Coroutine<number> {
  const name = yield* debuggerName(k);
  const target = k.flags.string('target');
  const context = securityContextOf(k.flags.string('profile'), 'pod');
  const plain = {
    ...debugContainer(k, name, command),
    ...(context ? { securityContext: context } : {}),
    ...(target === '' ? {} : { targetContainerName: target }),
  };
  const container = withCustomProfile(plain, custom);
  if (losesRights(info.object, objectAt(container, 'securityContext'))) yield* k.err(NOT_ROOT_WARNING);
  const api = yield* k.api();
  const others = listAt(info.object, 'spec', 'ephemeralContainers');
  // The patch is made by name: a second container of the same name changes nothing.
  const known = others.some((one) => isJsonObject(one) && one.name === name);
  const pod = yield* api.request({
    ...requestFor(POD, 'patch', { namespace: info.namespace, name: info.name }),
    subresource: 'ephemeralcontainers',
    patchType: 'strategic',
    body: known ? {} : { spec: { ephemeralContainers: [...others, container] } },
    options: { fieldManager: 'kubectl-debug' },
  });
  return wantsAttach(k) ? yield* attach(k, pod, name, 'ephemeralContainerStatuses') : 0;
}

/** The containers of a copy: images changed, the debugging container changed or added. */
function copiedContainers(
  k: Invocation,
  containers: readonly JsonObject[],
  name: string,
  { command, custom }: Debugging,
): JsonObject[] {
  const { flags } = k;
  const images = flags.map('set-image');
  const changed = containers.map((container) => {
    const image = images[textOf(container.name)] ?? images['*'];
    return image === undefined ? container : { ...container, image };
  });
  if (name === '') return changed;
  const finished = (container: JsonObject, before?: JsonObject): JsonObject => {
    const { securityContext: _, ...plain } = container;
    const context = securityContextOf(flags.string('profile'), 'pod', before);
    return withCustomProfile({ ...plain, ...(context ? { securityContext: context } : {}) }, custom);
  };
  const own = debugContainer(k, name, command);
  if (!containers.some((container) => container.name === name)) return [...changed, finished(own)];
  const { name: _, terminationMessagePolicy: _policy, image, ...rest } = own;
  return changed.map((container) => {
    if (container.name !== name) return container;
    const { stdin: _in, tty: _tty, ...before } = container;
    const overridden = {
      ...before,
      ...rest,
      ...(image === '' || image === undefined ? {} : { image }),
      ...(command.length > 0 && !flags.bool('arguments-only') ? { args: [] } : {}),
    };
    return finished(overridden, objectAt(container, 'securityContext'));
  });
}

/** --copy-to: a copy of the pod with another container beside its own, or with changed ones. */
function* debugByCopy(k: Invocation, info: ResourceInfo, debugging: Debugging): Coroutine<number> {
  const { flags } = k;
  const { nodeName, ephemeralContainers: _, ...rest } = isJsonObject(info.object.spec) ? info.object.spec : {};
  const containers = listAt(rest, 'containers').filter(isJsonObject);
  const given = flags.string('container');
  const existing = containers.some((container) => container.name === given);
  const imagesOnly = !existing && flags.string('image') === '' && flags.changed('set-image');
  if (!existing && !imagesOnly && flags.string('image') === '')
    failWith('you must specify image when creating new container');
  const name = existing ? given : imagesOnly ? '' : yield* debuggerName(k);
  const { labels, annotations } = metadataOf(info.object);
  const copy: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: flags.string('copy-to'),
      namespace: info.namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      ...rest,
      ...(flags.bool('same-node') && nodeName !== undefined ? { nodeName } : {}),
      ...(flags.changed('share-processes') ? { shareProcessNamespace: flags.bool('share-processes') } : {}),
      containers: copiedContainers(k, containers, name, debugging),
    },
  };
  const object = name === '' ? copy : copiedFor(flags.string('profile'), copy, flags);
  const own = listAt(object, 'spec', 'containers')
    .filter(isJsonObject)
    .find((container) => container.name === name);
  if (own && losesRights(object, objectAt(own, 'securityContext'))) yield* k.err(NOT_ROOT_WARNING);
  const pod = yield* createObject(k, POD, info.namespace, object, { fieldManager: 'kubectl-debug' });
  if (flags.bool('replace')) {
    const api = yield* k.api();
    yield* api.request({
      ...requestFor(info.mapping, 'delete', { namespace: info.namespace, name: info.name }),
      options: { gracePeriodSeconds: 0 },
    });
  }
  return wantsAttach(k) && name !== '' ? yield* attach(k, pod, name, 'containerStatuses') : 0;
}

/** A pod on the node, in its namespaces, with its files at /host. */
function* debugNode(k: Invocation, info: ResourceInfo, { command, custom }: Debugging): Coroutine<number> {
  const container = k.flags.string('container') || 'debugger';
  const name = `node-debugger-${info.name}-${suffix(k)}`;
  if (!k.flags.bool('quiet'))
    yield* k.out(`Creating debugging pod ${name} with container ${container} on node ${info.name}.\n`);
  const { namespace } = k.namespace();
  const profile = k.flags.string('profile');
  const context = securityContextOf(profile, 'node');
  const spec = nodeSpecOf(profile, {
    ...debugContainer(k, container, command),
    ...(context ? { securityContext: context } : {}),
  });
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: {
      ...spec,
      containers: listAt(spec, 'containers')
        .filter(isJsonObject)
        .map((one) => withCustomProfile(one, custom)),
      nodeName: info.name,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
    },
  };
  const pod = yield* createObject(k, POD, namespace, body, { fieldManager: 'kubectl-debug' });
  return wantsAttach(k) ? yield* attach(k, pod, container, 'containerStatuses') : 0;
}

function debugOne(k: Invocation, info: ResourceInfo, debugging: Debugging): Coroutine<number> {
  if (info.mapping.kind === 'Node') return debugNode(k, info, debugging);
  if (info.mapping.kind !== 'Pod')
    failWith(`"${info.mapping.group}/${info.mapping.version}, Kind=${info.mapping.kind}" not supported by debug`);
  return k.flags.string('copy-to') === '' ? debugByEphemeral(k, info, debugging) : debugByCopy(k, info, debugging);
}

/** `kubectl debug`. */
export const debugCommand = defineVerb({
  name: 'debug',
  usage: '(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  short: 'Create debugging sessions for troubleshooting workloads and nodes',
  flags: DEBUG_FLAGS,
  *run(k) {
    const dash = k.flags.argsLengthAtDash;
    const names = dash < 0 ? k.args : k.args.slice(0, dash);
    const command = dash < 0 ? [] : k.args.slice(dash);
    const profile = k.flags.string('profile');
    if (!PROFILES.includes(profile)) failWith(`unknown profile: ${profile}`);
    const debugging = { command, custom: customProfile(k) };
    yield* checkDebugFlags(k, names, debugging);
    // One after the other: what is wrong with one ends the command, but what came before it was done.
    const files = names.length === 0 ? [[]] : [];
    let code = 0;
    for (const args of [...files, ...names.map((name) => (name.includes('/') ? [name] : ['pods', name]))]) {
      const { infos, errors } = yield* resolveInfos(k, { args });
      failOnErrors(errors);
      for (const info of infos) code = yield* debugOne(k, info, debugging);
    }
    return code;
  },
});
