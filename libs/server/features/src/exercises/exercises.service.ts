import { Inject, Injectable } from '@nestjs/common';
import type { LocalizedText } from '@seatrial/contracts';
import { loadExercise } from '@seatrial/engine';
import { isGradingFile, type ExerciseFolder } from '@seatrial/exercise';
import { ServiceError, type Viewer } from '@seatrial/platform';
import { PRISMA, type PrismaClient } from '../service/service-tokens.js';

/** An exercise as it is given out in a course the viewer is in. */
export interface AssignmentRecord {
  readonly id: string;
  readonly courseId: string;
  readonly exerciseId: string;
  readonly slug: string;
  readonly title: LocalizedText;
  readonly versionId: string;
  readonly opensAt: Date | null;
  readonly dueAt: Date | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Exercises, their versions, and where they are given out. */
@Injectable()
export class ExercisesService {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** Stores an exercise's folder in a course as its newest version (unless it is that already) and assigns it. */
  async publish(courseId: string, folder: ExerciseFolder): Promise<{ slug: string; versionId: string }> {
    const loaded = loadExercise(folder);
    if (!loaded.ok) {
      const lines = loaded.error.map(({ file, line, message }) => `${file}:${String(line)}: ${message}`);
      throw new ServiceError('BAD_INPUT', `the exercise has errors:\n${lines.join('\n')}`);
    }
    const { id: slug, title, digest } = loaded.value.exercise;
    // Solutions and samples stay out of the database.
    const files = Object.fromEntries([...folder].filter(([path]) => isGradingFile(path)));
    const exercise = await this.prisma.exercise.upsert({
      where: { courseId_slug: { courseId, slug } },
      create: { courseId, slug },
      update: {},
    });
    const exerciseId = exercise.id;
    const version = await this.prisma.exerciseVersion.upsert({
      where: { exerciseId_digest: { exerciseId, digest } },
      create: { exerciseId, digest, title: { ...title }, files },
      update: {},
    });
    await this.prisma.assignment.upsert({
      where: { courseId_exerciseId: { courseId, exerciseId } },
      create: { courseId, exerciseId },
      update: {},
    });
    return { slug, versionId: version.id };
  }

  /** What is given out in the viewer's courses. */
  async assignmentsOf(viewer: Viewer): Promise<AssignmentRecord[]> {
    return this.findAssignments({ course: { enrolments: { some: { userId: viewer.id } } } });
  }

  /**
   * The assignment of an exercise (by its id or name) in a course of the viewer's. NOT_FOUND where there is none: for
   * those outside a course its exercises do not exist.
   */
  async findAssignment(viewer: Viewer, exercise: string, course?: string): Promise<AssignmentRecord> {
    const found = await this.findAssignments({
      exercise: UUID.test(exercise) ? { id: exercise } : { slug: exercise },
      course: {
        enrolments: { some: { userId: viewer.id } },
        ...(course !== undefined && (UUID.test(course) ? { id: course } : { slug: course })),
      },
    });
    const [first, second] = found;
    if (!first) throw new ServiceError('NOT_FOUND', `there is no exercise "${exercise.slice(0, 100)}" in your courses`);
    if (second)
      throw new ServiceError('BAD_INPUT', `"${exercise}" is given out in several of your courses: name the course`);
    return first;
  }

  private async findAssignments(
    where: NonNullable<Parameters<PrismaClient['assignment']['findMany']>[0]>['where'],
  ): Promise<AssignmentRecord[]> {
    const assignments = await this.prisma.assignment.findMany({
      ...(where && { where }),
      orderBy: { createdAt: 'asc' },
      include: {
        exercise: {
          include: { versions: { orderBy: { createdAt: 'desc' }, take: 1, select: { id: true, title: true } } },
        },
      },
    });
    return assignments.flatMap(({ id, courseId, exerciseId, opensAt, dueAt, exercise }) => {
      const [version] = exercise.versions;
      if (!version) return [];
      const title = version.title as unknown as LocalizedText;
      return [{ id, courseId, exerciseId, slug: exercise.slug, title, versionId: version.id, opensAt, dueAt }];
    });
  }
}
