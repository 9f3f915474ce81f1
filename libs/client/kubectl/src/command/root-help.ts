import type { VerbDefinition } from './command.js';

/** The groups of kubectl's own page (k8s.io/kubectl/pkg/cmd NewKubectlCommand), in their order. */
const GROUPS: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ['Basic Commands (Beginner):', ['create', 'expose', 'run', 'set']],
  ['Basic Commands (Intermediate):', ['explain', 'get', 'edit', 'delete']],
  ['Deploy Commands:', ['rollout', 'scale', 'autoscale']],
  ['Cluster Management Commands:', ['certificate', 'cluster-info', 'top', 'cordon', 'uncordon', 'drain', 'taint']],
  [
    'Troubleshooting and Debugging Commands:',
    ['describe', 'logs', 'attach', 'exec', 'port-forward', 'proxy', 'cp', 'auth', 'debug', 'events'],
  ],
  ['Advanced Commands:', ['diff', 'apply', 'patch', 'replace', 'wait', 'kustomize']],
  ['Settings Commands:', ['label', 'annotate', 'completion']],
  ['Subcommands provided by plugins:', []],
  ['Other Commands:', ['alpha', 'api-resources', 'api-versions', 'config', 'plugin', 'version']],
];

/** The commands of the whole program, as its page lists them: in groups, the longest name of all sets the column. */
export function groupedCommands(commands: readonly VerbDefinition[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const line = (name: string): string => {
    const found = commands.find((command) => command.name === name);
    return found ? `  ${name.padEnd(width)}   ${found.short}\n` : '';
  };
  return GROUPS.map(([heading, names]) => `${heading}\n${names.map(line).join('')}`).join('\n');
}
