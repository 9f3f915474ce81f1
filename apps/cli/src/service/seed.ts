import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readSamples, type ExerciseSample } from '@seatrial/exercise';
import { CoursesService, ExercisesService, IdentityService } from '@seatrial/features';
import { EXERCISES, readExerciseFolders } from './checkout.js';

export interface SeededCourse {
  readonly instructorToken: string;
  /** Tokens of students by name. */
  readonly studentTokens: ReadonlyMap<string, string>;
  readonly samples: readonly { readonly exercise: string; readonly sample: ExerciseSample; readonly student: string }[];
}

const COURSE = { slug: 'kubernetes', title: 'Kubernetes' };
const INSTRUCTOR = 'Vera Quintana';
/** Who hands in the samples that name nobody. */
const STUDENT = 'Noa Ferrer';

const emailOf = (name: string): string => `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@example.org`;

/** A course with the checkout's exercises, an instructor, and the students of the samples, each with a new token. */
export async function seedCourse(application: NestFastifyApplication): Promise<SeededCourse> {
  const [identity, courses, exercises] = [
    application.get(IdentityService, { strict: false }),
    application.get(CoursesService, { strict: false }),
    application.get(ExercisesService, { strict: false }),
  ];
  const course = await courses.ensureCourse(COURSE.slug, COURSE.title);
  const enrol = async (name: string, role: 'student' | 'instructor'): Promise<string> => {
    const user = await identity.ensureUser({ name, email: emailOf(name) });
    await courses.enrol(course.id, user.id, role);
    return identity.issueToken(user.id, 'seeded');
  };
  const instructorToken = await enrol(INSTRUCTOR, 'instructor');
  const samples: { exercise: string; sample: ExerciseSample; student: string }[] = [];
  for (const { folder } of readExerciseFolders(EXERCISES)) {
    const { slug } = await exercises.publish(course.id, folder);
    for (const sample of readSamples(folder)) {
      if (sample.path.startsWith('samples/'))
        samples.push({ exercise: slug, sample, student: sample.student ?? STUDENT });
    }
  }
  const studentTokens = new Map<string, string>();
  for (const name of new Set([STUDENT, ...samples.map(({ student }) => student)])) {
    studentTokens.set(name, await enrol(name, 'student'));
  }
  return { instructorToken, studentTokens, samples };
}
