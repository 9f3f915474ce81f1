export { readTree, writeEntry } from './archive/file-tree.js';
export { readTar, writeTar, type TarEntry } from './archive/tar-archive.js';
export { createKubectlProgram, type KubectlOptions } from './program/kubectl-program.js';
export {
  alignColumns,
  DESCRIBE_LAYOUT,
  TABLE_LAYOUT,
  TabWriter,
  type TabWriterOptions,
} from './printers/tab-writer.js';
export { unifiedDiff, type UnifiedDiffOptions } from './diff/unified-diff.js';
