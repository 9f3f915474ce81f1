import { directoryName, isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { readManifests, toYaml } from '@seatrial/manifest';
import { helmHome } from './helm-home.js';

/** A repository that somebody has added. */
export interface Repository {
  readonly name: string;
  readonly url: string;
}

const fileOf = ({ process }: Invocation): string =>
  process.env.get('HELM_REPOSITORY_CONFIG') ?? `${helmHome(process).config}/repositories.yaml`;

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** The value of a YAML file; undefined when there is none. */
export function yamlValue(text: string, path: string): JsonObject | undefined {
  const value = readManifests(text, path).documents[0]?.value;
  return isJsonObject(value) ? value : undefined;
}

/** The repositories of repositories.yaml, in its order; undefined when there is no such file. */
export function repositories(k: Invocation): Repository[] | undefined {
  const path = fileOf(k);
  const read = k.process.machine.files.readFile(path);
  if (!read.ok) return undefined;
  const listed = yamlValue(read.value, path)?.['repositories'];
  const entries = Array.isArray(listed) ? listed.filter(isJsonObject) : [];
  return entries.map(({ name, url }) => ({ name: textOf(name), url: textOf(url) }));
}

export function saveRepositories(k: Invocation, list: readonly Repository[]): void {
  const { files } = k.process.machine;
  const path = fileOf(k);
  const entries = list.map(({ name, url }) => ({
    caFile: '',
    certFile: '',
    insecure_skip_tls_verify: false,
    keyFile: '',
    name,
    pass_credentials_all: false,
    password: '',
    url,
    username: '',
  }));
  files.makeDirectories(directoryName(path), k.process.user);
  const text = toYaml({ apiVersion: '', generated: '0001-01-01T00:00:00Z', repositories: entries });
  files.writeFile(path, text, { mode: 0o600, owner: k.process.user });
}

/** Where the index of a repository is kept. */
export const cachedIndexPath = ({ process }: Invocation, name: string): string =>
  `${process.env.get('HELM_REPOSITORY_CACHE') ?? `${helmHome(process).cache}/repository`}/${name}-index.yaml`;
