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
  setClusterCommand,
  setCredentialsCommand,
  setPropertyCommand,
  unsetPropertyCommand,
} from './config-entries.js';
import { configViewCommand } from './config-view.command.js';

/** `kubectl config` (k8s.io/kubectl/pkg/cmd/config). */
export const configCommand = defineVerb({
  name: 'config',
  usage: 'SUBCOMMAND',
  short: 'Modify kubeconfig files',
  long: 'Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".',
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
