import { boolFlag, durationFlag, stringArrayFlag, stringFlag, type FlagDefinition } from './flag.js';

/** The flags of every kubectl command (genericclioptions.ConfigFlags and root's own), v1.35. */
export const GLOBAL_FLAGS: readonly FlagDefinition[] = [
  stringFlag(
    'as',
    'Username to impersonate for the operation. User could be a regular user or a service account in a namespace.',
  ),
  stringArrayFlag('as-group', 'Group to impersonate for the operation; may be repeated.'),
  stringFlag('as-uid', 'UID to impersonate for the operation.'),
  stringArrayFlag('as-user-extra', 'User extras to impersonate for the operation; may be repeated.'),
  stringFlag('cache-dir', 'Default cache directory', { default: '/root/.kube/cache' }),
  stringFlag('certificate-authority', 'Path to a cert file for the certificate authority'),
  stringFlag('client-certificate', 'Path to a client certificate file for TLS'),
  stringFlag('client-key', 'Path to a client key file for TLS'),
  stringFlag('cluster', 'The name of the kubeconfig cluster to use'),
  stringFlag('context', 'The name of the kubeconfig context to use'),
  boolFlag('disable-compression', 'Opt out of response compression for all requests'),
  boolFlag('insecure-skip-tls-verify', 'Do not check the certificate of the server', { default: 'false' }),
  stringFlag('kubeconfig', 'Path to the kubeconfig file to use for CLI requests.'),
  stringFlag('kuberc', 'Path to the kuberc file to use for preferences.'),
  durationFlag('log-flush-frequency', 'Maximum number of seconds between log flushes', { default: '5s' }),
  boolFlag('match-server-version', 'Require server version to match client version'),
  stringFlag('namespace', 'The namespace scope for this CLI request', { shorthand: 'n' }),
  stringFlag('password', 'Password for basic authentication to the API server'),
  stringFlag('profile', 'Name of profile to capture.', { default: 'none' }),
  stringFlag('profile-output', 'Name of the file to write the profile to', { default: 'profile.pprof' }),
  stringFlag('request-timeout', 'How long to wait before giving up on one request; 0 waits for ever.', {
    default: '0',
  }),
  stringFlag('server', 'The address and port of the Kubernetes API server', { shorthand: 's' }),
  stringFlag('tls-server-name', 'Server name to use for server certificate validation.'),
  stringFlag('token', 'Bearer token for authentication to the API server'),
  stringFlag('user', 'The name of the kubeconfig user to use'),
  stringFlag('username', 'Username for basic authentication to the API server'),
  { name: 'v', shorthand: 'v', type: 'int', default: '0', usage: 'Number for the log level verbosity' },
  stringFlag('vmodule', 'Comma-separated list of pattern=N settings for file-filtered logging'),
  boolFlag('warnings-as-errors', 'Treat warnings received from the server as errors'),
];
