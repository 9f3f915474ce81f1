import { Inject, Injectable } from '@nestjs/common';
import type { SubmissionContent } from '@seatrial/contracts';
import { digestSubmission } from '@seatrial/engine';
import { ServiceError, type ServiceConfig, type Viewer } from '@seatrial/platform';
import { CoursesService } from '../courses/courses.service.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { CONFIG } from '../service/service-tokens.js';
import { OutboxRelay } from './outbox.relay.js';
import { SubmissionRepository, type RunOwner, type RunRecord, type SubmissionRecord } from './submission.repository.js';

export interface SubmitRequest extends SubmissionContent {
  readonly exercise: string;
  readonly course?: string | undefined;
  readonly clientId: string;
}

/** A submission as a viewer may see it. */
export interface SubmissionView {
  readonly record: SubmissionRecord;
  /** The viewer sees it as staff does: with hidden checks. */
  readonly seesAll: boolean;
}

const CLIENT_ID = /^[\w.:/-]{1,200}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** The first grading of every submission has the same seed, so that equal work earns equal grades. */
const SEED = 'live';

/** Takes submissions in and gives them, and their runs, to those who may see them. */
@Injectable()
export class SubmissionService {
  constructor(
    private readonly repository: SubmissionRepository,
    private readonly exercises: ExercisesService,
    private readonly courses: CoursesService,
    private readonly relay: OutboxRelay,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  /** Stores a submission and has it graded. The same client id again gives the first submission. */
  async submit(viewer: Viewer, request: SubmitRequest): Promise<SubmissionView> {
    const { manifests, transcript, clientId } = request;
    if (!CLIENT_ID.test(clientId)) {
      throw new ServiceError('BAD_INPUT', 'clientId must be 1 to 200 letters, digits or any of . _ : / -');
    }
    this.checkSize(request);
    const assignment = await this.exercises.findAssignment(viewer, request.exercise, request.course);
    if (assignment.opensAt && assignment.opensAt.getTime() > Date.now()) {
      throw new ServiceError('ASSIGNMENT_CLOSED', `the exercise opens at ${assignment.opensAt.toISOString()}`);
    }
    const content = storable({ manifests, ...(transcript !== undefined && { transcript }) });
    const digest = digestSubmission(content);
    const created = await this.repository.create({
      ...content,
      assignmentId: assignment.id,
      exerciseVersionId: assignment.versionId,
      userId: viewer.id,
      clientId,
      digest,
      seed: SEED,
    });
    if (created) {
      this.relay.poke();
      return this.view(viewer, created);
    }
    const first = await this.repository.findByClientId(viewer.id, clientId);
    if (first?.digest === digest && first.assignmentId === assignment.id) return this.view(viewer, first);
    throw new ServiceError('CONFLICT', `you have handed in something else with the client id "${clientId}"`);
  }

  private checkSize({ manifests, transcript }: SubmissionContent): void {
    const { maxBytes, maxFiles } = this.config.submission;
    if (manifests.length === 0 && (transcript ?? '').trim() === '') {
      throw new ServiceError('EMPTY_SUBMISSION', 'the submission is empty: hand in manifests, a transcript, or both');
    }
    if (manifests.length > maxFiles) {
      throw new ServiceError(
        'SUBMISSION_TOO_LARGE',
        `the submission has ${String(manifests.length)} files; the limit is ${String(maxFiles)}`,
        { limitFiles: maxFiles },
      );
    }
    let bytes = Buffer.byteLength(transcript ?? '');
    for (const { path, content } of manifests) bytes += Buffer.byteLength(path) + Buffer.byteLength(content);
    if (bytes > maxBytes) {
      throw new ServiceError(
        'SUBMISSION_TOO_LARGE',
        `the submission has ${String(bytes)} bytes; the limit is ${String(maxBytes)} bytes`,
        { limitBytes: maxBytes },
      );
    }
  }

  async submission(viewer: Viewer, id: string): Promise<SubmissionView> {
    return this.visibleTo(viewer, UUID.test(id) ? await this.repository.find(id) : null, 'submission');
  }

  async run(viewer: Viewer, runId: string): Promise<SubmissionView> {
    return this.visibleTo(viewer, UUID.test(runId) ? await this.repository.findByRun(runId) : null, 'run');
  }

  /** Throws NOT_FOUND when the run is not the viewer's to see. */
  async requireVisibleRun(viewer: Viewer, runId: string): Promise<void> {
    const owner = UUID.test(runId) ? await this.repository.ownerOf(runId) : undefined;
    if (!owner || !(await this.maySee(viewer, owner))) throw notFound('run');
  }

  /** The state of a run that the viewer has been found to see. */
  async runState(runId: string): Promise<RunRecord['state']> {
    const state = await this.repository.stateOf(runId);
    if (state === undefined) throw notFound('run');
    return state;
  }

  /** The viewer's own submissions, newest first; for staff, with `course`, everyone's there. */
  async list(viewer: Viewer, course: string | undefined, first: number, before?: string): Promise<SubmissionView[]> {
    if (course === undefined) {
      const records = await this.repository.list({ userId: viewer.id }, first, before);
      const courses = [...new Set(records.map(({ assignment }) => assignment.courseId))];
      const roles = new Map(
        await Promise.all(courses.map(async (id) => [id, await this.isStaff(viewer, id)] as const)),
      );
      return records.map((record) => ({ record, seesAll: roles.get(record.assignment.courseId) ?? false }));
    }
    if (!UUID.test(course)) throw new ServiceError('BAD_INPUT', "course must be a course's id");
    await this.courses.requireStaff(course, viewer);
    const records = await this.repository.list({ assignment: { courseId: course } }, first, before);
    return records.map((record) => ({ record, seesAll: true }));
  }

  private async isStaff(viewer: Viewer, courseId: string): Promise<boolean> {
    if (viewer.admin) return true;
    const role = await this.courses.roleIn(courseId, viewer);
    return role === 'instructor' || role === 'assistant';
  }

  private async maySee(viewer: Viewer, { userId, courseId }: RunOwner): Promise<boolean> {
    return userId === viewer.id || (await this.isStaff(viewer, courseId));
  }

  private async view(viewer: Viewer, record: SubmissionRecord): Promise<SubmissionView> {
    return { record, seesAll: await this.isStaff(viewer, record.assignment.courseId) };
  }

  /** What is not the viewer's to see does not exist. */
  private async visibleTo(viewer: Viewer, record: SubmissionRecord | null, what: string): Promise<SubmissionView> {
    if (!record) throw notFound(what);
    const view = await this.view(viewer, record);
    if (record.userId !== viewer.id && !view.seesAll) throw notFound(what);
    return view;
  }
}

const notFound = (what: string): ServiceError => new ServiceError('NOT_FOUND', `there is no such ${what}`);

/** PostgreSQL keeps no NUL characters: they become a noncharacter, which the readers take for binary content too. */
function storable({ manifests, transcript }: SubmissionContent): SubmissionContent {
  const clean = (text: string): string => text.replaceAll('\0', '\uFDD0').replace(/[\uD800-\uDFFF]/gu, '\uFFFD');
  return {
    manifests: manifests.map(({ path, content }) => ({ path: clean(path), content: clean(content) })),
    ...(transcript !== undefined && { transcript: clean(transcript) }),
  };
}
