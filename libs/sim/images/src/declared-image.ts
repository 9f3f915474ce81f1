import {
  sleep,
  waitFor,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type NetworkService,
  type Process,
  type Program,
} from '@seatrial/kernel';
import { reviewAdmission, type DeclaredAdmission } from './admission/declared-admission.js';
import { BUSYBOX_BASE } from './catalog/base-image.js';
import { parseImageReference } from './image-reference.js';
import type { ImageDefinition } from './image.js';
import { respond } from './server/responses.js';
import { callUrl, failed } from './server/go-dial.js';
import { readCertificate } from './server/certificate-file.js';
import { runServer } from './server/run-server.js';

/** One answer of a declared server. */
export interface DeclaredRoute {
  readonly status?: number;
  readonly body?: string;
  readonly contentType?: string;
  /** Time until the answer, ms. */
  readonly delayMs?: number;
  /** Answers with this status until the server has run for so long: a slow start, or a server that breaks. */
  readonly statusUntil?: { readonly ms: number; readonly status: number };
  readonly statusAfter?: { readonly ms: number; readonly status: number };
  /** Answers what another service does (`http://name:port/path`), or 502 with the reason. */
  readonly proxies?: string;
  /** Answers AdmissionReviews instead: an admission webhook. */
  readonly admission?: DeclaredAdmission;
}

/** A port of a declared server. */
export interface DeclaredPort {
  readonly port: number;
  readonly routes: Readonly<Record<string, DeclaredRoute>>;
  /** HTTPS with the certificate in this file (PEM), without which the program ends. */
  readonly certificateFile?: string;
}

/** Requests to another service, again and again. */
export interface DeclaredCall {
  /** `http://name:port/path`; variables are put in. */
  readonly url: string;
  readonly method?: string;
  readonly body?: string;
  readonly everyMs: number;
  readonly atMs?: number;
  /** Printed after each answer, with `$STATUS` and `$BODY`. Failures are printed on standard error. */
  readonly log?: string;
}

/**
 * An image's behaviour as data, for exercises: what it needs, where it listens, what it answers, logs, uses and when it
 * ends. `$HOSTNAME` and `$NAME` of its environment are put into bodies and log lines.
 */
export interface DeclaredImage {
  /** `registry/name`, without tags. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly sizeBytes?: number;
  /** Variables without which it ends at once. */
  readonly requires?: readonly { readonly env: string; readonly message: string; readonly exitCode?: number }[];
  /** Time from its start until it listens, ms. */
  readonly startDelayMs?: number;
  readonly listens?: readonly DeclaredPort[];
  readonly logs?: readonly { readonly text: string; readonly atMs?: number; readonly everyMs?: number }[];
  readonly calls?: readonly DeclaredCall[];
  /** Ends by itself, as a batch task or a crash. */
  readonly exits?: { readonly afterMs: number; readonly code: number; readonly message?: string };
  readonly memory?: { readonly bytes: number; readonly growBytesPerSecond?: number };
  /** Share of a core in use, thousandths. */
  readonly cpuMilli?: number;
  /** Ignores SIGTERM, so that stopping takes the whole grace period. */
  readonly ignoresTerm?: boolean;
  /** Pulling needs credentials of its registry: any, or these. */
  readonly private?: ImageDefinition['private'];
}

const NOT_FOUND: HttpResponse = respond(404, '404 page not found\n');

function fill(text: string, process: Process): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? '';
    return name === 'HOSTNAME' ? process.machine.hostname : (process.env.get(name) ?? all);
  });
}

function service(process: Process, { routes, certificateFile }: DeclaredPort): NetworkService {
  const certificate = certificateFile === undefined ? undefined : readCertificate(process, certificateFile);
  return {
    ...(certificate?.ok && { tls: certificate.value }),
    http: (request) => answer(process, routes, request),
  };
}

function* answer(process: Process, routes: DeclaredPort['routes'], request: HttpRequest): Coroutine<HttpResponse> {
  const path = request.path.split('?')[0];
  const route = routes[path] ?? routes['*'];
  if (!(route as DeclaredRoute | undefined)) return NOT_FOUND;
  if (route.delayMs !== undefined) yield* sleep(route.delayMs);
  if (route.proxies !== undefined) return yield* proxied(process, fill(route.proxies, process), request);
  if (route.admission) return reviewAdmission(route.admission, request.body);
  const age = process.machine.simulation.now() - process.startTime;
  let status = route.status ?? 200;
  if (route.statusUntil && age < route.statusUntil.ms) status = route.statusUntil.status;
  if (route.statusAfter && age >= route.statusAfter.ms) status = route.statusAfter.status;
  return respond(status, fill(route.body ?? '', process), route.contentType);
}

function* proxied(process: Process, url: string, { method, body }: HttpRequest): Coroutine<HttpResponse> {
  const answered = yield* callUrl(process, url, method, body);
  if (failed(answered)) return respond(502, `${answered.error}\n`);
  const type = answered.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return respond(answered.status, answered.body, type);
}

function* call(process: Process, { url, method, body, log }: DeclaredCall): Coroutine<undefined> {
  const answered = yield* callUrl(process, fill(url, process), method, fill(body ?? '', process));
  if (failed(answered)) yield* process.stderr.write(`${answered.error}\n`);
  else if (log !== undefined) {
    const filled = fill(log.replace(/\$(?:STATUS|\{STATUS\})/g, String(answered.status)), process);
    yield* process.stdout.write(`${filled.replace(/\$(?:BODY|\{BODY\})/g, () => answered.body.trimEnd())}\n`);
  }
  return undefined;
}

interface Due {
  time: number;
  readonly everyMs: number | undefined;
  readonly act: () => Coroutine<number | undefined>;
}

function* print(process: Process, text: string): Coroutine<undefined> {
  yield* process.stdout.write(`${fill(text, process)}\n`);
  return undefined;
}

/** Everything that happens by the clock: log lines, memory that grows, the end. */
function schedule(process: Process, image: DeclaredImage): Due[] {
  const start = process.startTime;
  const due: Due[] = (image.logs ?? []).map((line) => ({
    time: start + (line.atMs ?? line.everyMs ?? 0),
    everyMs: line.everyMs,
    act: () => print(process, line.text),
  }));
  for (const each of image.calls ?? [])
    due.push({ time: start + (each.atMs ?? each.everyMs), everyMs: each.everyMs, act: () => call(process, each) });
  const { memory, exits } = image;
  const growth = memory?.growBytesPerSecond;
  if (growth !== undefined)
    due.push({
      time: start + 1000,
      everyMs: 1000,
      *act() {
        process.memoryBytes += growth;
        return undefined;
      },
    });
  if (exits)
    due.push({
      time: start + exits.afterMs,
      everyMs: undefined,
      *act() {
        if (exits.message !== undefined) yield* process.stderr.write(`${fill(exits.message, process)}\n`);
        return exits.code;
      },
    });
  return due;
}

/** Runs what is due until a signal comes or the image ends; an image without a clock costs no events. */
function* live(process: Process, due: readonly Due[]): Coroutine<number> {
  let waiting = [...due];
  for (;;) {
    const now = process.machine.simulation.now();
    const next = waiting.reduce<Due | undefined>(
      (first, each) => (first === undefined || each.time < first.time ? each : first),
      undefined,
    );
    yield* waitFor([process.signalArrived], next === undefined ? undefined : Math.max(0, next.time - now));
    if (process.takeSignal() !== undefined) return 0;
    if (next === undefined || next.time > process.machine.simulation.now()) continue;
    const code = yield* next.act();
    if (code !== undefined) return code;
    if (next.everyMs === undefined) waiting = waiting.filter((each) => each !== next);
    else next.time += Math.max(1, next.everyMs);
  }
}

function programOf(image: DeclaredImage): Program {
  return function* (process: Process): Coroutine<number> {
    for (const { env, message, exitCode } of image.requires ?? []) {
      if ((process.env.get(env) ?? '') !== '') continue;
      yield* process.stderr.write(`${message}\n`);
      return exitCode ?? 1;
    }
    for (const { certificateFile } of image.listens ?? []) {
      const certificate = certificateFile === undefined ? undefined : readCertificate(process, certificateFile);
      if (!certificate || certificate.ok) continue;
      yield* process.stderr.write(`${certificate.error}\n`);
      return 1;
    }
    if (!image.ignoresTerm) for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
    process.memoryBytes = image.memory?.bytes ?? 0;
    process.cpuNanocores = (image.cpuMilli ?? 0) * 1_000_000;
    const due = schedule(process, image);
    if (image.startDelayMs !== undefined) yield* waitFor([process.signalArrived], image.startDelayMs);
    if (process.takeSignal() !== undefined) return 0;
    return yield* runServer(process, {
      ports: (image.listens ?? []).map((listens) => ({ port: listens.port, service: service(process, listens) })),
      signals: [],
      run: () => live(process, due),
    });
  };
}

/** The image that a declaration describes, with busybox's applets beside its program; undefined when its name is none. */
export function declareImage(image: DeclaredImage): ImageDefinition | undefined {
  const reference = parseImageReference(image.name);
  if (!reference) return undefined;
  return {
    repository: reference.repository,
    tags: image.tags,
    sizeBytes: image.sizeBytes ?? 10_000_000,
    config: { cmd: ['/app'], exposedPorts: (image.listens ?? []).map(({ port }) => port) },
    ...BUSYBOX_BASE,
    programs: { '/app': programOf(image) },
    ...(image.private === undefined ? {} : { private: image.private }),
  };
}
