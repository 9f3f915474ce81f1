import { Inject, Injectable } from '@nestjs/common';
import type { CourseRole } from '@seatrial/persistence';
import { ServiceError, type Viewer } from '@seatrial/platform';
import { PRISMA, type PrismaClient } from '../service/service-tokens.js';

export interface CourseRecord {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
}

/** Courses and who is in them as what. */
@Injectable()
export class CoursesService {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  async ensureCourse(slug: string, title: string): Promise<CourseRecord> {
    return this.prisma.course.upsert({ where: { slug }, create: { slug, title }, update: {} });
  }

  async enrol(courseId: string, userId: string, role: CourseRole): Promise<void> {
    await this.prisma.enrolment.upsert({
      where: { courseId_userId: { courseId, userId } },
      create: { courseId, userId, role },
      update: { role },
    });
  }

  /** The courses a viewer is in, with the role there. */
  async coursesOf(viewer: Viewer): Promise<(CourseRecord & { readonly role: CourseRole })[]> {
    const enrolments = await this.prisma.enrolment.findMany({
      where: { userId: viewer.id },
      include: { course: true },
      orderBy: { createdAt: 'asc' },
    });
    return enrolments.map(({ course, role }) => ({ id: course.id, slug: course.slug, title: course.title, role }));
  }

  /** The viewer's role in a course; undefined when not enrolled. */
  async roleIn(courseId: string, viewer: Viewer): Promise<CourseRole | undefined> {
    const enrolment = await this.prisma.enrolment.findUnique({
      where: { courseId_userId: { courseId, userId: viewer.id } },
    });
    return enrolment?.role;
  }

  /** Throws FORBIDDEN unless the viewer teaches in the course (or is an administrator). */
  async requireStaff(courseId: string, viewer: Viewer): Promise<void> {
    if (viewer.admin) return;
    const role = await this.roleIn(courseId, viewer);
    if (role === 'instructor' || role === 'assistant') return;
    throw new ServiceError('FORBIDDEN', 'only the staff of the course may see this');
  }
}
