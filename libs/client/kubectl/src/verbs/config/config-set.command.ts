import { goQuote } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { ConfigAccess } from './config-access.js';
import { helpError } from './config-help.js';
import { changeProperty } from './config-property.js';

const NAME_IS =
  ' PROPERTY_NAME is a dot delimited name where each token represents either an attribute name or a map key.  Map keys may not contain dots.';

/** `kubectl config set`. */
export const setPropertyCommand = defineVerb({
  name: 'set',
  usage: 'PROPERTY_NAME PROPERTY_VALUE',
  short: 'Set an individual value in a kubeconfig file',
  long: [
    'Set an individual value in a kubeconfig file.',
    NAME_IS,
    " PROPERTY_VALUE is the new value you want to set. Binary fields such as 'certificate-authority-data' expect a base64 encoded string unless the --set-raw-bytes flag is used.",
    ' Specifying an attribute name that already exists will merge new fields on top of existing values.',
  ].join('\n\n'),
  examples: [
    '  # Set the server field on the my-cluster cluster to https://1.2.3.4\n  kubectl config set clusters.my-cluster.server https://1.2.3.4\n',
    '  # Set the certificate-authority-data field on the my-cluster cluster\n  kubectl config set clusters.my-cluster.certificate-authority-data $(echo "cert_data_here" | base64 -i -)\n',
    '  # Set the cluster field in the my-context context to my-cluster\n  kubectl config set contexts.my-context.cluster my-cluster\n',
    '  # Set the client-key-data field in the cluster-admin user using --set-raw-bytes option\n  kubectl config set users.cluster-admin.client-key-data cert_data_here --set-raw-bytes=true\n',
  ].join('  \n'),
  flags: [
    {
      name: 'set-raw-bytes',
      type: 'tristate',
      default: 'false',
      usage: 'When writing a []byte PROPERTY_VALUE, write the given string directly without base64 decoding.',
    },
  ],
  *run(k) {
    if (k.args.length !== 2) yield* helpError(k, `Unexpected args: [${k.args.join(' ')}]`);
    const [name, value] = k.args;
    if (value === '') failWith('you cannot use set to unset a property');
    if (name === '') failWith('you must specify a property');
    const access = new ConfigAccess(k);
    const data = access.start();
    changeProperty(data, name, value, k.flags.bool('set-raw-bytes'));
    access.modify(data, false);
    yield* k.out(`Property ${goQuote(name)} set.\n`);
    return 0;
  },
});

/** `kubectl config unset`. */
export const unsetPropertyCommand = defineVerb({
  name: 'unset',
  usage: 'PROPERTY_NAME',
  short: 'Unset an individual value in a kubeconfig file',
  long: `Unset an individual value in a kubeconfig file.\n\n${NAME_IS}`,
  examples: [
    '  # Unset the current-context\n  kubectl config unset current-context\n',
    '  # Unset namespace in foo context\n  kubectl config unset contexts.foo.namespace\n',
  ].join('  \n'),
  *run(k) {
    if (k.args.length !== 1) yield* helpError(k, `Unexpected args: [${k.args.join(' ')}]`);
    const [name] = k.args;
    if (name === '') failWith('you must specify a property');
    const access = new ConfigAccess(k);
    const data = access.start();
    changeProperty(data, name, undefined, true);
    access.modify(data, false);
    yield* k.out(`Property ${goQuote(name)} unset.\n`);
    return 0;
  },
});
