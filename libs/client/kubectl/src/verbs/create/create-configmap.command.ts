import { defineVerb } from '../../command/command.js';
import { boolFlag, stringArrayFlag, stringSliceFlag, type FlagDefinition } from '../../command/flag.js';
import { keyValueData } from '../../generators/key-value-sources.js';
import { withHashedName } from '../../generators/name-hash.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';
import { binaryAndText } from '../../generators/binary-data.js';

/** --from-literal, --from-file, --from-env-file, --append-hash. */
export const KEY_VALUE_FLAGS: readonly FlagDefinition[] = [
  boolFlag('append-hash', 'Append a hash of the content to its name.'),
  stringSliceFlag('from-env-file', 'The path to a file of key=val pairs.'),
  stringSliceFlag('from-file', 'A file, or a directory of files, whose names are the keys.'),
  stringArrayFlag('from-literal', 'A key and literal value (i.e. mykey=somevalue).'),
];

/** `kubectl create configmap`. */
export const createConfigMapCommand = defineVerb({
  name: 'configmap',
  aliases: ['cm'],
  usage: 'NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  short: 'Create a config map from a local file, directory or literal value',
  flags: [...GENERATOR_FLAGS, ...KEY_VALUE_FLAGS],
  *run(k) {
    const name = yield* completeGenerator(k);
    const { data, binaryData } = binaryAndText(keyValueData(k, { kind: 'ConfigMap', name }));
    const object = {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: generatedMetadata(k, name),
      ...(Object.keys(data).length > 0 ? { data } : {}),
      ...(Object.keys(binaryData).length > 0 ? { binaryData } : {}),
    };
    yield* createGenerated(
      k,
      { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true, failure: 'configmap:' },
      k.flags.bool('append-hash') ? withHashedName(object) : object,
    );
    return 0;
  },
});
