import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CoursesService, ExercisesService, IdentityService } from '@seatrial/features';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedService, type EmbeddedService } from './embedded-service.js';
import { GraphqlClient, GraphqlRequestError } from './graphql-client.js';
import { submitAndFollow, type Progress } from './submit-sample.js';

const GREET = readFileSync(new URL('../../../../libs/grading/engine/fixtures/greet.yaml', import.meta.url), 'utf8');
const EXERCISE = `${GREET.replace('points: 1', 'points: 2')}  - id: hidden
    type: command
    title: { en: not with printf, es: sin printf }
    points: 1/3
    visibility: never
    with: { matches: printf, absent: true }
`;
const SUBMIT = 'mutation($input: SubmitInput!) { submit(input: $input) { id run { id } } }';

let service: EmbeddedService;
let student: GraphqlClient;
let stranger: GraphqlClient;
let instructor: GraphqlClient;

beforeAll(async () => {
  const environment = {
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
    PORT: '0',
    REDIS_URL: process.env.REDIS_URL,
    SEATRIAL_MAX_SUBMISSION_BYTES: '2000',
    SEATRIAL_REPLAY_TIMEOUT_MS: '20000',
  };
  service = await startEmbeddedService({ environment });
  const { application, url } = service.api;
  const [identity, courses] = [
    application.get(IdentityService, { strict: false }),
    application.get(CoursesService, { strict: false }),
  ];
  const course = await courses.ensureCourse('spec', 'Spec');
  await application.get(ExercisesService, { strict: false }).publish(course.id, new Map([['exercise.yaml', EXERCISE]]));
  const client = async (name: string, role?: 'student' | 'instructor'): Promise<GraphqlClient> => {
    const user = await identity.ensureUser({ name, email: `${name}@example.org` });
    if (role) await courses.enrol(course.id, user.id, role);
    return new GraphqlClient(url, await identity.issueToken(user.id, 'spec'));
  };
  student = await client('ana', 'student');
  stranger = await client('zoe');
  instructor = await client('vera', 'instructor');
}, 60_000);

afterAll(async () => {
  for (const client of [student, stranger, instructor]) await client.close();
  await service.stop();
});

const submit = (client: GraphqlClient, input: object): Promise<{ submit: { id: string; run: { id: string } } }> =>
  client.request(SUBMIT, { input: { exercise: 'greet', clientId: randomUUID(), ...input } });

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof GraphqlRequestError ? error.message : String(error);
  }
}

describe('from submission to verdict', () => {
  it('grades, tells the subscriber, and shows the result to who may see it', async () => {
    const seen: Progress[] = [];
    const run = await submitAndFollow(
      student,
      'greet',
      { manifests: [], transcript: '$ echo hello\nhello\n' },
      (progress) => seen.push(progress),
    );
    expect(seen.at(-1)?.state).toBe('finished');
    expect(run).toMatchObject({ outcome: 'graded', score: { exact: '7/3' }, maximum: { exact: '7/3' } });
    expect(run.checks.map(({ id }) => id)).toEqual(['said']);
    const { submissions } = await student.request<{ submissions: { id: string; run: { id: string } }[] }>(
      '{ submissions { id run { id } } }',
    );
    const [own] = submissions;
    const query = 'query($id: ID!) { run(id: $id) { checks { id } steps { command stdout line } } }';
    expect(await instructor.request(query, { id: own?.run.id })).toEqual({
      run: {
        checks: [{ id: 'said' }, { id: 'hidden' }],
        steps: [{ command: 'echo hello', stdout: 'hello\n', line: 1 }],
      },
    });
    expect(await codeOf(stranger.request(query, { id: own?.run.id }))).toBe('NOT_FOUND: there is no such run');
  });

  it('gives the reason of a lost point in words', async () => {
    const run = await submitAndFollow(student, 'greet', { manifests: [], transcript: 'echo bye' });
    expect(run.checks).toMatchObject([
      { status: 'failed', earned: { exact: '0' }, reason: { en: '“echo bye” did not print “hello” but: bye' } },
    ]);
  });

  it('takes the same client id once', async () => {
    const clientId = randomUUID();
    const first = await submit(student, { clientId, transcript: 'echo hello' });
    expect(await submit(student, { clientId, transcript: 'echo hello' })).toEqual(first);
    expect(await codeOf(submit(student, { clientId, transcript: 'echo other' }))).toMatch(/^CONFLICT/);
  });
});

describe('bad input', () => {
  it.each([
    ['no YAML', { manifests: [{ path: 'a.yaml', content: 'a: b\nkind: [' }] }, 'a.yaml, line 2: this is not YAML'],
    [
      'no object',
      { manifests: [{ path: 'a.yaml', content: '- 1\n' }] },
      'a.yaml, line 1: this is not a Kubernetes object',
    ],
    [
      'a path out of the folder',
      { manifests: [{ path: '../a.yaml', content: 'kind: A' }] },
      '"../a.yaml" is not a file name',
    ],
    ['prose', { transcript: 'Dear teacher,\nall is done.' }, 'there is no command in the transcript; line 1'],
    ['binary', { transcript: 'ls\n\u0000\u0001\u0002' }, 'line 2 of the transcript is not text'],
  ])('%s is a submission_error with line and reason', async (_, content, reason) => {
    const run = await submitAndFollow(student, 'greet', { manifests: [], ...content });
    expect(run.outcome).toBe('submission_error');
    expect(run.problem?.message.en).toContain(reason);
  });

  it.each([
    ['empty', {}, 'EMPTY_SUBMISSION: the submission is empty'],
    [
      'over the limit',
      { transcript: 'x'.repeat(2001) },
      'SUBMISSION_TOO_LARGE: the submission has 2001 bytes; the limit is 2000 bytes',
    ],
    [
      'far over the limit',
      { transcript: 'x'.repeat(2_000_000) },
      'SUBMISSION_TOO_LARGE: the request is too large; a submission may have 2000 bytes',
    ],
    [
      'for no exercise',
      { exercise: 'nope', transcript: 'ls' },
      'NOT_FOUND: there is no exercise "nope" in your courses',
    ],
    ['with a strange client id', { clientId: 'a b', transcript: 'ls' }, 'BAD_INPUT: clientId must be'],
  ])('%s is a typed error', async (_, content, message) => {
    expect(await codeOf(submit(student, content))).toContain(message);
  });

  it.each([
    ['a missing token', '', 'UNAUTHENTICATED: a bearer token is needed'],
    ['a foreign token', 'Bearer seatrial_forged', 'UNAUTHENTICATED: the bearer token is not known'],
  ])('%s is a typed error', async (_, authorization, message) => {
    const response = await fetch(`${service.api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify({ query: '{ viewer { name } }' }),
    });
    const { errors } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
    expect(`${errors[0]?.extensions.code ?? ''}: ${errors[0]?.message ?? ''}`).toContain(message);
  });

  it('keeps outsiders out of a course', async () => {
    expect(await codeOf(submit(stranger, { transcript: 'ls' }))).toBe(
      'NOT_FOUND: there is no exercise "greet" in your courses',
    );
  });

  it.each([
    ['syntax', '{', 'INVALID_QUERY'],
    ['an unknown field', '{ nothing }', 'INVALID_QUERY'],
    ['a wrong variable', 'query($id: ID!) { run(id: $id) { id } }', 'INVALID_QUERY'],
    [
      'too many aliases',
      `{ ${Array.from({ length: 60 }, (_, n) => `a${String(n)}: viewer { id }`).join(' ')} }`,
      'QUERY_TOO_LARGE',
    ],
  ])('%s is a typed GraphQL error', async (_, query, code) => {
    expect(await codeOf(student.request(query))).toMatch(new RegExp(`^${code}`));
  });

  it.each([
    ['without a member', { exercise: 'greet' }],
    ['with a member of another type', { exercise: 'greet', clientId: 'c', transcript: [1] }],
    ['with a member too many', { exercise: 'greet', clientId: 'c', transcript: 'ls', score: 10 }],
  ])('a variable %s is a typed GraphQL error', async (_, input) => {
    const query = 'mutation($input: SubmitInput!) { submit(input: $input) { id } }';
    expect(await codeOf(student.request(query, { input }))).toMatch(
      /^INVALID_QUERY: Variable "\$(input|transcript)" got invalid value/,
    );
  });

  it('stops a runaway, and grades the next', async () => {
    const transcript = 'while true; do :; done\necho hello';
    const runaway = await submitAndFollow(student, 'greet', { manifests: [], transcript });
    expect([runaway.outcome, runaway.score?.exact]).toEqual(['graded', '7/3']);
    const run = await submitAndFollow(student, 'greet', { manifests: [], transcript: 'echo hello' });
    expect(run.outcome).toBe('graded');
  }, 60_000);
});

it('is observable', async () => {
  const read = async (path: string): Promise<string> => (await fetch(service.api.url + path)).text();
  expect(await read('/health/live')).toBe('{"status":"ok"}');
  expect(await read('/health/ready')).toBe('{"status":"ok","database":"ok","queue":"ok"}');
  const metrics = await read('/metrics');
  expect(metrics).toMatch(/seatrial_queue_jobs\{state="waiting"\} 0/);
  expect(metrics).toContain('seatrial_runs_total');
});
