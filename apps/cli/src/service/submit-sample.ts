import { randomUUID } from 'node:crypto';
import type { SubmissionContent } from '@seatrial/contracts';
import type { GraphqlClient } from './graphql-client.js';

export interface Progress {
  readonly state: 'queued' | 'running' | 'finished';
  readonly step: number;
  readonly steps: number;
  readonly command: string | null;
  readonly run: FinishedRun | null;
}

export interface FinishedRun {
  readonly outcome: string;
  readonly score: { readonly exact: string; readonly value: number } | null;
  readonly maximum: { readonly exact: string; readonly value: number } | null;
  readonly problem: { readonly message: { readonly en: string } } | null;
  readonly checks: readonly {
    readonly id: string;
    readonly status: string;
    readonly title: { readonly en: string };
    readonly points: { readonly exact: string };
    readonly earned: { readonly exact: string };
    readonly reason: { readonly en: string } | null;
  }[];
  readonly unsupported: readonly { readonly what: string }[];
}

const SUBMIT = `mutation Submit($input: SubmitInput!) { submit(input: $input) { id run { id } } }`;

const PROGRESS = `subscription Progress($runId: ID!) {
  runProgress(runId: $runId) {
    state step steps command
    run {
      outcome score { exact value } maximum { exact value } problem { message { en } }
      checks { id status title { en } points { exact } earned { exact } reason { en } }
      unsupported { what }
    }
  }
}`;

/** Hands in as a client would and follows the run to its end. */
export async function submitAndFollow(
  client: GraphqlClient,
  exercise: string,
  content: SubmissionContent,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<FinishedRun> {
  const input = { exercise, clientId: randomUUID(), ...content };
  const { submit } = await client.request<{ submit: { run: { id: string } } }>(SUBMIT, { input });
  let finished: FinishedRun | undefined;
  await client.subscribe(PROGRESS, { runId: submit.run.id }, (data) => {
    const { runProgress } = data as { readonly runProgress: Progress };
    onProgress(runProgress);
    if (runProgress.run) finished = runProgress.run;
  });
  if (!finished) throw new Error(`run ${submit.run.id} ended without a result`);
  return finished;
}
