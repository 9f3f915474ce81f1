import { clusterConfiguration } from '@seatrial/cluster';
import { ok, type Coroutine, type JsonObject, type Result } from '@seatrial/kernel';
import { boolFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import type { Tool } from '../../tool/tool.js';
import type { Subcommand, ToolCall } from '../cluster-tool.js';
import { kubeadmFailure } from '../kubeadm-failure.js';
import { imageFlags, listImages, pullImages } from '../kubeadm-config.js';
import { COMPONENT_DEFAULTS } from './component-defaults.js';
import { documentsIn, loadWarning } from './configuration-file.js';
import { configurationText } from './configuration-text.js';
import { defaultInit, defaultJoin, defaultReset, objectAt, type ConfigurationSite } from './default-configuration.js';
import { loadInit, loadJoin, loadReset } from './load-configuration.js';
import { unknownKinds } from './read-documents.js';

const SEPARATOR = '---\n';
const PLACEHOLDER = 'abcdef.0123456789abcdef';

const withTimeout = (value: JsonObject, name: string, timeout: string): JsonObject => ({
  ...value,
  timeouts: { ...objectAt(value, 'timeouts'), [name]: timeout },
});

/** What a file comes to in the newest version (util/config MigrateOldConfig, v1.35.4). */
function* migrated(tool: Tool, path: string): Coroutine<Result<string, string>> {
  const found = documentsIn(tool, path);
  if (!found.ok) return found;
  const documents = found.value;
  const unknown = unknownKinds(documents);
  if (unknown !== undefined) return { ok: false, error: unknown };
  const has = (...kinds: readonly string[]): boolean => documents.some(({ kind }) => kinds.includes(kind));
  const texts: string[] = [];
  if (has('InitConfiguration', 'ClusterConfiguration')) {
    const loaded = yield* loadWarning(tool, documents, true, loadInit);
    if (!loaded.ok) return loaded;
    const { init, cluster, controlPlaneTimeout } = loaded.value;
    // kubeadm takes the timeout of the older version for the newer one's, even where the newer one was read.
    const settled = withTimeout(init, 'controlPlaneComponentHealthCheck', controlPlaneTimeout ?? '0s');
    texts.push(configurationText('InitConfiguration', settled), configurationText('ClusterConfiguration', cluster));
  }
  if (has('JoinConfiguration')) {
    const loaded = yield* loadWarning(tool, documents, true, loadJoin);
    if (!loaded.ok) return loaded;
    texts.push(configurationText('JoinConfiguration', loaded.value));
  }
  if (has('ResetConfiguration')) {
    const loaded = yield* loadWarning(tool, documents, true, loadReset);
    if (!loaded.ok) return loaded;
    texts.push(configurationText('ResetConfiguration', loaded.value));
  }
  return ok(texts.join(SEPARATOR));
}

const unexpected = (tool: Tool, args: readonly string[], command: string): Coroutine<number> =>
  kubeadmFailure(tool, `unknown command ${JSON.stringify(args[0])} for "kubeadm ${command}"`);

function* migrate({ tool, flags, args }: ToolCall): Coroutine<number> {
  if (args.length > 0) return yield* unexpected(tool, args, 'config migrate');
  const path = flags.string('old-config');
  if (path === '') return yield* kubeadmFailure(tool, 'the --old-config flag is mandatory');
  const text = yield* migrated(tool, path);
  if (!text.ok) return yield* kubeadmFailure(tool, text.error);
  const target = flags.string('new-config');
  if (target === '') yield* tool.out(text.value);
  else tool.machine.files.writeFile(tool.path(target), text.value, { owner: tool.process.user });
  return 0;
}

function* validate({ tool, flags, args }: ToolCall): Coroutine<number> {
  if (args.length > 0) return yield* unexpected(tool, args, 'config validate');
  const path = flags.string('config');
  if (path === '') return yield* kubeadmFailure(tool, 'the --config flag is mandatory');
  const text = yield* migrated(tool, path);
  if (!text.ok) return yield* kubeadmFailure(tool, text.error);
  yield* tool.out('ok\n');
  return 0;
}

/** The machine that the printed defaults are of. */
const placeholders = (hostname: string): ConfigurationSite => ({
  hostname,
  address: '1.2.3.4',
  release: 'v1.35.0',
  newToken: () => PLACEHOLDER,
});

const initDefaults = (): string[] => {
  const init = defaultInit({}, placeholders('node'));
  const nodeRegistration = { ...objectAt(init, 'nodeRegistration'), taints: null };
  return [
    configurationText('InitConfiguration', { ...init, nodeRegistration }),
    clusterConfiguration({ name: 'kubernetes', version: '1.35.0', serviceSubnet: '10.96.0.0/12' }),
  ];
};

const joinDefaults = (hostname: string): string[] => {
  const bootstrapToken = {
    apiServerEndpoint: 'kube-apiserver:6443',
    token: PLACEHOLDER,
    unsafeSkipCAVerification: true,
  };
  return [
    configurationText('JoinConfiguration', defaultJoin({ discovery: { bootstrapToken } }, placeholders(hostname))),
  ];
};

const upgradeDefaults = (): string[] => {
  const changes = {
    certificateRenewal: true,
    etcdUpgrade: true,
    imagePullPolicy: 'IfNotPresent',
    imagePullSerial: true,
  };
  const { timeouts } = defaultReset({});
  const value = { apply: changes, diff: {}, node: changes, plan: { etcdUpgrade: true }, timeouts };
  return [configurationText('UpgradeConfiguration', value)];
};

const printing = (name: string, of: (tool: Tool) => readonly string[]): Subcommand => ({
  name: `config print ${name}`,
  flags: name === 'init-defaults' ? [stringSliceFlag('component-configs')] : [],
  *run({ tool, flags, args }) {
    if (args.length > 0) return yield* unexpected(tool, args, `config print ${name}`);
    const kinds = name === 'init-defaults' ? flags.list('component-configs') : [];
    const known = Object.keys(COMPONENT_DEFAULTS);
    if (kinds.some((kind) => !known.includes(kind)))
      return yield* kubeadmFailure(tool, `--component-configs needs to contain some of [${known.join(' ')}]`);
    yield* tool.out([...of(tool), ...kinds.map((kind) => COMPONENT_DEFAULTS[kind]())].join(SEPARATOR));
    return 0;
  },
});

/** `kubeadm config …` (cmd/kubeadm/app/cmd/config.go, v1.35.4). */
export const CONFIG_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'config images list', flags: imageFlags, run: listImages },
  { name: 'config images pull', flags: imageFlags, run: pullImages },
  {
    name: 'config migrate',
    flags: [stringFlag('old-config'), stringFlag('new-config'), boolFlag('allow-experimental-api')],
    run: migrate,
  },
  printing('init-defaults', initDefaults),
  printing('join-defaults', ({ machine }) => joinDefaults(machine.hostname)),
  printing('reset-defaults', () => [configurationText('ResetConfiguration', defaultReset({}))]),
  printing('upgrade-defaults', upgradeDefaults),
  { name: 'config validate', flags: [stringFlag('config'), boolFlag('allow-experimental-api')], run: validate },
];
