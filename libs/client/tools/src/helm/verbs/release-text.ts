import type { Invocation } from '@seatrial/kubectl';
import { isDebugging } from '../helm-action.js';
import { releaseJson } from '../release/release-json.js';
import type { Release } from '../release/release.js';
import { statusText } from '../release/status-text.js';
import { formatted } from './output-format.js';

/** A release as `-o` asks for it. */
export function releaseText(k: Invocation, release: Release): string {
  const other = formatted(k.flags.string('output'), releaseJson(release));
  return other ?? statusText(release, { notes: !k.flags.bool('hide-notes'), debug: isDebugging(k) });
}
