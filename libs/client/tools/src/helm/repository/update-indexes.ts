import type { Coroutine } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import type { Repository } from './repositories.js';
import { fetchIndex } from './repository-index.js';

/** Fetches the indexes of repositories and tells how it went; the URLs of those that cannot be had. */
export function* updateIndexes(
  k: Invocation,
  list: readonly Repository[],
  tell: (text: string) => Coroutine<void> = (text) => k.out(text),
): Coroutine<string[]> {
  yield* tell('Hang tight while we grab the latest from your chart repositories...\n');
  const failed: string[] = [];
  for (const each of list) {
    const index = yield* fetchIndex(k, each);
    if (!index.ok) failed.push(each.url);
    yield* tell(
      index.ok
        ? `...Successfully got an update from the "${each.name}" chart repository\n`
        : `...Unable to get an update from the "${each.name}" chart repository (${each.url}):\n\t${index.error}\n`,
    );
  }
  return failed;
}
