import { digestOf } from '@seatrial/images';
import { compareStrings, goJson, isJsonObject, type Coroutine, type Result } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import {
  describe,
  isThere,
  pushBlob,
  pushManifest,
  type Descriptor,
  type PushFailure,
} from '../../registry-client/push-content.js';
import { textIn, type ChartMetadata } from '../chart/chart-metadata.js';
import { marshalledMetadata } from '../chart/marshalled-metadata.js';
import { failHelm } from '../helm-failure.js';
import { formatChartReference, parseChartReference } from './chart-reference.js';
import { openRegistry, tellTransfer } from './chart-registry.js';
import { CHART_LAYER, CONFIG, OCI_MANIFEST } from './media-types.js';

const ANNOTATION = 'org.opencontainers.image';

/** Who made a chart, as the annotation has it. */
function authors({ maintainers }: ChartMetadata): string {
  const people = Array.isArray(maintainers) ? maintainers.filter(isJsonObject) : [];
  return people
    .map((person) => textIn(person, 'name') + (textIn(person, 'email') === '' ? '' : ` (${textIn(person, 'email')})`))
    .join(', ');
}

/** The annotations of a chart's manifest (generateOCIAnnotations of pkg/registry, Helm v4.1). */
function annotationsOf(metadata: ChartMetadata, created: string): Record<string, string> {
  const [source] = Array.isArray(metadata.sources) ? metadata.sources : [];
  const own = isJsonObject(metadata.annotations) ? metadata.annotations : {};
  const given: Readonly<Record<string, string>> = {
    description: textIn(metadata, 'description'),
    title: metadata.name,
    version: metadata.version,
    url: textIn(metadata, 'home'),
    created,
    source: typeof source === 'string' ? source : '',
    authors: authors(metadata),
  };
  const all = new Map(
    Object.entries(given)
      .filter(([, value]) => value.trim() !== '')
      .map(([name, value]) => [`${ANNOTATION}.${name}`, value]),
  );
  for (const name of Object.keys(own))
    if (name !== `${ANNOTATION}.version` && name !== `${ANNOTATION}.title`) all.set(name, textIn(own, name));
  return Object.fromEntries([...all].sort(([a], [b]) => compareStrings(a, b)));
}

export interface PushedChart {
  readonly archive: string;
  readonly metadata: ChartMetadata;
  /** When the archive was written, RFC 3339. */
  readonly created: string;
}

/** Ends the command with oras' text where a step was refused. */
function demand(result: Result<boolean, PushFailure>): boolean {
  return result.ok
    ? result.value
    : failHelm(`failed to perform "${result.error.operation}" on destination: ${result.error.reason}`);
}

/** Puts a chart into a registry, below `remote` (OCIPusher and registry.Client.Push of Helm v4.1). */
export function* pushChart(k: Invocation, remote: string, chart: PushedChart): Coroutine<void> {
  const { archive, metadata, created } = chart;
  const target = parseChartReference(`${remote}/${metadata.name}:${metadata.version}`);
  if (!target.ok) failHelm(target.error);
  const { registry, repository, reference } = target.value;
  const config = goJson(marshalledMetadata(metadata));
  const layers: Descriptor[] = [describe(CHART_LAYER, archive)];
  const manifest = goJson({
    schemaVersion: 2,
    config: { ...describe(CONFIG, config) },
    layers: layers.map((layer) => ({ ...layer })),
    annotations: annotationsOf(metadata, created),
  });
  const digest = digestOf(manifest);
  const session = openRegistry(k, registry);
  const known = demand(yield* isThere(session, `/v2/${repository}/manifests/${digest}`, OCI_MANIFEST));
  if (!known) for (const blob of [config, archive]) demand(yield* pushBlob(session, repository, blob));
  demand(yield* pushManifest(session, repository, reference, OCI_MANIFEST, manifest));
  yield* tellTransfer(k, 'Pushed', formatChartReference(target.value), digest);
}
