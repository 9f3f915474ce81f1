import { compareStrings, isJsonObject } from '@seatrial/kernel';
import { appVersion, type Release } from './release.js';
import { textOf } from './sprig-text.js';

/** A release as `helm get metadata` prints it. */
export function metadataText(release: Release): string {
  const { metadata } = release.chart;
  const labels = { modifiedAt: String(Math.floor(release.lastDeployed / 1000)), name: release.name, owner: 'helm', status: release.status, version: String(release.version) }; // prettier-ignore
  const set = (map: unknown): string =>
    isJsonObject(map)
      ? Object.keys(map).sort(compareStrings).map((key) => `${key}=${textOf(map[key])}`).join(',') // prettier-ignore
      : '';
  const dependencies = Array.isArray(metadata.dependencies) ? metadata.dependencies.filter(isJsonObject) : [];
  const names = dependencies.map(({ name }) => textOf(name)).sort(compareStrings);
  return (
    `NAME: ${release.name}\nCHART: ${metadata.name}\nVERSION: ${metadata.version}\nAPP_VERSION: ${appVersion(release)}\n` +
    `ANNOTATIONS: ${set(metadata.annotations)}\nLABELS: ${set(labels)}\nDEPENDENCIES: ${names.join(',')}\n` +
    `NAMESPACE: ${release.namespace}\nREVISION: ${String(release.version)}\nSTATUS: ${release.status}\n` +
    `DEPLOYED_AT: ${new Date(release.lastDeployed).toISOString().slice(0, 19)}Z\nAPPLY_METHOD: server-side apply\n`
  );
}
