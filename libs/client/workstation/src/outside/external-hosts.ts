import type { ImageDefinition } from '@seatrial/images';
import type { ExternalHost } from '@seatrial/network';
import type { ProvidedFile } from '@seatrial/tools';
import { INTERNET_HOSTS } from './internet-hosts.js';
import { providedHosts } from './provided-hosts.js';
import { publishedHosts } from './published-hosts.js';
import { registryHosts } from './registry-hosts.js';

/** What there is beyond a workstation's cluster. */
export interface OutsideOptions {
  readonly external?: readonly ExternalHost[];
  /** False where the machines have no way out: no name outside the cluster resolves. */
  readonly internet?: boolean;
  /** Files on the web that come with the exercise: `files.example.org/lab/app.yaml` → text. */
  readonly webFiles?: readonly ProvidedFile[];
  /** Files of git repositories that come with the exercise: `github.com/acme/lab/app.yaml` → text. */
  readonly repositoryFiles?: readonly ProvidedFile[];
  /** Images of the exercise, whose registries are there. */
  readonly images?: readonly ImageDefinition[];
}

/** The hosts that a workstation's machines can reach: what comes with the exercise goes before what everybody knows. */
export function externalHosts(options: OutsideOptions): readonly ExternalHost[] {
  const { external = [], internet, webFiles = [], repositoryFiles = [], images = [] } = options;
  const everybodys = internet === false ? [] : [...publishedHosts(), ...INTERNET_HOSTS];
  const own = providedHosts(webFiles, repositoryFiles, everybodys);
  const registries = registryHosts(images, internet !== false);
  const names = new Set([...external, ...own].map(({ name }) => name));
  const others = [...registries, ...everybodys].filter(({ name }) => !names.has(name));
  return [...external, ...own, ...others];
}
