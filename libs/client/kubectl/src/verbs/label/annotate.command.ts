import { defineVerb } from '../../command/command.js';
import { changeMetadata, metadataFlags, type MetadataVerb } from './metadata-change.js';

const ANNOTATE: MetadataVerb = {
  member: 'annotations',
  one: 'annotation',
  done: 'annotated',
  undone: 'annotated',
  manager: 'kubectl-annotate',
  problem: (key, _value, spec) => (key === '' ? `invalid annotation format: ${spec}` : undefined),
};

/** `kubectl annotate`. */
export const annotateCommand = defineVerb({
  name: 'annotate',
  usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  short: 'Update the annotations on a resource',
  flags: metadataFlags(ANNOTATE.manager),
  run: (k) => changeMetadata(k, ANNOTATE),
});
