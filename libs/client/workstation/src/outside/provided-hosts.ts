import {
  compareStrings,
  type ConnectionInfo,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type NetworkService,
} from '@seatrial/kernel';
import type { ExternalHost } from '@seatrial/network';
import { repositoriesOf, type ProvidedFile } from '@seatrial/tools';
import { answer, moved, redirecting, trustedTls } from './website.js';

/** What a repository's branch may be called by those who ask for one of its files: repositories have one here. */
const BRANCHES = ['main', 'master', 'HEAD', 'refs/heads/main', 'refs/heads/master'];
const GITHUB = 'github.com';
const GITHUB_FILES = 'raw.githubusercontent.com';
const FIRST_ADDRESS = 100;

/** A host with files of the exercise; what it has not, everybody's host of the same name may have. */
class ProvidedSite implements NetworkService {
  readonly tls: NetworkService['tls'];

  constructor(
    host: string,
    private readonly files: ReadonlyMap<string, string>,
    private readonly others: NetworkService | undefined,
  ) {
    this.tls = trustedTls(host);
  }

  *http(request: HttpRequest, connection: ConnectionInfo): Coroutine<HttpResponse> {
    const text = this.files.get(request.path.split('?')[0]);
    if (text !== undefined) return answer(200, text);
    return this.others?.http ? yield* this.others.http(request, connection) : answer(404, '404: Not Found');
  }
}

/** GitHub, which sends those who ask for a file as it is to another host. */
class GitHub extends ProvidedSite {
  override *http(request: HttpRequest, connection: ConnectionInfo): Coroutine<HttpResponse> {
    const [, repository, file] = /^(\/[^/]+\/[^/]+)\/raw\/(.+)$/.exec(request.path) ?? [];
    if (repository !== undefined) return moved(`https://${GITHUB_FILES}${repository}/${file}`);
    return yield* super.http(request, connection);
  }
}

/** Host → path → text. */
type Sites = Map<string, Map<string, string>>;

function put(sites: Sites, host: string, path: string, text: string): void {
  const files = sites.get(host) ?? new Map<string, string>();
  sites.set(host, files.set(path, text));
}

function sitesOf(webFiles: readonly ProvidedFile[], repositoryFiles: readonly ProvidedFile[]): Sites {
  const sites: Sites = new Map();
  for (const { path, content } of webFiles) {
    const slash = path.indexOf('/');
    put(sites, path.slice(0, slash), path.slice(slash), content);
  }
  for (const [repository, files] of repositoriesOf(repositoryFiles)) {
    const [host, owner, name] = repository.split('/');
    if (host !== GITHUB) continue;
    if (!sites.has(host)) sites.set(host, new Map());
    for (const [path, content] of files)
      for (const branch of BRANCHES) put(sites, GITHUB_FILES, `/${owner}/${name}/${branch}/${path}`, content);
  }
  return sites;
}

/** The hosts of an exercise's files on the web and of its repositories at GitHub, before everybody's of the same name. */
export function providedHosts(
  webFiles: readonly ProvidedFile[],
  repositoryFiles: readonly ProvidedFile[],
  everybodys: readonly ExternalHost[],
): ExternalHost[] {
  return [...sitesOf(webFiles, repositoryFiles)]
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([name, files], index) => {
      const other = everybodys.find((host) => host.name === name);
      const site = new (name === GITHUB ? GitHub : ProvidedSite)(name, files, other?.services?.[443]);
      return {
        name,
        address: other?.address ?? `203.0.113.${FIRST_ADDRESS + index}`,
        services: { 80: redirecting(name), 443: site },
        ...(other?.partlyKnown === true && { partlyKnown: true }),
      };
    });
}
