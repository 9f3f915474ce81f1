import { TextInput, TextOutput, waitFor, type Coroutine } from '@seatrial/kernel';
import { exchange, type Url } from '../network/http-client.js';
import { Tool } from '../tool/tool.js';

/** What is asked for, how often and by how many at once; times in ms. */
export interface Load {
  readonly url: Url;
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Requests at most. */
  readonly requests: number;
  readonly concurrency: number;
  /** No request begins after this long. */
  readonly forMs?: number;
  /** Each worker's pause between the beginnings of requests. */
  readonly everyMs?: number;
}

/** One request: how long it took, and what came. */
export interface Sample {
  readonly ms: number;
  /** Undefined when there was no answer. */
  readonly status?: number;
  readonly bytes: number;
  readonly server?: string;
  readonly error?: string;
}

export interface LoadResult {
  readonly samples: readonly Sample[];
  readonly totalMs: number;
}

function* once(tool: Tool, { url, method, headers, body }: Load): Coroutine<Sample> {
  const { simulation } = tool.machine;
  const start = simulation.now();
  const all = new Map([['host', url.authority], ...headers]);
  const result = yield* exchange(tool, url, { method, headers: all, body, insecure: true, connectTimeoutMs: 20_000 });
  const ms = simulation.now() - start;
  if (!result.ok) {
    const { error } = result;
    const reason = error.kind === 'dial' ? error.error.failure : error.kind;
    return { ms, bytes: 0, error: reason === 'refused' ? 'connection refused' : reason.replaceAll('-', ' ') };
  }
  const { response } = result.value;
  const server = response.headers.find(([name]) => name.toLowerCase() === 'server')?.[1];
  return { ms, status: response.status, bytes: response.body.length, ...(server === undefined ? {} : { server }) };
}

/** Sends the requests from as many processes as asked for, and waits for all of them. */
export function* runLoad(tool: Tool, load: Load): Coroutine<LoadResult> {
  const { simulation, processes } = tool.machine;
  const samples: Sample[] = [];
  const start = simulation.now();
  let begun = 0;
  const mayBegin = (): boolean =>
    begun < load.requests && (load.forMs === undefined || simulation.now() - start < load.forMs);
  const workers = Array.from({ length: Math.min(load.concurrency, load.requests) }, () =>
    processes.spawn(
      {
        argv: tool.process.argv,
        stdin: new TextInput(''),
        stdout: new TextOutput(0),
        stderr: new TextOutput(0),
        *program(process) {
          const own = new Tool(process);
          while (mayBegin()) {
            begun++;
            own.charge(10);
            const at = simulation.now();
            samples.push(yield* once(own, load));
            const rest = at + (load.everyMs ?? 0) - simulation.now();
            // The network answers within a millisecond at best; a refused dial may take no time at all.
            yield* waitFor([], Math.max(simulation.now() === at ? 1 : 0, rest));
          }
          return 0;
        },
      },
      tool.process,
    ),
  );
  for (const worker of workers) yield* waitFor([worker.exited]);
  return { samples, totalMs: simulation.now() - start };
}

/** The value below which a share of the sorted samples lies. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted.at(Math.min(sorted.length - 1, Math.floor(sorted.length * share))) ?? 0;
