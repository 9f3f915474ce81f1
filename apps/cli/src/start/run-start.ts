import { randomUUID } from 'node:crypto';
import { DATA_DIRECTORY, startEmbeddedService } from '../service/embedded-service.js';
import { seedCourse } from '../service/seed.js';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function curlFor(url: string, token: string, exercise: string): string {
  const query = 'mutation($input: SubmitInput!) { submit(input: $input) { id run { id state } } }';
  const transcript =
    'kubectl create deployment web --image=nginx\nkubectl expose deployment web --port=80 --type=NodePort\n';
  const body = JSON.stringify({ query, variables: { input: { exercise, clientId: randomUUID(), transcript } } });
  return `curl -s ${url}/graphql -H 'content-type: application/json' \\\n  -H 'authorization: Bearer ${token}' \\\n  -d '${body.replaceAll("'", `'\\''`)}'`;
}

/** The first SIGINT or SIGTERM; a second one ends at once. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        resolve();
      });
    }
  });
}

/** Starts the service with its data kept, and stays up until a signal. */
export async function runStart(): Promise<number> {
  const stopped = untilSignal();
  const dataDirectory = process.env.SEATRIAL_DATA_DIR ?? DATA_DIRECTORY;
  const service = await startEmbeddedService({ dataDirectory, environment: process.env, say });
  try {
    const { instructorToken, studentTokens, samples } = await seedCourse(service.api.application);
    const [student, token] = [...studentTokens][0] ?? ['', ''];
    const exercise = samples.find((sample) => sample.exercise.includes('nodeport'))?.exercise ?? samples[0]?.exercise;
    say(`\nGraphQL:     ${service.api.url}/graphql  (subscriptions: graphql-transport-ws at the same path)`);
    say(`health:      ${service.api.url}/health/ready   metrics: ${service.api.url}/metrics`);
    say(`student:     ${token}  (${student})`);
    say(`instructor:  ${instructorToken}\n`);
    say(`${curlFor(service.api.url, token, exercise ?? '')}\n`);
    say('Ctrl-C stops.');
    await stopped;
    say('stopping…');
  } finally {
    await service.stop();
  }
  return 0;
}
