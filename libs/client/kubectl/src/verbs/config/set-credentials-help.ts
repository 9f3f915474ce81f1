/* What `kubectl config set-credentials` prints before it complains of its arguments (v1.35). */

export const SET_CREDENTIALS_USAGE =
  'NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]';

const INDENT = ' '.repeat(8);

export const SET_CREDENTIALS_LONG = `Set a user entry in kubeconfig.

 Specifying a name that already exists will merge new fields on top of existing values.

${INDENT}Client-certificate flags:
${INDENT}--client-certificate=certfile --client-key=keyfile
${INDENT}
${INDENT}Bearer token flags:
${INDENT}--token=bearer_token
${INDENT}
${INDENT}Basic auth flags:
${INDENT}--username=basic_user --password=basic_password
${INDENT}
 Bearer token and basic auth are mutually exclusive.`;

const PLUGIN = '--exec-command=/path/to/the/executable --exec-api-version=client.authentication.k8s.io/v1beta1';

const EXAMPLES: readonly (readonly [comment: string, flags: string])[] = [
  [
    'Set only the "client-key" field on the "cluster-admin"\n  # entry, without touching other values',
    '--client-key=~/.kube/admin.key',
  ],
  ['Set basic auth for the "cluster-admin" entry', '--username=admin --password=uXFGweU9l35qcif'],
  [
    'Embed client certificate data in the "cluster-admin" entry',
    '--client-certificate=~/.kube/admin.crt --embed-certs=true',
  ],
  ['Enable the Google Compute Platform auth provider for the "cluster-admin" entry', '--auth-provider=gcp'],
  [
    'Enable the OpenID Connect auth provider for the "cluster-admin" entry with additional arguments',
    '--auth-provider=oidc --auth-provider-arg=client-id=foo --auth-provider-arg=client-secret=bar',
  ],
  [
    'Remove the "client-secret" config value for the OpenID Connect auth provider for the "cluster-admin" entry',
    '--auth-provider=oidc --auth-provider-arg=client-secret-',
  ],
  ['Enable new exec auth plugin for the "cluster-admin" entry', PLUGIN],
  [
    'Enable new exec auth plugin for the "cluster-admin" entry with interactive mode',
    `${PLUGIN} --exec-interactive-mode=Never`,
  ],
  ['Define new exec auth plugin arguments for the "cluster-admin" entry', '--exec-arg=arg1 --exec-arg=arg2'],
  [
    'Create or update exec auth plugin environment variables for the "cluster-admin" entry',
    '--exec-env=key1=val1 --exec-env=key2=val2',
  ],
  ['Remove exec auth plugin environment variables for the "cluster-admin" entry', '--exec-env=var-to-remove-'],
];

export const SET_CREDENTIALS_EXAMPLES = EXAMPLES.map(
  ([comment, flags]) => `  # ${comment}\n  kubectl config set-credentials cluster-admin ${flags}\n`,
).join('  \n');
