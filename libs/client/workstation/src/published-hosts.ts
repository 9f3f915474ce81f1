import { ADDONS, type PublishedManifest } from '@seatrial/cluster';
import { compareStrings, type HttpResponse, type NetworkService } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import type { ExternalHost } from '@seatrial/network';

const NOT_FOUND = '404: Not Found';

function text(status: number, body: string): HttpResponse {
  return { status, headers: [['Content-Type', 'text/plain; charset=utf-8']], body };
}

/** The web server of a host: its manifests in YAML. */
function serve(host: string, manifests: readonly PublishedManifest[]): NetworkService {
  return {
    *http(request) {
      const path = request.path.split('?')[0];
      for (const { path: pattern, objects } of manifests) {
        const groups = pattern.exec(path);
        if (groups)
          return text(
            200,
            objects(groups)
              .map((object) => toYaml(object))
              .join('---\n'),
          );
      }
      return text(404, NOT_FOUND);
    },
    tls: { issuer: "O=Let's Encrypt, CN=R11", names: [host], trusted: true },
  };
}

let hosts: readonly ExternalHost[] | undefined;

/** The hosts on the web that publish the addons' manifests, with documentation addresses (RFC 5737). */
export function publishedHosts(): readonly ExternalHost[] {
  if (hosts) return hosts;
  const byHost = new Map<string, PublishedManifest[]>();
  for (const manifest of ADDONS.flatMap(({ published }) => published ?? []))
    byHost.set(manifest.host, [...(byHost.get(manifest.host) ?? []), manifest]);
  hosts = [...byHost]
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([name, manifests], index) => ({
      name,
      address: `203.0.113.${index + 10}`,
      services: { 443: serve(name, manifests) },
    }));
  return hosts;
}
