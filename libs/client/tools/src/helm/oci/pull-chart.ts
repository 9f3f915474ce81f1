import { digestOf } from '@seatrial/images';
import { fail, isJsonObject, ok, type Coroutine, type JsonObject, type Result } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { answerProblem } from '../../registry-client/registry-session.js';
import { isVersion, textIn } from '../chart/chart-metadata.js';
import { OCI_SCHEME, formatChartReference, parseChartReference, type ChartReference } from './chart-reference.js';
import { openRegistry, tellTransfer } from './chart-registry.js';
import { chartTags, matchingTag } from './chart-tags.js';
import { CHART_LAYER, CONFIG, LEGACY_CHART_LAYER, OCI_MANIFEST } from './media-types.js';

const ACCEPTED = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  OCI_MANIFEST,
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.artifact.manifest.v1+json',
].join(', ');

/** A chart's archive, and under which reference it came. */
export interface PulledChart {
  readonly archive: string;
  /** With `oci://` and the version. */
  readonly url: string;
  /** `NAME-VERSION.tgz` */
  readonly fileName: string;
}

interface Located {
  readonly reference: ChartReference;
  /** What Helm calls it: the tag with its plus. */
  readonly shownTag: string;
}

/** What a chart's URL and a version mean together (registry.Client.ValidateReference of Helm v4.1). */
function* locate(k: Invocation, url: string, wanted: string): Coroutine<Result<Located, string>> {
  const parsed = parseChartReference(url);
  if (!parsed.ok) return parsed;
  const { reference: tag, digest } = parsed.value;
  if (wanted !== '' && tag !== '' && tag !== wanted)
    return fail(`chart reference and version mismatch: ${wanted} is not ${tag}`);
  if (digest !== '') return ok({ reference: { ...parsed.value, reference: digest }, shownTag: digest });
  const version = wanted || tag;
  if (isVersion(version))
    return ok({ reference: { ...parsed.value, reference: version.replaceAll('+', '_') }, shownTag: version });
  const tags = yield* chartTags(k, url.slice(OCI_SCHEME.length));
  if (!tags.ok) return tags;
  if (tags.value.length === 0) return fail(`unable to locate any tags in provided repository: ${url}`);
  const found = matchingTag(tags.value, version);
  if (!found.ok) return found;
  return ok({ reference: { ...parsed.value, reference: found.value.replaceAll('+', '_') }, shownTag: found.value });
}

const partsOf = (manifest: JsonObject): JsonObject[] => {
  const layers = Array.isArray(manifest.layers) ? manifest.layers : [];
  return [manifest.config, ...layers].filter(isJsonObject);
};

/** The digest of the chart in a manifest, or why it is none (registry.Client.processChartPull). */
function chartDigest(text: string): Result<string, string> {
  let manifest: JsonObject = {};
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) manifest = value;
  } catch {
    return fail('invalid content');
  }
  const parts = partsOf(manifest).filter((part) =>
    [CONFIG, CHART_LAYER, LEGACY_CHART_LAYER].includes(textIn(part, 'mediaType')),
  );
  // A manifest of Docker's is no part that Helm takes, and without it nothing is looked at.
  const isOwn = manifest.mediaType === undefined || manifest.mediaType === OCI_MANIFEST;
  const count = isOwn ? parts.length + 1 : 0;
  if (count < 2)
    return fail(`manifest does not contain minimum number of descriptors (2), descriptors found: ${String(count)}`);
  if (!parts.some(({ mediaType }) => mediaType === CONFIG))
    return fail(`could not load config with mediatype ${CONFIG}`);
  const chart = parts.find(({ mediaType }) => mediaType !== CONFIG);
  return chart ? ok(textIn(chart, 'digest')) : fail(`manifest does not contain a layer with mediatype ${CHART_LAYER}`);
}

/** The archive of a chart in a registry, told as Helm tells it; the error is its text (registry.Client.Pull of Helm v4.1). */
export function* pullChart(k: Invocation, url: string, version: string): Coroutine<Result<PulledChart, string>> {
  const located = yield* locate(k, url, version);
  if (!located.ok) return located;
  const { reference, shownTag } = located.value;
  const { repository } = reference;
  const session = openRegistry(k, reference.registry);
  const refused = (operation: string, reason: string): Result<PulledChart, string> =>
    fail(`failed to perform "${operation}" on source: ${reason}`);
  const asked = yield* session.ask({
    method: 'GET',
    path: `/v2/${repository}/manifests/${reference.reference}`,
    headers: { accept: ACCEPTED },
  });
  if (!asked.ok) return refused('FetchReference', asked.error);
  const { response } = asked.value;
  if (response.status === 404) return refused('FetchReference', `${formatChartReference(reference)}: not found`);
  if (response.status !== 200) return refused('FetchReference', answerProblem('GET', asked.value));
  const digest = chartDigest(response.body);
  if (!digest.ok) return digest;
  const fetched = yield* session.ask({ method: 'GET', path: `/v2/${repository}/blobs/${digest.value}` });
  if (!fetched.ok) return refused('Fetch', fetched.error);
  if (fetched.value.response.status !== 200) return refused('Fetch', answerProblem('GET', fetched.value));
  yield* tellTransfer(k, 'Pulled', formatChartReference(reference), digestOf(response.body));
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  return ok({
    archive: fetched.value.response.body,
    url: `${OCI_SCHEME}${reference.registry}/${repository}:${shownTag}`,
    fileName: `${name}-${shownTag}.tgz`,
  });
}
