import { defineVerb, type VerbDefinition } from '../command/command.js';
import { explainCommand } from '../explain/explain.command.js';
import { alphaCommand } from './alpha/alpha.command.js';
import { applyCommand } from './apply/apply.command.js';
import { authCommand } from './auth/auth.command.js';
import { autoscaleCommand } from './autoscale/autoscale.command.js';
import { certificateCommand } from './certificate/certificate.command.js';
import { apiResourcesCommand, apiVersionsCommand } from './cluster/api-resources.command.js';
import { clusterInfoCommand } from './cluster/cluster-info.command.js';
import { eventsCommand } from './cluster/events.command.js';
import { versionCommand } from './cluster/version.command.js';
import { configCommand } from './config/config.command.js';
import { cpCommand } from './cp/cp.command.js';
import { createCommand } from './create/create.command.js';
import { debugCommand } from './debug/debug.command.js';
import { deleteCommand } from './delete/delete.command.js';
import { describeCommand } from './describe/describe.command.js';
import { diffCommand } from './diff/diff.command.js';
import { editCommand } from './edit/edit.command.js';
import { exposeCommand } from './expose/expose.command.js';
import { getCommand } from './get/get.command.js';
import { kustomizeCommand } from './kustomize/kustomize.command.js';
import { annotateCommand } from './label/annotate.command.js';
import { labelCommand } from './label/label.command.js';
import { drainCommand } from './node/drain.command.js';
import { cordonCommand, uncordonCommand } from './node/set-schedulable.js';
import { taintCommand } from './node/taint.command.js';
import { completionCommand } from './other/completion.command.js';
import { optionsCommand } from './other/options.command.js';
import { pluginCommand } from './other/plugin.command.js';
import { patchCommand } from './patch/patch.command.js';
import { attachCommand } from './pod-streams/attach.command.js';
import { execCommand } from './pod-streams/exec.command.js';
import { logsCommand } from './pod-streams/logs.command.js';
import { portForwardCommand } from './pod-streams/port-forward.command.js';
import { proxyCommand } from './proxy/proxy.command.js';
import { replaceCommand } from './replace/replace.command.js';
import { rolloutCommand } from './rollout/rollout.command.js';
import { runCommand } from './run/run.command.js';
import { scaleCommand } from './scale/scale.command.js';
import { setCommand } from './set/set.command.js';
import { topCommand } from './top/top.command.js';
import { waitCommand } from './wait/wait.command.js';

/** Every verb, by name. */
export const VERBS: readonly VerbDefinition[] = [
  alphaCommand,
  annotateCommand,
  apiResourcesCommand,
  apiVersionsCommand,
  applyCommand,
  attachCommand,
  authCommand,
  autoscaleCommand,
  certificateCommand,
  clusterInfoCommand,
  completionCommand,
  configCommand,
  cordonCommand,
  cpCommand,
  createCommand,
  debugCommand,
  deleteCommand,
  describeCommand,
  diffCommand,
  drainCommand,
  editCommand,
  eventsCommand,
  execCommand,
  explainCommand,
  exposeCommand,
  getCommand,
  kustomizeCommand,
  labelCommand,
  logsCommand,
  optionsCommand,
  patchCommand,
  pluginCommand,
  portForwardCommand,
  proxyCommand,
  replaceCommand,
  rolloutCommand,
  runCommand,
  scaleCommand,
  setCommand,
  taintCommand,
  topCommand,
  uncordonCommand,
  versionCommand,
  waitCommand,
];

/** `kubectl` itself. */
export const rootCommand = defineVerb({
  name: 'kubectl',
  short: 'kubectl controls the Kubernetes cluster manager.',
  long: 'kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/',
  subcommands: VERBS,
  order: (
    'create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon ' +
    'uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace ' +
    'wait kustomize label annotate completion alpha config plugin version api-versions api-resources options'
  ).split(' '),
});
