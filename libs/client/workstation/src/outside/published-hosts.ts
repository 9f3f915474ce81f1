import { ADDONS, type PublishedManifest } from '@seatrial/cluster';
import { compareStrings, type HttpRequest, type HttpResponse } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import type { ExternalHost } from '@seatrial/network';
import { answer, redirecting, secured } from './website.js';

/** What the web server of a host answers: its manifests in YAML; what else it has is not known. */
function manifestAt(host: string, manifests: readonly PublishedManifest[], { path }: HttpRequest): HttpResponse {
  const [bare] = path.split('?');
  for (const { path: pattern, objects } of manifests) {
    const groups = pattern.exec(bare);
    if (!groups) continue;
    const documents = objects(groups).map((object) => toYaml(object));
    return answer(200, documents.join('---\n'));
  }
  return { ...answer(404, '404: Not Found'), unsupported: `the file https://${host}${bare}` };
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
      partlyKnown: true,
      services: {
        80: redirecting(name),
        443: secured(name, (request) => manifestAt(name, manifests, request)),
      },
    }));
  return hosts;
}
