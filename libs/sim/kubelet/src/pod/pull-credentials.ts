import { SECRETS, type Pod } from '@seatrial/apiserver';
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

const secretNames = ({ spec }: Pod): string[] => (spec.imagePullSecrets ?? []).flatMap(({ name }) => name || []);

/** Says, once a sync, that pull secrets of the pod do not exist (kubelet_pods.go getPullSecretsForPod). */
export function noteMissingPullSecrets({ apiServer, events }: NodeContext, pod: Pod): void {
  if (!pod.spec.imagePullSecrets) return;
  const missing = secretNames(pod).filter((name) => !apiServer.store.get(SECRETS, pod.metadata.namespace, name));
  if (missing.length === 0) return;
  const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
  events.event({ object: pod }, 'Warning', 'FailedToRetrieveImagePullSecret', message);
}

const NO_CREDENTIALS: readonly Credentials[] = [];

/** Registry credentials of the pod's imagePullSecrets; admission has put the service account's there. */
export function pullCredentials(context: NodeContext, pod: Pod): readonly Credentials[] {
  if (!pod.spec.imagePullSecrets) return NO_CREDENTIALS;
  const { store } = context.apiServer;
  return secretNames(pod).flatMap((name) => {
    const data = store.get(SECRETS, pod.metadata.namespace, name)?.data;
    const config = data?.['.dockerconfigjson'] ?? data?.['.dockercfg'];
    return config === undefined ? [] : fromDockerConfig(secretText(config));
  });
}
