import { boolFlag, defineVerb, stringFlag } from '@seatrial/kubectl';
import { reportUnsupported, resolvePath } from '@seatrial/kernel';
import { failHelm } from '../helm-failure.js';
import { helmHome } from '../repository/helm-home.js';
import { demandArguments } from './demand-arguments.js';
import { FETCH_FLAGS } from './release-flags.js';

/** `helm env`: its settings, from the environment or by default. */
export const envVerb = defineVerb({
  name: 'env',
  short: 'helm client environment information',
  *run(k) {
    const { env } = k.process;
    const { cache, config, data } = helmHome(k.process);
    const settings: Record<string, string> = {
      HELM_BIN: 'helm',
      HELM_BURST_LIMIT: '100',
      HELM_CACHE_HOME: cache,
      HELM_CONFIG_HOME: config,
      HELM_CONTENT_CACHE: `${cache}/content`,
      HELM_DATA_HOME: data,
      HELM_DEBUG: 'false',
      HELM_KUBEAPISERVER: '',
      HELM_KUBEASGROUPS: '',
      HELM_KUBEASUSER: '',
      HELM_KUBECAFILE: '',
      HELM_KUBECONTEXT: '',
      HELM_KUBEINSECURE_SKIP_TLS_VERIFY: 'false',
      HELM_KUBETLS_SERVER_NAME: '',
      HELM_KUBETOKEN: '',
      HELM_MAX_HISTORY: '10',
      HELM_NAMESPACE: k.namespace().namespace,
      HELM_PLUGINS: `${data}/plugins`,
      HELM_QPS: '0.00',
      HELM_REGISTRY_CONFIG: `${config}/registry/config.json`,
      HELM_REPOSITORY_CACHE: `${cache}/repository`,
      HELM_REPOSITORY_CONFIG: `${config}/repositories.yaml`,
    };
    const [wanted] = k.args;
    if (wanted !== undefined) yield* k.out(`${settings[wanted] ?? ''}\n`);
    else
      yield* k.out(
        Object.entries(settings)
          .map(([name, value]) => `${name}="${env.get(name) ?? value}"\n`)
          .join(''),
      );
    return 0;
  },
});

const pluginList = defineVerb({
  name: 'list',
  aliases: ['ls'],
  short: 'list installed Helm plugins',
  flags: [stringFlag('type')],
  *run(k) {
    yield* k.out('NAME\tVERSION\tTYPE\tAPIVERSION\tPROVENANCE\tSOURCE\n');
    return 0;
  },
});

const withoutPlugin = (name: string, aliases: readonly string[], verb: string) =>
  defineVerb({
    name,
    aliases,
    usage: '<plugin>...',
    short: `${verb} one or more Helm plugins`,
    *run(k) {
      yield* [];
      if (k.args.length === 0) failHelm(`please provide plugin name to ${verb}`);
      return failHelm(`plugin: ${k.args[0]} not found`);
    },
  });

/** What is done to a plugin's own folder. */
const ofPlugin = (name: string, short: string) =>
  defineVerb({
    name,
    usage: '[PATH]',
    short,
    flags: [
      stringFlag('keyring'),
      stringFlag('key'),
      stringFlag('destination', '', { shorthand: 'd', default: '.' }),
      boolFlag('sign'),
    ],
    *run(k) {
      demandArguments(k, 1);
      yield* [];
      const [path] = k.args;
      if (!k.process.machine.files.exists(resolvePath(k.process.cwd, path)))
        failHelm(`stat ${path}: no such file or directory`);
      reportUnsupported(k.process.machine, `helm plugin ${name}`);
      return failHelm(`${name} of plugins is not simulated`);
    },
  });

/** Plugins are programs of their own: none can be installed here. */
export const pluginVerb = defineVerb({
  name: 'plugin',
  short: 'install, list, or uninstall Helm plugins',
  subcommands: [
    defineVerb({
      name: 'install',
      aliases: ['add'],
      usage: '[options] <path|url>',
      short: 'install a Helm plugin',
      flags: [
        ...FETCH_FLAGS,
        stringFlag('version'),
        stringFlag('verify', '', { default: 'true' }),
        stringFlag('keyring'),
      ],
      *run(k) {
        demandArguments(k, 1);
        yield* [];
        const [source] = k.args;
        if (/^https?:\/\//.test(source) && k.flags.string('verify') !== 'false')
          failHelm('plugin source does not support verification. Use --verify=false to skip verification');
        if (k.process.machine.files.exists(resolvePath(k.process.cwd, source)) || source.includes('://'))
          reportUnsupported(k.process.machine, `helm plugin install ${source}`);
        return failHelm(
          `cannot get information about plugin source "${source}" (if it's a local directory, does it exist?), last error was: Cannot detect VCS`,
        );
      },
    }),
    pluginList,
    withoutPlugin('uninstall', ['rm', 'remove'], 'uninstall'),
    withoutPlugin('update', ['up'], 'update'),
    ofPlugin('package', 'package a plugin directory into a plugin archive'),
    ofPlugin('verify', 'verify that a plugin at the given path has been signed and is valid'),
  ],
});
