import { compareStrings } from '@seatrial/kernel';
import { defineVerb, type VerbDefinition } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { ConfigAccess, type ConfigList } from './config-access.js';
import { printHelp } from './config-help.js';

function listVerb(name: string, list: ConfigList, short: string): VerbDefinition {
  return defineVerb({
    name,
    short,
    *run(k) {
      const names = [...new ConfigAccess(k).start()[list].keys()].sort(compareStrings);
      yield* k.out(`NAME\n${names.map((entry) => `${entry}\n`).join('')}`);
      return 0;
    },
  });
}

export const getClustersCommand = listVerb('get-clusters', 'clusters', 'Display clusters defined in the kubeconfig');
export const getUsersCommand = listVerb('get-users', 'users', 'Display users defined in the kubeconfig');

const NOUNS = { clusters: 'cluster', contexts: 'context', users: 'user' } as const;
const EXAMPLES = {
  clusters: 'the minikube cluster',
  contexts: 'the context for the minikube cluster',
  users: 'the minikube user',
} as const;

function deleteVerb(list: ConfigList): VerbDefinition {
  const noun = NOUNS[list];
  return defineVerb({
    name: `delete-${noun}`,
    usage: 'NAME',
    short: `Delete the specified ${noun} from the kubeconfig`,
    long: `Delete the specified ${noun} from the kubeconfig.`,
    examples: `  # Delete ${EXAMPLES[list]}\n  kubectl config delete-${noun} minikube\n`,
    *run(k) {
      const access = new ConfigAccess(k);
      const data = access.start();
      if (k.args.length !== 1) {
        if (list === 'users') k.usageError('user to delete is required');
        yield* printHelp(k);
        return 0;
      }
      const [name] = k.args;
      const file = access.defaultFile();
      if (!data[list].has(name)) failWith(`cannot delete ${noun} ${name}, not in ${file}`);
      if (list === 'contexts' && data.currentContext === name)
        yield* k.err(
          'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
        );
      data[list].delete(name);
      access.modify(data);
      yield* k.out(`deleted ${noun} ${name} from ${file}\n`);
      return 0;
    },
  });
}

export const deleteClusterCommand = deleteVerb('clusters');
export const deleteContextCommand = deleteVerb('contexts');
export const deleteUserCommand = deleteVerb('users');
