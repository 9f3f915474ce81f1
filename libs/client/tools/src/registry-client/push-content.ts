import { digestOf } from '@seatrial/images';
import { escapeUrlQuery, fail, ok, utf8Length, type Coroutine, type Result } from '@seatrial/kernel';
import { answerProblem, type RegistrySession } from './registry-session.js';

/** What a manifest says of one of its parts. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export const describe = (mediaType: string, text: string): Descriptor => ({
  mediaType,
  digest: digestOf(text),
  size: utf8Length(text),
});

/** A step that a registry refused, as oras names it, and why. */
export interface PushFailure {
  readonly operation: 'Exists' | 'Push';
  readonly reason: string;
}

/** Whether the registry has a manifest or a blob. */
export function* isThere(
  session: RegistrySession,
  path: string,
  accept?: string,
): Coroutine<Result<boolean, PushFailure>> {
  const refused = (reason: string): Result<boolean, PushFailure> => fail({ operation: 'Exists', reason });
  const asked = yield* session.ask({ method: 'HEAD', path, ...(accept !== undefined && { headers: { accept } }) });
  if (!asked.ok) return refused(asked.error);
  const { status } = asked.value.response;
  return status === 200 || status === 404 ? ok(status === 200) : refused(answerProblem('HEAD', asked.value));
}

/** Gives a registry a blob that it lacks. */
export function* pushBlob(
  session: RegistrySession,
  repository: string,
  text: string,
): Coroutine<Result<boolean, PushFailure>> {
  const refused = (reason: string): Result<boolean, PushFailure> => fail({ operation: 'Push', reason });
  const digest = digestOf(text);
  const known = yield* isThere(session, `/v2/${repository}/blobs/${digest}`);
  if (!known.ok || known.value) return known;
  const begun = yield* session.ask({ method: 'POST', path: `/v2/${repository}/blobs/uploads/` });
  if (!begun.ok) return refused(begun.error);
  if (begun.value.response.status !== 202) return refused(answerProblem('POST', begun.value));
  const location = session.locationOf(begun.value);
  const sent = yield* session.ask({
    method: 'PUT',
    path: `${location}${location.includes('?') ? '&' : '?'}digest=${escapeUrlQuery(digest)}`,
    headers: { 'content-type': 'application/octet-stream' },
    body: text,
  });
  if (!sent.ok) return refused(sent.error);
  return sent.value.response.status === 201 ? ok(true) : refused(answerProblem('PUT', sent.value));
}

/** Gives a registry a manifest, under a tag. */
export function* pushManifest(
  session: RegistrySession,
  repository: string,
  tag: string,
  mediaType: string,
  text: string,
): Coroutine<Result<boolean, PushFailure>> {
  const refused = (reason: string): Result<boolean, PushFailure> => fail({ operation: 'Push', reason });
  const sent = yield* session.ask({
    method: 'PUT',
    path: `/v2/${repository}/manifests/${tag}`,
    headers: { 'content-type': mediaType },
    body: text,
  });
  if (!sent.ok) return refused(sent.error);
  return sent.value.response.status === 201 ? ok(true) : refused(answerProblem('PUT', sent.value));
}
