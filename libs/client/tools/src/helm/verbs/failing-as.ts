import type { Coroutine } from '@seatrial/kernel';
import { HelmFailure } from '../helm-failure.js';

/** Puts words in front of a failure. */
export function* failingAs<T>(before: string, piece: Coroutine<T>): Coroutine<T> {
  try {
    return yield* piece;
  } catch (failure) {
    if (failure instanceof HelmFailure) throw new HelmFailure(before + failure.message);
    throw failure;
  }
}
