import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { runToEnd } from '../system/run-to-end.js';
import { PROJECT_SUBCOMMANDS } from './oc-projects.js';
import { clusterTool, type ClusterTool, type Subcommand, type ToolCall } from './cluster-tool.js';

const VERSION = '4.20.0';
const KUSTOMIZE = 'v5.6.0';

/** kubectl's verbs, which oc carries under the same names. */
const SHARED = [
  'annotate', 'api-resources', 'api-versions', 'apply', 'attach', 'auth', 'autoscale', 'cluster-info', 'config', 'cp',
  'create', 'debug', 'delete', 'describe', 'diff', 'edit', 'events', 'exec', 'explain', 'get', 'kustomize', 'label',
  'logs', 'patch', 'port-forward', 'proxy', 'replace', 'rollout', 'run', 'scale', 'set', 'wait',
]; // prettier-ignore

function* version({ tool }: ToolCall): Coroutine<number> {
  yield* tool.out(`Client Version: ${VERSION}\nKustomize Version: ${KUSTOMIZE}\n`);
  const server = ['-c', "kubectl version 2>/dev/null | sed -n 's/^Server Version:/Kubernetes Version:/p'"];
  return yield* runToEnd(tool, ['/bin/sh', ...server]);
}

/** The user that the server sees; away from OpenShift by a SelfSubjectReview. */
function* whoami(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  if (flags.bool('show-context')) return yield* runToEnd(tool, ['kubectl', 'config', 'current-context']);
  if (flags.bool('show-server'))
    return yield* runToEnd(tool, [
      '/bin/sh',
      '-c',
      "kubectl config view --minify -o jsonpath='{.clusters[0].cluster.server}'; echo",
    ]);
  return yield* runToEnd(tool, [
    '/bin/sh',
    '-c',
    "kubectl auth whoami -o jsonpath='{.status.userInfo.username}' && echo",
  ]);
}

const OPENSHIFT = ['adm', 'import-image', 'new-app', 'new-build', 'process', 'rsh', 'start-build']; // prettier-ignore

/** OpenShift's client on a cluster that is none: kubectl's verbs, and what it says of the user and the versions. */
export const OC: ClusterTool = {
  name: 'oc',
  version: VERSION,
  *passThrough(tool) {
    return SHARED.includes(tool.args[0] ?? '') ? yield* runToEnd(tool, ['kubectl', ...tool.args]) : undefined;
  },
  *onUnknown(tool, word) {
    yield* tool.err(`error: unknown command "${word}" for "oc"\n`);
    return 1;
  },
  subcommands: [
    ...SHARED.map((name): Subcommand => ({ name, run: ({ tool }) => runToEnd(tool, ['kubectl', ...tool.args]) })),
    ...OPENSHIFT.map((name) => ({ name })),
    ...PROJECT_SUBCOMMANDS,
    { name: 'version', flags: [boolFlag('client'), stringFlag('output', '', { shorthand: 'o' })], run: version },
    {
      name: 'whoami',
      flags: [
        boolFlag('show-token', '', { shorthand: 't' }),
        boolFlag('show-context', '', { shorthand: 'c' }),
        boolFlag('show-server'),
      ],
      run: whoami,
    },
  ],
};

export const oc = clusterTool(OC);
