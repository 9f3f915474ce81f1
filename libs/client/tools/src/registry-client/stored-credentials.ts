import {
  compareStrings,
  decodeBase64,
  directoryName,
  encodeBase64,
  isJsonObject,
  type JsonObject,
  type Process,
} from '@seatrial/kernel';
import type { Credentials } from './registry-session.js';

const HUB = 'https://index.docker.io/v1/';

/** The name under which credentials of a registry are kept (oras-go, credentials.ServerAddressFromRegistry). */
export const serverAddress = (registry: string): string =>
  registry === 'docker.io' || registry === 'registry-1.docker.io' ? HUB : registry;

/** A configuration file like Docker's, as an object; an empty one where there is none. */
function configAt(process: Process, path: string): JsonObject {
  const read = process.machine.files.readFile(path);
  try {
    const value: unknown = read.ok ? JSON.parse(read.value) : {};
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

const authsOf = (config: JsonObject): JsonObject => (isJsonObject(config.auths) ? config.auths : {});

/** The credentials for a registry in a configuration file. */
export function storedCredentials(process: Process, path: string, registry: string): Credentials | undefined {
  const entry = authsOf(configAt(process, path))[serverAddress(registry)];
  const auth = isJsonObject(entry) ? entry.auth : undefined;
  if (typeof auth !== 'string' || auth === '') return undefined;
  const decoded = decodeBase64(auth);
  if ('corruptAt' in decoded) return undefined;
  const { text } = decoded;
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Keeps the credentials of registries in a configuration file, or forgets them; what else is in it stays. */
export function storeCredentials(
  process: Process,
  path: string,
  entries: ReadonlyMap<string, Credentials | undefined>,
): void {
  const config = configAt(process, path);
  const auths = new Map(Object.entries(authsOf(config)));
  for (const [registry, credentials] of entries) {
    const server = serverAddress(registry);
    if (credentials) auths.set(server, { auth: encodeBase64(`${credentials.username}:${credentials.password}`) });
    else auths.delete(server);
  }
  const { files } = process.machine;
  files.makeDirectories(directoryName(path), process.user);
  const sorted = Object.fromEntries([...auths].sort(([a], [b]) => compareStrings(a, b)));
  files.writeFile(path, JSON.stringify({ ...config, auths: sorted }, undefined, '\t'), {
    mode: 0o600,
    owner: process.user,
  });
}
