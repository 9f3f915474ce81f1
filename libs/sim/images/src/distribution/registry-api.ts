import {
  encodeBase64,
  escapeUrlQuery,
  isJsonObject,
  unescapeUrl,
  type HttpRequest,
  type HttpResponse,
  type JsonObject,
} from '@seatrial/kernel';
import { respond } from '../server/responses.js';
import { COMMON, empty, forMethod, json, noSuchPage, refused, wrongMethod } from './registry-answers.js';
import { digestOf, type RegistryStore } from './registry-store.js';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const MANIFEST_TYPES = [
  OCI_MANIFEST,
  DOCKER_MANIFEST,
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const NAME = '[a-zA-Z0-9]+(?:[._/-]+[a-zA-Z0-9]+)*';
const DIGEST = 'sha256:[0-9a-f]{64}';

export interface RegistryOptions {
  /** Names of uploads, all different. */
  readonly uploadId: () => string;
  /** Manifests and blobs can be deleted (`storage.delete.enabled`); tags always can. */
  readonly deletes?: boolean;
}

/** A request, taken apart. */
interface Asked {
  readonly request: HttpRequest;
  readonly name: string;
  readonly query: ReadonlyMap<string, string>;
  /** `http://host:port`, as the client called the registry. */
  readonly origin: string;
}

const queryOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name, value = ''] = pair.split('=');
        return [name, unescapeUrl(value)];
      }),
  );

/** A page of a list (`?n=`, `?last=`), with the link to the next one. */
function page(
  names: readonly string[],
  query: Asked['query'],
  path: string,
): { readonly shown: readonly string[]; readonly link: HttpResponse['headers'] } {
  const last = query.get('last') ?? '';
  const rest = names.filter((name) => name > last);
  const count = Number(query.get('n') ?? rest.length);
  const shown = rest.slice(0, count);
  const more = shown.length > 0 && shown.length < rest.length;
  const next = `</v2/${path}?last=${escapeUrlQuery(shown.at(-1) ?? '')}&n=${count}>; rel="next"`;
  return { shown, link: more ? [['Link', next]] : [] };
}

/** The HTTP API of a registry (Distribution v3.0, registry/handlers), without who may ask for what. */
export class RegistryApi {
  constructor(
    private readonly store: RegistryStore,
    private readonly options: RegistryOptions,
  ) {}

  answer(request: HttpRequest, origin = ''): HttpResponse {
    const [path, query = ''] = request.path.split('?');
    return forMethod(request, this.route(request, path, { query: queryOf(query), origin }));
  }

  private route(request: HttpRequest, path: string, from: Pick<Asked, 'query' | 'origin'>): HttpResponse {
    if (path === '/')
      return {
        status: 200,
        headers: [
          ['Cache-Control', 'no-cache'],
          ['Content-Length', '0'],
        ],
        body: '',
      };
    if (path === '/v2')
      return respond(301, '<a href="/v2/">Moved Permanently</a>.\n\n', 'text/html; charset=utf-8', [
        COMMON[0],
        ['Location', '/v2/'],
      ]);
    if (path === '/v2/') return respond(200, '{}', 'application/json', COMMON);
    if (path === '/v2/_catalog') return request.method === 'GET' ? this.catalog(from.query) : wrongMethod('GET');
    const [, name, kind, reference] =
      new RegExp(`^/v2/(${NAME})/(tags/list|manifests/|blobs/uploads/|blobs/)([^/]*)$`).exec(path) ?? [];
    if (name === undefined) return noSuchPage();
    const asked = { request, name, ...from };
    if (kind === 'tags/list') return reference === '' ? this.tagList(asked) : noSuchPage();
    if (kind === 'manifests/') return this.manifest(asked, reference);
    if (kind === 'blobs/uploads/') return this.upload(asked, reference);
    return new RegExp(`^${DIGEST}$`).test(reference) ? this.blob(asked, reference) : noSuchPage();
  }

  private catalog(query: Asked['query']): HttpResponse {
    const { shown, link } = page(this.store.repositories(), query, '_catalog');
    return json({ repositories: shown }, 200, link);
  }

  private tagList({ request, name, query }: Asked): HttpResponse {
    if (request.method !== 'GET') return wrongMethod('GET');
    const tags = this.store.tags(name);
    if (!tags) return refused('NAME_UNKNOWN', { name });
    const { shown, link } = page(tags, query, `${name}/tags/list`);
    return json({ name, tags: shown }, 200, link);
  }

  private manifest(asked: Asked, reference: string): HttpResponse {
    const { request, name } = asked;
    if (request.method === 'PUT') return this.putManifest(asked, reference);
    const digest = this.store.resolve(name, reference);
    const text = digest === undefined ? undefined : this.store.manifest(name, digest);
    if (digest === undefined || text === undefined)
      return refused(
        'MANIFEST_UNKNOWN',
        reference.includes(':') ? `unknown manifest name=${name} revision=${reference}` : `unknown tag=${reference}`,
      );
    if (request.method === 'DELETE') {
      if (reference.includes(':') && this.options.deletes !== true) return refused('UNSUPPORTED');
      this.store.removeManifest(name, reference);
      return empty(202);
    }
    const type = mediaTypeOf(text);
    const accepted = request.headers.get('accept') ?? '';
    if (type === OCI_MANIFEST && !accepted.includes(OCI_MANIFEST))
      return refused('MANIFEST_UNKNOWN', undefined, {
        message: 'OCI manifest found, but accept header does not support OCI manifests',
      });
    return respond(200, text, type, [['Docker-Content-Digest', digest], ['Etag', `"${digest}"`], ...COMMON]);
  }

  private putManifest({ request, name, origin }: Asked, reference: string): HttpResponse {
    const type = request.headers.get('content-type') ?? '';
    if (!MANIFEST_TYPES.includes(type))
      return refused('MANIFEST_INVALID', `unsupported manifest media type and no default available: ${type}`);
    const manifest = jsonObject(request.body);
    if (manifest.schemaVersion !== 2)
      return refused('UNKNOWN', `unrecognized manifest schema version ${String(Number(manifest.schemaVersion ?? 0))}`);
    const layers = Array.isArray(manifest.layers) ? manifest.layers : [];
    for (const part of [manifest.config, ...layers].filter(isJsonObject)) {
      const digest = typeof part.digest === 'string' ? part.digest : '';
      if (this.store.blob(name, digest) === undefined) return refused('MANIFEST_BLOB_UNKNOWN', { Digest: digest });
    }
    const digest = this.store.putManifest(name, request.body, reference.includes(':') ? undefined : reference);
    return empty(201, [
      ['Docker-Content-Digest', digest],
      ['Location', `${origin}/v2/${name}/manifests/${digest}`],
    ]);
  }

  private blob({ request, name }: Asked, digest: string): HttpResponse {
    const text = this.store.blob(name, digest);
    if (request.method === 'DELETE') {
      if (this.options.deletes !== true) return refused('UNSUPPORTED');
      if (text === undefined) return refused('BLOB_UNKNOWN', digest);
      this.store.removeBlob(name, digest);
      return empty(202);
    }
    if (text === undefined) return refused('BLOB_UNKNOWN', digest);
    return respond(200, text, 'application/octet-stream', [
      ['Accept-Ranges', 'bytes'],
      ['Cache-Control', 'max-age=31536000'],
      ['Docker-Content-Digest', digest],
      ['Etag', `"${digest}"`],
      ...COMMON,
    ]);
  }

  private upload(asked: Asked, id: string): HttpResponse {
    const { request, name, query } = asked;
    if (id === '') {
      if (request.method !== 'POST') return wrongMethod('POST');
      const begun = this.options.uploadId();
      this.store.putUpload(name, begun, '');
      return this.uploading(asked, begun, '');
    }
    const sent = this.store.upload(name, id);
    if (sent === undefined) return refused('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown');
    if (request.method === 'DELETE') {
      this.store.endUpload(name, id);
      return empty(204);
    }
    const text = sent + request.body;
    if (request.method === 'PATCH') {
      this.store.putUpload(name, id, text);
      return this.uploading(asked, id, text);
    }
    if (request.method !== 'PUT') return wrongMethod('DELETE, GET, HEAD, PATCH, PUT');
    return this.endUpload(asked, id, text, query.get('digest') ?? '');
  }

  private endUpload({ name, origin }: Asked, id: string, text: string, wanted: string): HttpResponse {
    const digest = digestOf(text);
    if (digest !== wanted)
      return refused('DIGEST_INVALID', `invalid digest for referenced layer: ${wanted}, content does not match digest`);
    this.store.putBlob(name, text);
    this.store.endUpload(name, id);
    return empty(201, [
      ['Docker-Content-Digest', digest],
      ['Location', `${origin}/v2/${name}/blobs/${digest}`],
    ]);
  }

  private uploading({ name, origin }: Asked, id: string, text: string): HttpResponse {
    const state = escapeUrlQuery(encodeBase64(JSON.stringify({ Name: name, UUID: id, Offset: text.length })));
    return empty(202, [
      ['Docker-Upload-Uuid', id],
      ['Location', `${origin}/v2/${name}/blobs/uploads/${id}?_state=${state}`],
      ['Range', `0-${Math.max(0, text.length - 1)}`],
    ]);
  }
}

/** What a manifest says that it is; without, it is an OCI image's. */
function mediaTypeOf(text: string): string {
  const { mediaType } = jsonObject(text);
  return typeof mediaType === 'string' ? mediaType : OCI_MANIFEST;
}

function jsonObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
