// The lab's API server as the recorder asks it: JSON over HTTPS with the super user's certificate.
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pki = path.join(process.env['SEATRIAL_LAB'] ?? '/var/lib/seatrial-lab', 'pki');
const read = (name) => fs.readFileSync(path.join(pki, name));
const options = {
  host: '172.18.0.2',
  port: 6443,
  servername: 'kubernetes',
  agent: new https.Agent({
    keepAlive: true,
    maxSockets: 64,
    ca: read('ca.crt'),
    cert: read('super.crt'),
    key: read('super.key'),
  }),
};

function askOnce(method, url, body, type = 'application/json') {
  const text = body === undefined ? '' : JSON.stringify(body);
  // Node gives the body of a DELETE no length of its own.
  const headers = { Accept: 'application/json', 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) };
  return new Promise((done) => {
    const request = https.request({ ...options, method, path: url, headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const answer = Buffer.concat(parts).toString();
        const warnings = (response.headersDistinct['warning'] ?? []).map((text) =>
          JSON.parse(text.replace(/^299 \S+ /, '')),
        );
        done({ status: response.statusCode, body: /^[{[]/.test(answer) ? JSON.parse(answer) : answer, warnings });
      });
    });
    request.on('error', ({ message }) => done({ status: 0, body: { message } }));
    request.end(text);
  });
}

/** One request, tried again when the connection breaks. */
export async function ask(method, url, body, type) {
  for (let attempt = 1; ; attempt++) {
    const answer = await askOnce(method, url, body, type);
    if (answer.status !== 0) return answer;
    if (attempt === 5) throw new Error(`${method} ${url}: ${answer.body.message}`);
    await sleep(200);
  }
}

/** Calls `seen` with every watch event of a resource, for ever. */
export function watch(url, seen) {
  const again = () => setTimeout(() => watch(url, seen), 300).unref();
  const request = https.request({
    ...options,
    agent: undefined,
    ca: read('ca.crt'),
    cert: read('super.crt'),
    key: read('super.key'),
    path: `${url}?watch=1`,
  });
  request.on('response', (response) => {
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) seen(JSON.parse(line));
    });
    response.on('end', again);
  });
  request.on('error', again);
  request.end();
}

/** Every resource that can be listed, in its group's preferred version: {base, apiVersion, name, kind}. */
async function resources() {
  const found = [];
  const add = async (base, apiVersion) => {
    const { status, body } = await ask('GET', base);
    if (status !== 200) return;
    for (const { name, kind, verbs } of body.resources) {
      if (!name.includes('/') && verbs.includes('list')) found.push({ base, apiVersion, name, kind });
    }
  };
  await add('/api/v1', 'v1');
  for (const { preferredVersion } of (await ask('GET', '/apis')).body.groups) {
    if (preferredVersion.groupVersion.startsWith('metrics.k8s.io')) continue;
    await add(`/apis/${preferredVersion.groupVersion}`, preferredVersion.groupVersion);
  }
  return found;
}

/** Every object of the cluster but events, with its resource and its path. */
export async function everything() {
  const all = [];
  for (const { base, apiVersion, name, kind } of await resources()) {
    if (name === 'events' || name === 'componentstatuses') continue;
    for (const item of (await ask('GET', `${base}/${name}`)).body.items ?? []) {
      const namespace = item.metadata.namespace;
      const folder = `${base}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${name}`;
      all.push({
        resource: name,
        folder,
        path: `${folder}/${item.metadata.name}`,
        object: { apiVersion, kind, ...item },
      });
    }
  }
  return all;
}
