import { defineVerb } from '../../command/command.js';
import { changeMetadata, metadataFlags, type MetadataVerb } from './metadata-change.js';

const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const LABEL: MetadataVerb = {
  member: 'labels',
  one: 'label',
  done: 'labeled',
  undone: 'unlabeled',
  manager: 'kubectl-label',
  problem: (_key, value, spec) => {
    if (value.includes('=')) return `invalid label spec: ${spec}`;
    if (value.length > 63) return `invalid label value: ${JSON.stringify(spec)}: must be no more than 63 bytes`;
    return /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value)
      ? undefined
      : `invalid label value: ${JSON.stringify(spec)}: ${VALUE_RULE}`;
  },
};

/** `kubectl label`. */
export const labelCommand = defineVerb({
  name: 'label',
  usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  short: 'Update the labels on a resource',
  flags: metadataFlags(LABEL.manager),
  run: (k) => changeMetadata(k, LABEL),
});
