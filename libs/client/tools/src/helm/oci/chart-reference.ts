import { ok, type Result } from '@seatrial/kernel';
import { formatOciReference, parseOciReference, type OciReference } from '../../registry-client/oci-reference.js';

export const OCI_SCHEME = 'oci://';

/** A chart in a registry: `reference` is its tag, `digest` what follows `@`. */
export interface ChartReference extends OciReference {
  readonly digest: string;
}

/**
 * A reference to a chart, with or without `oci://`; a plus in its tag, which no tag may have, becomes an underscore
 * (pkg/registry newReference of Helm v4.1). The error is oras' text.
 */
export function parseChartReference(text: string): Result<ChartReference, string> {
  const bare = text.startsWith(OCI_SCHEME) ? text.slice(OCI_SCHEME.length) : text;
  const at = bare.lastIndexOf('@');
  const named = at < 0 ? bare : bare.slice(0, at);
  const tag = /:([^:/]+)$/.exec(named)?.[1];
  const parsed = parseOciReference(tag === undefined ? named : named.replaceAll(tag, tag.replaceAll('+', '_')));
  return parsed.ok ? ok({ ...parsed.value, digest: at < 0 ? '' : bare.slice(at + 1) }) : parsed;
}

/** As Helm shows it. */
export function formatChartReference(reference: ChartReference): string {
  const shown = formatOciReference(reference);
  return reference.reference === '' ? `${shown}@${reference.digest}` : shown;
}
