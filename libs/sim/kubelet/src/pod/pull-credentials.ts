import { SECRETS, SERVICE_ACCOUNTS, type Pod } from '@seatrial/apiserver';
import { isJsonObject } from '@seatrial/kernel';
import { secretText } from '../container/environment.js';
import type { NodeContext } from '../node/node-context.js';

interface Credentials {
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

function fromDockerConfig(text: string): Credentials[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  const auths = isJsonObject(parsed) ? (parsed['auths'] ?? parsed) : undefined;
  if (!isJsonObject(auths)) return [];
  return Object.entries(auths).flatMap(([server, entry]) => {
    if (!isJsonObject(entry)) return [];
    const [user, password] = typeof entry['auth'] === 'string' ? splitOnce(secretText(entry['auth'])) : ['', ''];
    const registry = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    return [
      {
        registry: registry === 'index.docker.io' ? 'docker.io' : registry,
        username: typeof entry['username'] === 'string' ? entry['username'] : user,
        password: typeof entry['password'] === 'string' ? entry['password'] : password,
      },
    ];
  });
}

function splitOnce(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** Registry credentials of the pod's and its service account's imagePullSecrets. */
export function pullCredentials(context: NodeContext, pod: Pod): Credentials[] {
  const { store } = context.apiServer;
  const account = store.get(SERVICE_ACCOUNTS, pod.metadata.namespace, pod.spec.serviceAccountName ?? 'default');
  const names = [...(pod.spec.imagePullSecrets ?? []), ...(account?.imagePullSecrets ?? [])].map(
    (each) => each.name ?? '',
  );
  return [...new Set(names)].flatMap((name) => {
    const data = store.get(SECRETS, pod.metadata.namespace, name)?.data;
    const config = data?.['.dockerconfigjson'] ?? data?.['.dockercfg'];
    return config === undefined ? [] : fromDockerConfig(secretText(config));
  });
}
