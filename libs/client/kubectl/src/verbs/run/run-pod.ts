import { setOwn, type JsonObject } from '@seatrial/kernel';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { generatedMetadata } from '../create/create-generated.js';
import { environmentNameProblems } from '../../generators/key-value-sources.js';

/** `a=b,c=d` lists of `--labels` (generate.ParseLabels). */
export function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  if (text === '') failWith('no label spec passed');
  for (const part of text.split(',')) {
    const pieces = part.split('=');
    if (pieces.length !== 2) failWith(`unexpected label spec: ${part}`);
    if (pieces[0] === '') failWith('unexpected empty label key');
    setOwn(labels, pieces[0], pieces[1]);
  }
  return labels;
}

function environment(k: Invocation): JsonObject[] {
  return k.flags.list('env').map((text) => {
    const equals = text.indexOf('=');
    const name = text.slice(0, equals);
    if (equals <= 0 || environmentNameProblems(name).length > 0) failWith(`invalid env: ${text}`);
    const value = text.slice(equals + 1);
    return { name, ...(value === '' ? {} : { value }) };
  });
}

/** The Pod of `kubectl run` (generate/versioned BasicPod). */
export function runPod(k: Invocation, name: string, args: readonly string[]): JsonObject {
  const { flags } = k;
  const env = environment(k);
  const annotations = flags.list('annotations').map((text) => {
    if (!text.includes('=')) failWith(`invalid annotations format: ${text}`);
    return text.split(/=(.*)/s);
  });
  const labels = flags.string('labels') === '' ? { run: name } : parseLabels(flags.string('labels'));
  const port = flags.string('port');
  if (port !== '' && !/^[+-]?\d+$/.test(port))
    failWith(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
  const container: JsonObject = {
    name,
    image: flags.string('image'),
    ...(args.length > 0 ? { [flags.bool('command') ? 'command' : 'args']: [...args] } : {}),
    ...(port === '' ? {} : { ports: [{ containerPort: Number(port) }] }),
    ...(env.length > 0 ? { env } : {}),
    resources: {},
    ...(flags.string('image-pull-policy') === '' ? {} : { imagePullPolicy: flags.string('image-pull-policy') }),
    ...(flags.bool('stdin') ? { stdin: true, ...(flags.bool('leave-stdin-open') ? {} : { stdinOnce: true }) } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
    ...(flags.bool('privileged') ? { securityContext: { privileged: true } } : {}),
  };
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      ...generatedMetadata(k, name),
      labels,
      ...(annotations.length > 0
        ? { annotations: Object.fromEntries(annotations.map(([key, value = '']) => [key, value])) }
        : {}),
    },
    spec: {
      containers: [container],
      restartPolicy: flags.string('restart') || 'Always',
      dnsPolicy: 'ClusterFirst',
    },
    status: {},
  };
}

/** The Service of `--expose`. */
export function runService(k: Invocation, name: string, labels: Readonly<Record<string, string>>): JsonObject {
  const port = Number(k.flags.string('port'));
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { ...generatedMetadata(k, name), ...(k.flags.string('labels') === '' ? {} : { labels: { ...labels } }) },
    spec: { ports: [{ protocol: 'TCP', port, targetPort: port }], selector: { ...labels } },
    status: { loadBalancer: {} },
  };
}
