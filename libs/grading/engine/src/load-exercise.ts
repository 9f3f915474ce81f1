import { findCheckType, type BoundCheck } from '@seatrial/checks';
import { CHECK_TYPES } from '@seatrial/checks';
import {
  readExercise,
  type Exercise,
  type ExerciseCheck,
  type ExerciseError,
  type ExerciseFolder,
} from '@seatrial/exercise';
import type { ClusterProfile } from '@seatrial/cluster';
import type { ImageDefinition } from '@seatrial/images';
import { fail, ok, type Result } from '@seatrial/kernel';
import { readCluster } from './read-cluster.js';
import { readImages } from './read-images.js';

/** A check of an exercise with its parameters read. */
export interface LoadedCheck extends BoundCheck {
  readonly check: ExerciseCheck;
}

/** An exercise ready to grade with. */
export interface LoadedExercise {
  readonly exercise: Exercise;
  readonly checks: readonly LoadedCheck[];
  /** The images that it declares. */
  readonly images: readonly ImageDefinition[];
  /** The cluster that the student gets. */
  readonly profile: ClusterProfile;
}

/** Reads an exercise's folder with the parameters of its checks; all errors at once, each with its place. */
export function loadExercise(folder: ExerciseFolder): Result<LoadedExercise, readonly ExerciseError[]> {
  const read = readExercise(folder);
  if (!read.ok) return read;
  const errors: ExerciseError[] = [];
  const checks: LoadedCheck[] = [];
  for (const check of read.value.checks) {
    const definition = findCheckType(check.type);
    if (!definition) {
      const { place } = check.source.member('type');
      const known = CHECK_TYPES.map(({ type }) => type).join(', ');
      errors.push({ ...place, message: `there is no check type "${check.type}"; there are ${known}` });
    } else checks.push({ check, ...definition.bind(check.parameters.collectingInto(errors)) });
  }
  const images = readImages(read.value.images.collectingInto(errors));
  const profile = readCluster(read.value.cluster, read.value.clusterSettings.collectingInto(errors));
  return errors.length > 0 ? fail(errors) : ok({ exercise: read.value, checks, images, profile });
}
