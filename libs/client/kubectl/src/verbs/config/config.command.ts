import { defineVerb } from '../../command/command.js';
import {
  currentContextCommand,
  getContextsCommand,
  renameContextCommand,
  setContextCommand,
  useContextCommand,
} from './config-contexts.js';
import {
  deleteClusterCommand,
  deleteContextCommand,
  deleteUserCommand,
  getClustersCommand,
  getUsersCommand,
} from './config-entries.js';
import { setClusterCommand } from './config-set-cluster.command.js';
import { setCredentialsCommand } from './config-set-credentials.command.js';
import { setPropertyCommand, unsetPropertyCommand } from './config-set.command.js';
import { configViewCommand } from './config-view.command.js';

/** `kubectl config` (k8s.io/kubectl/pkg/cmd/config). */
export const configCommand = defineVerb({
  name: 'config',
  usage: 'SUBCOMMAND',
  short: 'Modify kubeconfig files',
  long: [
    'Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".',
    ' The loading order follows these rules:',
    [
      '  1.  If the --kubeconfig flag is set, then only that file is loaded. The flag may only be set once and no merging takes place.',
      '  2.  If $KUBECONFIG environment variable is set, then it is used as a list of paths (normal path delimiting rules for your system). These paths are merged. When a value is modified, it is modified in the file that defines the stanza. When a value is created, it is created in the first file that exists. If no files in the chain exist, then it creates the last file in the list.',
      '  3.  Otherwise, ${HOME}/.kube/config is used and no merging takes place.',
    ].join('\n'),
  ].join('\n\n'),
  subcommands: [
    currentContextCommand,
    deleteClusterCommand,
    deleteContextCommand,
    deleteUserCommand,
    getClustersCommand,
    getContextsCommand,
    getUsersCommand,
    renameContextCommand,
    setPropertyCommand,
    setClusterCommand,
    setContextCommand,
    setCredentialsCommand,
    unsetPropertyCommand,
    useContextCommand,
    configViewCommand,
  ],
});
