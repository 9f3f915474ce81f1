import { RegistryApi, RegistryStore, filesInMemory, forMethod, refused, type ImageDefinition } from '@seatrial/images';
import { compareStrings, decodeBase64, uuidOf, type HttpRequest, type HttpResponse } from '@seatrial/kernel';
import type { ExternalHost } from '@seatrial/network';
import { redirecting, secured } from './website.js';

/** Registries that everybody can reach, and where those who have no token are sent. */
const PUBLIC: Readonly<Record<string, string>> = {
  'registry-1.docker.io': 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
  'ghcr.io': 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:user/image:pull"',
  'quay.io': 'Bearer realm="https://quay.io/v2/auth",service="quay.io"',
  'registry.gitlab.com': 'Bearer realm="https://gitlab.com/jwt/auth",service="container_registry"',
};
const FIRST_ADDRESS = 70;

type Lock = Exclude<ImageDefinition['private'], undefined>;

/** Who a request comes from. */
function credentialsOf({ headers }: HttpRequest): { username: string; password: string } | undefined {
  const decoded = decodeBase64(/^Basic (.+)$/.exec(headers.get('authorization') ?? '')?.[1] ?? '');
  const [, username, password] = /^([^:]+):(.+)$/s.exec('text' in decoded ? decoded.text : '') ?? [];
  return username === undefined ? undefined : { username, password };
}

const repositoryOf = ({ path }: HttpRequest): string | undefined =>
  /^\/v2\/(.+)\/(?:tags|manifests|blobs)\//.exec(path)?.[1];

/** A registry outside, of which what the session puts into it is known. */
class OutsideRegistry {
  private uploads = 0;
  private readonly store = new RegistryStore(filesInMemory());
  private readonly api = new RegistryApi(this.store, { uploadId: () => uuidOf(0, 0, 0, ++this.uploads) });

  constructor(
    private readonly host: string,
    /** Repositories of the exercise's images, whose contents are not simulated. */
    private readonly images: readonly string[],
    private readonly locks: readonly Lock[],
  ) {}

  private get isPublic(): boolean {
    return Object.hasOwn(PUBLIC, this.host);
  }

  private lets(request: HttpRequest): boolean {
    const from = credentialsOf(request);
    const known = this.locks.filter((lock) => typeof lock === 'object');
    if (!from) return request.method === 'GET' && this.locks.length === 0 && request.path !== '/v2/';
    return (
      known.length === 0 ||
      known.some(({ username, password }) => username === from.username && password === from.password)
    );
  }

  answer(request: HttpRequest): HttpResponse {
    if (!request.path.startsWith('/v2'))
      return { status: 404, headers: [], body: '', unsupported: `the page https://${this.host}${request.path}` };
    if (!this.lets(request)) {
      const challenge = this.isPublic ? PUBLIC[this.host] : 'Basic realm="Registry Realm"';
      return forMethod(request, refused('UNAUTHORIZED', null, { headers: [['Www-Authenticate', challenge]] }));
    }
    const response = this.api.answer(request, `https://${this.host}`);
    const name = repositoryOf(request);
    const isUnknown =
      response.status === 404 &&
      request.method === 'GET' &&
      name !== undefined &&
      !this.store.tags(name) &&
      (this.isPublic || this.images.includes(name));
    return isUnknown ? { ...response, unsupported: `${name} in the registry ${this.host}` } : response;
  }
}

/** The registries of the world and of an exercise's images, with what a session puts into them. */
export function registryHosts(images: readonly ImageDefinition[], internet: boolean): ExternalHost[] {
  const byHost = new Map<string, ImageDefinition[]>(internet ? Object.keys(PUBLIC).map((name) => [name, []]) : []);
  for (const image of images) {
    const [registry] = image.repository.split('/');
    if (registry === 'docker.io' || registry.includes(':')) continue;
    byHost.set(registry, [...(byHost.get(registry) ?? []), image]);
  }
  return [...byHost]
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([name, own], index) => {
      const registry = new OutsideRegistry(
        name,
        own.map(({ repository }) => repository.slice(name.length + 1)),
        own.flatMap((image) => (image.private === undefined || image.private === false ? [] : [image.private])),
      );
      return {
        name,
        address: `198.51.100.${FIRST_ADDRESS + index}`,
        partlyKnown: true,
        services: { 80: redirecting(name), 443: secured(name, (request) => registry.answer(request)) },
      };
    });
}
