import { keyPairProblem } from '@seatrial/apiserver';
import { encodeBase64, FILE_ERROR_TEXT, resolvePath, type JsonObject } from '@seatrial/kernel';
import { defineVerb, type VerbDefinition } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { encodedData } from '../../generators/binary-data.js';
import { keyValueData } from '../../generators/key-value-sources.js';
import { withHashedName } from '../../generators/name-hash.js';
import { KEY_VALUE_FLAGS } from './create-configmap.command.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';

const target = (failure: string): Parameters<typeof createGenerated>[1] => ({
  group: '',
  version: 'v1',
  resource: 'secrets',
  kind: 'Secret',
  namespaced: true,
  failure,
});

function secretObject(k: Invocation, name: string, data: JsonObject, type: string): JsonObject {
  const object: JsonObject = {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: generatedMetadata(k, name),
    ...(Object.keys(data).length > 0 ? { data } : {}),
    ...(type === '' ? {} : { type }),
  };
  return k.flags.bool('append-hash') ? withHashedName(object) : object;
}

const generic = defineVerb({
  name: 'generic',
  usage: 'NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  short: 'Create a secret from a local file, directory, or literal value',
  flags: [...GENERATOR_FLAGS, ...KEY_VALUE_FLAGS, stringFlag('type', 'The type of secret to create.')],
  *run(k) {
    const name = yield* completeGenerator(k);
    const data = encodedData(keyValueData(k, { kind: 'Secret', name }));
    yield* createGenerated(k, { ...target('secret') }, secretObject(k, name, data, k.flags.string('type')));
    return 0;
  },
});

function readPem(k: Invocation, path: string): string {
  const read = k.process.machine.files.readFile(resolvePath(k.process.cwd, path));
  return read.ok
    ? read.value
    : failWith(`Cannot read file ${path}, open ${path}: ${FILE_ERROR_TEXT[read.error].replace(/^N/, 'n')}`);
}

const tls = defineVerb({
  name: 'tls',
  usage: 'NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]',
  short: 'Create a TLS secret',
  flags: [
    ...GENERATOR_FLAGS,
    ...KEY_VALUE_FLAGS.slice(0, 1),
    stringFlag('cert', 'Path to PEM encoded public key certificate.'),
    stringFlag('key', 'Path to private key associated with given certificate.'),
  ],
  *run(k) {
    const name = yield* completeGenerator(k);
    if (k.flags.string('cert') === '' || k.flags.string('key') === '') failWith('key and cert must be specified');
    const certificate = readPem(k, k.flags.string('cert'));
    const key = readPem(k, k.flags.string('key'));
    const problem = keyPairProblem(certificate, key);
    if (problem !== undefined) failWith(problem);
    const data = { 'tls.crt': encodeBase64(certificate), 'tls.key': encodeBase64(key) };
    yield* createGenerated(k, target('secret'), secretObject(k, name, data, 'kubernetes.io/tls'));
    return 0;
  },
});

function dockerConfig(k: Invocation): string {
  const { flags } = k;
  const username = flags.string('docker-username');
  const password = flags.string('docker-password');
  const email = flags.string('docker-email');
  const entry = {
    username,
    password,
    ...(email === '' ? {} : { email }),
    auth: encodeBase64(`${username}:${password}`),
  };
  return JSON.stringify({ auths: { [flags.string('docker-server')]: entry } });
}

const dockerRegistry = defineVerb({
  name: 'docker-registry',
  usage:
    'NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]',
  short: 'Create a secret for use with a Docker registry',
  flags: [
    ...GENERATOR_FLAGS,
    ...KEY_VALUE_FLAGS.filter((flag) => flag.name === 'append-hash' || flag.name === 'from-file'),
    stringFlag('docker-email', 'Email for Docker registry'),
    stringFlag('docker-password', 'Password for Docker registry authentication'),
    stringFlag('docker-server', 'Server location for Docker registry', { default: 'https://index.docker.io/v1/' }),
    stringFlag('docker-username', 'Username for Docker registry authentication'),
  ],
  *run(k) {
    const name = yield* completeGenerator(k);
    const { flags } = k;
    const files = flags.list('from-file');
    const missing = ['docker-username', 'docker-password', 'docker-server'].some((flag) => flags.string(flag) === '');
    if (files.length === 0 && missing)
      failWith(
        'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
      );
    const content =
      files.length > 0
        ? keyValueData(k, { kind: 'Secret', name, fileKey: '.dockerconfigjson' })
        : new Map([['.dockerconfigjson', dockerConfig(k)]]);
    const data = encodedData(content);
    yield* createGenerated(k, target('secret'), secretObject(k, name, data, 'kubernetes.io/dockerconfigjson'));
    return 0;
  },
});

/** `kubectl create secret`. */
export const createSecretCommand: VerbDefinition = defineVerb({
  name: 'secret',
  usage: '(docker-registry | generic | tls)',
  short: 'Create a secret using a specified subcommand',
  long: `Create a secret with specified type.

 A docker-registry type secret is for accessing a container registry.

 A generic type secret indicate an Opaque secret type.

 A tls type secret holds TLS certificate and its associated key.`,
  subcommands: [dockerRegistry, generic, tls],
});
