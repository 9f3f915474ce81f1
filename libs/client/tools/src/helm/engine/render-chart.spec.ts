import { describe, expect, test } from 'vitest';
import type { Chart } from '../chart/chart.js';
import { chartScaffold } from '../verbs/create.verb.js';
import type { KubeVersion } from './kube-version.js';
import { renderChart } from './render-chart.js';
import { helmTable } from '../helm-table.js';
import { assembleManifest } from '../release/release.js';
import type { Values } from '../values/set-parser.js';

const VERSION: KubeVersion = { version: 'v1.35.0', normalized: 'v1.35.0', major: '1', minor: '35' };

function chartOf(templates: Readonly<Record<string, string>>, values: Values = {}): Chart {
  return {
    metadata: { apiVersion: 'v2', name: 'shop', version: '1.0.0', appVersion: '1.25' },
    values,
    templates: Object.entries(templates).map(([name, data]) => ({ name: `templates/${name}`, data })),
    files: [{ name: 'files/a.txt', data: 'hello' }],
    crds: [],
    dependencies: [],
    rawValues: '',
  };
}

function render(template: string, values: Values = {}, given: Values = {}): string {
  const rendered = renderChart({
    chart: chartOf({ 'a.yaml': template }, values),
    values: given,
    release: { name: 'web', namespace: 'default', revision: 1, isUpgrade: false },
    hasApiVersion: (version) => version === 'apps/v1',
    apiVersions: ['apps/v1'],
    kubeVersion: VERSION,
    now: () => 0,
    random: (length) => 'x'.repeat(length),
    charge: () => undefined,
  });
  return rendered.ok ? (rendered.value.get('shop/templates/a.yaml') ?? '') : rendered.error;
}

describe('templates with Sprig and Helm’s own functions', () => {
  test.each([
    ['{{ .Release.Name }}-{{ .Chart.Name }}-{{ .Chart.AppVersion }}', 'web-shop-1.25'],
    ['{{ .Values.none | default "x" | upper | quote }}', '"X"'],
    ['{{ .Values.n }} {{ add .Values.n 1 }} {{ .Values.n | quote }}', '3 4 "3"'],
    ['{{ toYaml .Values.map | nindent 2 }}', '\n  a: 1\n  b:\n  - x'],
    ['{{ range $i, $x := .Values.map.b }}{{ $i }}{{ $x }}{{ end }}', '0x'],
    ['{{ printf "%s-%s" "a" "b" | trunc 2 | trimSuffix "-" }}', 'a'],
    ['{{ tpl "{{ .Release.Namespace }}" . }}', 'default'],
    ['{{ .Files.Get "files/a.txt" | b64enc }}', 'aGVsbG8='],
    ['{{ ternary "a" "b" true }} {{ join "," (list 1 2) }} {{ dict "k" 1 | toJson }}', 'a 1,2 {"k":1}'],
    ['{{ .Capabilities.APIVersions.Has "apps/v1" }} {{ .Capabilities.KubeVersion.Minor }}', 'true 35'],
    ['{{ semverCompare ">=1.20-0" .Capabilities.KubeVersion.GitVersion }}', 'true'],
    ['{{ with .Values.map }}{{ .a }}{{ end }}{{ include "nope" . }}', 'shop/templates/a.yaml:1:42'],
    ['{{ kindOf .Values.n }} {{ typeOf .Values.set }} {{ kindIs "int64" .Values.set }}', 'float64 int64 true'],
    ['{{ required "say it" .Values.none }}', 'execution error at (shop/templates/a.yaml:1:3): say it'],
    ['{{ .Values.none.x }}', 'nil pointer evaluating interface {}.x'],
    ['{{ append .Values.none 1 }}', 'invalid memory address or nil pointer dereference'],
    ['{{ first "abc" }}', 'Cannot find first on type string'],
    ['{{ dig "a" "b" "none" .Values.map }}', 'interface {} is float64, not map[string]interface {}'],
    ['{{ get nil "a" }}|{{ sortAlpha nil }} {{ has 3 (list 3.0) }} {{ splitn "," 0 "a,b" }}', '|[<nil>] false map[]'],
    ['{{ seq 5 1 }}|{{ seq 0 }}|{{ seq 10 -5 0 }}', '5 4 3 2 1|1 0|10 5 0'],
    ['{{ round 2.4449 2 0.4 }} {{ round 123.4 -1 }} {{ addf 0.1 0.2 }} {{ floor "3.7" }}', '2.45 120 0.3 3'],
    ['{{ regexMatch "[" "x" }} {{ regexReplaceAll "(?P<x>a)" "banana" "<$x$0>" }}', 'false b<aa>n<aa>n<aa>'],
    [
      '{{ regexFind "[" "x" }}',
      'error calling regexFind: regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`',
    ],
    ['{{ substr 3 1 "abcdef" }}', 'runtime error: slice bounds out of range [3:1]'],
    ['{{ (semver "v1.2").IncMinor }} {{ (semver "1.2.3").Compare (semver "1.2.4") }}', '1.3.0 -1'],
    ['{{ semverCompare "x.y" "1.0" }}', 'error calling semverCompare: improper constraint: x.y'],
    [
      '{{ duration "95" }} {{ durationRound "2400h10m5s" }} {{ b32enc "hello" }} {{ b32dec "NBSWY3DP" }}',
      '1m35s 3mo NBSWY3DP hello',
    ],
    ['{{ dateModify "-1h" (toDate "2006-01-02" "2024-03-01") }}', '2024-02-29 23:00:00 +0000 UTC'],
    ['{{ (genSelfSignedCert "x" nil nil 10).Key | trunc 31 }}', '-----BEGIN RSA PRIVATE KEY-----'],
    ['{{ .Files.Glob "files/*" | len }} {{ upper .Values.none }}', 'expected string; got interface {}'],
    ['{{ nofunction }}', 'parse error at (shop/templates/a.yaml:1): function "nofunction" not defined'],
  ])('%s', (template, expected) => {
    expect(render(template, { n: 3, set: 5n, map: { a: 1, b: ['x'] } })).toContain(expected);
  });

  test('a null takes a chart’s value away', () => {
    expect(render('[{{ .Values.a }}]', { a: 1 }, { a: null })).toBe('[]');
  });
});

test('the scaffold renders, in the order of installation, with its test as hook', () => {
  const templates = chartScaffold()
    .filter(([path]) => path.startsWith('templates/'))
    .map(([path, text]) => [path.slice('templates/'.length), text.replaceAll('<CHARTNAME>', 'shop')] as const);
  const values = {
    replicaCount: 1,
    image: { repository: 'nginx', pullPolicy: 'IfNotPresent', tag: '' },
    imagePullSecrets: [],
    nameOverride: '',
    fullnameOverride: '',
    serviceAccount: { create: true, automount: true, annotations: {}, name: '' },
    podAnnotations: {},
    service: { type: 'ClusterIP', port: 80 },
    ingress: { enabled: false },
    httpRoute: { enabled: false },
    resources: {},
    autoscaling: { enabled: false },
    nodeSelector: {},
    affinity: {},
    tolerations: [],
    volumes: [],
    volumeMounts: [],
  };
  const rendered = renderChart({
    chart: chartOf(Object.fromEntries(templates), values),
    values: {},
    release: { name: 'web', namespace: 'default', revision: 1, isUpgrade: false },
    hasApiVersion: () => false,
    apiVersions: [],
    kubeVersion: VERSION,
    now: () => 0,
    random: () => '',
    charge: () => undefined,
  });
  const assembled = rendered.ok && assembleManifest(chartOf({}), rendered.value, false);
  expect(
    assembled && assembled.ok && [...assembled.value.manifest.matchAll(/^kind: (\w+)/gm)].map(([, kind]) => kind),
  ).toEqual(['ServiceAccount', 'Service', 'Deployment']);
  expect(assembled && assembled.ok && assembled.value.hooks.map(({ name, events }) => [name, events])).toEqual([
    ['web-shop-test-connection', ['test']],
  ]);
});

test('tables: cells as wide as the widest line, longer ones cut', () => {
  expect(
    helmTable([
      ['A', 'B'],
      ['xx', 'one\ntwo'],
    ]),
  ).toBe('A \tB  \nxx\t...\n');
});
