// Points a real kubectl at the simulated API server and holds what it prints against the simulated kubectl:
//   node tools/lab/ask-kubectl.mjs KUBECTL COMMANDS SESSION.json…
// COMMANDS: a file with a command a line, asked of both after each session was replayed; they should not change anything.
// Ages and times are not compared. With SEATRIAL_OPENAPI=DIR, `/openapi/v3…` is answered with DIR's files (slashes as
// underscores; `.json` and `.pb`, saved from a real server), without which kubectl explains and validates nothing.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { handleHttp } from '@seatrial/apiserver';
import { recordedProfile } from '@seatrial/cluster';
import { openWorkstation } from '@seatrial/workstation';
import {
  parseRequestQuery,
  parseResourcePath,
  patchTypeOf,
  verbOf,
} from '../../libs/sim/apiserver/dist/http/request-path.js';
import { inStructOrder } from '../../libs/sim/apiserver/dist/http/struct-order.js';

const [kubectl, commandsFile, ...sessions] = process.argv.slice(2);
const openapi = process.env.SEATRIAL_OPENAPI;
const ADMIN = { clientCertificate: 'O=kubeadm:cluster-admins, CN=kubernetes-admin' };
const INSTANT = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z"/g;
const WATCH_MS = 300;
const TIMEOUT_MS = 15_000;

/** Instants as if the virtual clock were this machine's. */
function inWallTime(text, now) {
  const shift = Math.round((Date.now() - now) / 1000) * 1000;
  return text.replace(INSTANT, (_, whole, fraction = '') => {
    const moved = new Date(Date.parse(`${whole}Z`) + shift).toISOString().slice(0, 19);
    return `"${moved}${fraction}Z"`;
  });
}

function answerOpenApi(requestPath, accept) {
  const name = requestPath.slice('/openapi/v3/'.length).replaceAll('/', '_');
  const protobuf = name !== '' && accept.includes('protobuf');
  const file = path.join(openapi ?? '', name === '' ? 'index.json' : `${name}.${protobuf ? 'pb' : 'json'}`);
  if (!openapi || !fs.existsSync(file)) return { status: 404, type: 'text/plain', body: '' };
  const type = protobuf ? 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf' : 'application/json';
  return { status: 200, type, body: fs.readFileSync(file) };
}

function answerResource(workstation, request, target, query, body) {
  const { apiServer, simulation } = workstation.cluster;
  const options = { ...parseRequestQuery(query), showManagedFields: true };
  if (request.method === 'GET' && (request.headers.accept ?? '').includes('as=Table'))
    options.asTable = { includeObject: new URLSearchParams(query).get('includeObject') ?? undefined };
  let decoded;
  try {
    decoded = body === '' ? undefined : JSON.parse(body);
  } catch {
    // The API server says so.
  }
  if (request.method === 'DELETE')
    for (const name of ['gracePeriodSeconds', 'propagationPolicy', 'preconditions'])
      if (decoded?.[name] !== undefined) options[name] = decoded[name];
  if (decoded?.dryRun) options.dryRun = true;
  const response = apiServer.handle({
    verb: verbOf(request.method, target.name !== undefined),
    ...target,
    user: apiServer.authenticate(ADMIN).value,
    body: decoded,
    bodyText: body,
    patchType: patchTypeOf(request.headers['content-type']),
    options,
  });
  const warnings = response.warnings.map((warning) => `299 - ${JSON.stringify(warning)}`);
  const text = inWallTime(JSON.stringify(inStructOrder(response.body)), simulation.now());
  return { status: response.code, type: 'application/json', body: text, warnings };
}

function answer(workstation, request, body) {
  const [requestPath, query = ''] = request.url.split('?', 2);
  if (requestPath.startsWith('/openapi/v3')) return answerOpenApi(requestPath, request.headers.accept ?? '');
  const target = parseResourcePath(requestPath);
  if (target) return answerResource(workstation, request, target, query, body);
  const { apiServer, profile } = workstation.cluster;
  const headers = new Map(Object.entries(request.headers));
  const made = handleHttp(
    apiServer,
    profile.kubernetesVersion,
    { method: request.method, path: request.url, headers, body },
    ADMIN,
  );
  return { status: made.status, type: new Map(made.headers).get('Content-Type'), body: made.body };
}

function serve(workstation) {
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      if (parseRequestQuery(request.url.split('?', 2)[1] ?? '').watch) {
        response.writeHead(200, { 'content-type': 'application/json' });
        setTimeout(() => response.end(), WATCH_MS);
        return;
      }
      const { status, type, body: text, warnings = [] } = answer(workstation, request, body);
      response.writeHead(status, { 'content-type': type, ...(warnings.length > 0 && { warning: warnings }) });
      response.end(text);
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** A home folder with a kubeconfig for the server and the session's files. */
function makeHome(server, files) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'ask-kubectl-'));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'k', cluster: { server: `http://127.0.0.1:${server.address().port}` } }],
    users: [{ name: 'u', user: { token: 'x' } }],
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    'current-context': 'c',
  };
  fs.writeFileSync(path.join(home, 'config'), JSON.stringify(config));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    fs.writeFileSync(path.join(home, name), text);
  }
  return home;
}

function runReal(home, command) {
  return new Promise((resolve) => {
    const env = {
      PATH: `${path.dirname(path.resolve(kubectl))}:/usr/bin:/bin`,
      HOME: home,
      KUBECONFIG: `${home}/config`,
    };
    const child = spawn('bash', ['-c', command], { cwd: home, env, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
    const result = { stdout: '', stderr: '' };
    child.stdout.on('data', (piece) => (result.stdout += piece));
    child.stderr.on('data', (piece) => (result.stderr += piece));
    child.on('close', (exit) => resolve({ ...result, exit }));
  });
}

const withoutTimes = (text) =>
  text
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?/g, 'TIME')
    .replace(/\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, 'TIME')
    .replace(/\b(\d+[dhms])+\b/g, 'AGE')
    .replace(/[ \t]+/g, ' ')
    .replace(/ +$/gm, '')
    .replace(/-{3,}/g, '---');

function replay(session) {
  const workstation = openWorkstation({
    profile: { ...recordedProfile, addons: session.cluster?.addons ?? [] },
    seed: 'ask-kubectl',
    files: session.files ?? {},
    internet: false,
  });
  const { simulation } = workstation.cluster;
  for (const { run, wait, settle } of session.steps) {
    if (run === undefined) simulation.runUntil(simulation.now() + Number.parseFloat(wait ?? '0') * 1000);
    else {
      workstation.run(run, { timeoutMs: 60_000 });
      if (settle !== 'none') workstation.settle();
    }
  }
  workstation.run('cd ~/work; unset KUBECONFIG');
  return workstation;
}

const commands = fs
  .readFileSync(commandsFile, 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
let [asked, alike] = [0, 0];
for (const file of sessions) {
  const session = JSON.parse(fs.readFileSync(file, 'utf8'));
  const workstation = replay(session);
  const server = await serve(workstation);
  const home = makeHome(server, session.files ?? {});
  for (const command of commands) {
    const real = await runReal(home, command);
    const own = workstation.run(command, { timeoutMs: 60_000 });
    asked++;
    const [theirs, ours] = [real, own].map(({ stdout, stderr, exit }) =>
      withoutTimes(`${stdout}\n! ${stderr}\n[${exit}]`).split('\n'),
    );
    if (theirs.join('\n') === ours.join('\n')) {
      alike++;
      continue;
    }
    console.log(`### ${path.basename(file)} $ ${command}`);
    for (const line of theirs.filter((one) => !ours.includes(one)).slice(0, 8)) console.log(`  real  ${line}`);
    for (const line of ours.filter((one) => !theirs.includes(one)).slice(0, 8)) console.log(`  ours  ${line}`);
  }
  server.closeAllConnections();
  server.close();
  fs.rmSync(home, { recursive: true, force: true });
}
console.log(`${alike} of ${asked} answers are alike`);
