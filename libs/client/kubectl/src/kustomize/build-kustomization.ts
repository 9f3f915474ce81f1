import type { Process, Result } from '@seatrial/kernel';
import { fail } from '@seatrial/kernel';

/** What `kubectl kustomize DIRECTORY` prints. */
export function buildKustomization(_process: Process, directory: string): Result<string, string> {
  return fail(`kustomization ${directory} is not simulated`);
}
