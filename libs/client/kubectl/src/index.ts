export { decodeKustomization } from './kustomize/kustomization-types.js';
export { readTree, writeEntry } from './archive/file-tree.js';
export { readTar, writeTar, type TarEntry } from './archive/tar-archive.js';
export { completeKubectl, type CompletionSource } from './program/complete-kubectl.js';
export { createKubectlProgram, type KubectlOptions } from './program/kubectl-program.js';
export {
  alignColumns,
  DESCRIBE_LAYOUT,
  TABLE_LAYOUT,
  TabWriter,
  type TabWriterOptions,
} from './printers/tab-writer.js';
export { isFailure, requestFor, type ApiConnection, type ClientRequest } from './client/api-connection.js';
export { threeWayPatch } from './resource/strategic-schema.js';
export { defineVerb, type VerbDefinition } from './command/command.js';
export { CommandFailure, plainMessage } from './command/failure.js';
export { findCommand, flagsOf, suggestionsFor } from './command/find-command.js';
export { FlagSet } from './command/flag-set.js';
export {
  boolFlag,
  durationFlag,
  intFlag,
  stringArrayFlag,
  stringFlag,
  stringSliceFlag,
  type FlagDefinition,
} from './command/flag.js';
export { Invocation } from './command/invocation.js';
export { metadataProblem } from './resource/manifest-objects.js';
