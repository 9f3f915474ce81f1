import { readFileSync } from 'node:fs';
import type { ApiRequest } from '@seatrial/apiserver';
import type { JsonObject } from '@seatrial/kernel';
import { expect, it } from 'vitest';
import { ADMIN, startEmptyApiServer } from './empty-api-server.js';

interface Answered {
  readonly manifest: JsonObject & { readonly apiVersion: string; readonly kind: string };
  /** What a kube-apiserver v1.35.4 answered to its creation. */
  readonly message: string;
}

const FILE = new URL('../../../../../reference/kubernetes-1.35/invalid-manifests.json', import.meta.url);
const answers = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Answered[];

const apiServer = startEmptyApiServer('invalid');

/** The errors of an answer, whose order is a Go map's where they are about one. */
const errorsOf = (message: string): string[] =>
  message
    .replace(/^([^[]*is invalid: )\[?/, '$1')
    .replace(/\]$/, '')
    .split(/, (?=[\w.]+[\w.[\]/-]*: )/)
    .sort();

it.each(answers.map(({ manifest, message }) => [manifest.kind, message, manifest] as const))(
  '%s: %s',
  (kind, message, manifest) => {
    const [group, version] = manifest.apiVersion.includes('/')
      ? manifest.apiVersion.split('/')
      : ['', manifest.apiVersion];
    const served = apiServer
      .resources()
      .find((entry) => entry.group === group && entry.version === version && entry.kind === kind);
    if (!served) throw new Error(`no resource serves ${kind}`);
    const request: ApiRequest = {
      verb: 'create',
      group: served.group,
      version: served.version,
      resource: served.resource,
      ...(served.namespaced && { namespace: 'default' }),
      user: ADMIN,
      body: manifest,
      bodyText: JSON.stringify(manifest),
      options: { dryRun: true },
    };
    const { body } = apiServer.handle(request);
    expect(errorsOf((body as { message?: string }).message ?? 'created')).toEqual(errorsOf(message));
  },
);
