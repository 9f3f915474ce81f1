import { goQuote } from '@seatrial/schema';
import { isImageReference } from '../../generators/image-name.js';
import { NOT_ROOT_WARNING, losesRights, copiedFor, nodeSpecOf, PROFILES, securityContextOf } from './debug-profile.js';
import { isJsonObject, sleep, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, stringFlag, stringMapFlag, type FlagDefinition } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { failOnErrors, fetchObject, resolveInfos } from '../../resource/resolve-infos.js';
import { listAt, metadataOf, nameOf, namespaceOf, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { createObject } from '../../resource/write-object.js';
import { asMapping } from '../create/create-generated.js';
import { printLog } from '../logs/print-log.js';
import { sessionNotice } from '../exec/attach-to-run.js';
import { awaitRemote, kubeletOf, remoteStreams, requireOk } from '../exec/pod-streams.js';
import { FILENAME_FLAGS } from '../get/get-options.js';

const POD = asMapping({ group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true });

const FLAGS: readonly FlagDefinition[] = [
  ...FILENAME_FLAGS.slice(0, 1),
  boolFlag(
    'arguments-only',
    'If specified, everything after -- will be passed to the new container as Args instead of Command.',
  ),
  boolFlag('attach', 'If true, wait for the container to start running, and then attach.'),
  stringFlag('container', 'Container name to use for debug container.', { shorthand: 'c' }),
  stringFlag('copy-to', 'Create a copy of the target Pod with this name.'),
  stringFlag('custom', 'Path to a JSON or YAML file containing a partial container spec.'),
  stringMapFlag('env', 'Environment variables to set in the container.'),
  stringFlag('image', 'Container image to use for debug container.'),
  stringFlag('image-pull-policy', 'The image pull policy for the container.'),
  stringFlag('profile', 'Options are "legacy", "general", "baseline", "netadmin", "restricted" or "sysadmin".', {
    default: 'legacy',
  }),
  boolFlag('quiet', 'If true, suppress informational messages.', { shorthand: 'q' }),
  boolFlag('replace', 'When used with --copy-to, delete the original Pod.'),
  boolFlag('keep-annotations', 'If true, keep the original pod annotations.'),
  boolFlag('keep-init-containers', 'Run the init containers for the pod.', { default: 'true' }),
  boolFlag('keep-labels', 'If true, keep the original pod labels.'),
  boolFlag('keep-liveness', 'If true, keep the original pod liveness probes.'),
  boolFlag('keep-readiness', 'If true, keep the original pod readiness probes.'),
  boolFlag('keep-startup', 'If true, keep the original startup probes.'),
  boolFlag('same-node', 'When used with --copy-to, schedule the copy of target Pod on the same node.'),
  stringMapFlag('set-image', 'When used with --copy-to, a list of name=image pairs for changing container images.'),
  boolFlag('share-processes', 'When used with --copy-to, enable process namespace sharing in the copy.', {
    default: 'true',
  }),
  boolFlag('stdin', 'Keep stdin open on the container(s) in the pod, even if nothing is attached.', { shorthand: 'i' }),
  stringFlag('target', 'When using an ephemeral container, target processes in this container name.'),
  boolFlag('tty', 'Allocate a TTY for the debugging container.', { shorthand: 't' }),
];

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
  for (let i = 0; i < 600; i++) {
    const now = yield* fetchObject(k, POD, namespaceOf(pod), nameOf(pod));
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
  yield* sessionNotice(k);
  const kubelet = yield* kubeletOf(k, pod, 'attach', container);
  const remote = requireOk(
    kubelet.attach(namespaceOf(pod), nameOf(pod), {
      container,
      ...remoteStreams(k, k.flags.bool('stdin')),
      tty: k.flags.bool('tty'),
    }),
  );
  return yield* awaitRemote(k, remote);
}

const wantsAttach = (k: Invocation): boolean =>
  k.flags.changed('attach') ? k.flags.bool('attach') : k.flags.bool('stdin') || k.flags.bool('tty');

/** An ephemeral container in the running pod. */
function* debugByEphemeral(k: Invocation, info: ResourceInfo, command: readonly string[]): Coroutine<number> {
  const name = yield* debuggerName(k);
  const target = k.flags.string('target');
  const context = securityContextOf(k.flags.string('profile'), 'pod');
  const container = {
    ...debugContainer(k, name, command),
    ...(context ? { securityContext: context } : {}),
    ...(target === '' ? {} : { targetContainerName: target }),
  };
  if (losesRights(info.object, context)) yield* k.err(NOT_ROOT_WARNING);
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
  command: readonly string[],
): JsonObject[] {
  const { flags } = k;
  const images = flags.map('set-image');
  const changed = containers.map((container) => {
    const image = images[textOf(container.name)] ?? images['*'];
    return image === undefined ? container : { ...container, image };
  });
  if (name === '') return changed;
  const context = securityContextOf(flags.string('profile'), 'pod');
  const own = { ...debugContainer(k, name, command), ...(context ? { securityContext: context } : {}) };
  if (!containers.some((container) => container.name === name)) return [...changed, own];
  const { name: _, terminationMessagePolicy: _policy, image, ...rest } = own as JsonObject;
  return changed.map((container) =>
    container.name === name
      ? {
          ...container,
          ...rest,
          ...(image === '' || image === undefined ? {} : { image }),
          ...(command.length > 0 && !flags.bool('arguments-only') ? { args: [] } : {}),
        }
      : container,
  );
}

/** --copy-to: a copy of the pod with another container beside its own, or with changed ones. */
function* debugByCopy(k: Invocation, info: ResourceInfo, command: readonly string[]): Coroutine<number> {
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
      containers: copiedContainers(k, containers, name, command),
    },
  };
  const object = name === '' ? copy : copiedFor(flags.string('profile'), copy, flags);
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
function* debugNode(k: Invocation, info: ResourceInfo, command: readonly string[]): Coroutine<number> {
  const container = k.flags.string('container') || 'debugger';
  const name = `node-debugger-${info.name}-${suffix(k)}`;
  if (!k.flags.bool('quiet'))
    yield* k.out(`Creating debugging pod ${name} with container ${container} on node ${info.name}.\n`);
  const { namespace } = k.namespace();
  const profile = k.flags.string('profile');
  const context = securityContextOf(profile, 'node');
  const pod = yield* createObject(
    k,
    POD,
    namespace,
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace },
      spec: {
        ...nodeSpecOf(profile, {
          ...debugContainer(k, container, command),
          ...(context ? { securityContext: context } : {}),
        }),
        nodeName: info.name,
        restartPolicy: 'Never',
        tolerations: [{ operator: 'Exists' }],
      },
    },
    { fieldManager: 'kubectl-debug' },
  );
  return wantsAttach(k) ? yield* attach(k, pod, container, 'containerStatuses') : 0;
}

/** DebugOptions.Validate of what belongs to --copy-to. */
function checkCopyFlags({ flags }: Invocation, command: readonly string[]): void {
  const image = flags.string('image');
  if (flags.string('copy-to') === '') {
    for (const flag of ['replace', 'same-node'])
      if (flags.bool(flag)) failWith(`--${flag} may only be used with --copy-to.`);
    if (flags.changed('set-image')) failWith('--set-image may only be used with --copy-to.');
    if (image === '') failWith('you must specify --image when not using --copy-to.');
    return;
  }
  if (image === '' && !flags.changed('set-image') && command.length === 0)
    failWith('you must specify --image, --set-image or command arguments.');
  if (command.length > 0 && flags.string('container') === '' && image === '')
    failWith('you must specify an existing container or a new image when specifying args.');
}

/** DebugOptions.Validate; what is said of --target comes with it. */
function* checkFlags(k: Invocation, names: readonly string[], command: readonly string[]): Coroutine<void> {
  const { flags } = k;
  const profile = flags.string('profile');
  if (!PROFILES.includes(profile)) failWith(`unknown profile: ${profile}`);
  if (
    flags.bool('attach') &&
    flags.changed('attach') &&
    flags.string('image') === '' &&
    flags.string('container') === ''
  )
    failWith('you must specify --container or create a new container using --image in order to attach.');
  checkCopyFlags(k, command);
  const image = flags.string('image');
  if (image !== '' && !isImageReference(image))
    failWith(`invalid image name ${goQuote(image)}: invalid reference format`);
  if (names.length === 0 && flags.list('filename').length === 0) failWith('NAME or filename is required for debug');
  const policy = flags.string('image-pull-policy');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) failWith(`invalid image pull policy: ${policy}`);
  for (const [container, one] of Object.entries(flags.map('set-image')))
    if (!isImageReference(one))
      failWith(`invalid image name ${goQuote(one)} for container ${goQuote(container)}: invalid reference format`);
  const target = flags.string('target');
  if (target !== '') {
    if (flags.string('copy-to') !== '')
      failWith('--target is incompatible with --copy-to. Use --share-processes instead.');
    if (!flags.bool('quiet'))
      yield* k.out(
        `Targeting container ${goQuote(target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
  }
  if (flags.bool('tty') && !flags.bool('stdin')) failWith('-i/--stdin is required for containers with -t/--tty=true');
  if (profile === 'legacy')
    yield* k.err(
      '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
    );
}

/** `kubectl debug`. */
export const debugCommand = defineVerb({
  name: 'debug',
  usage: '(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  short: 'Create debugging sessions for troubleshooting workloads and nodes',
  flags: FLAGS,
  *run(k) {
    const dash = k.flags.argsLengthAtDash;
    const names = dash < 0 ? k.args : k.args.slice(0, dash);
    const command = dash < 0 ? [] : k.args.slice(dash);
    yield* checkFlags(k, names, command);
    const args = names.every((name) => name.includes('/')) ? names : ['pods', ...names];
    const { infos, errors } = yield* resolveInfos(k, { args });
    failOnErrors(errors);
    let code = 0;
    for (const info of infos) {
      if (info.mapping.kind === 'Node') code = yield* debugNode(k, info, command);
      else if (info.mapping.kind !== 'Pod')
        failWith(`"${info.mapping.group}/${info.mapping.version}, Kind=${info.mapping.kind}" not supported by debug`);
      else if (k.flags.string('copy-to') === '') code = yield* debugByEphemeral(k, info, command);
      else code = yield* debugByCopy(k, info, command);
    }
    return code;
  },
});
