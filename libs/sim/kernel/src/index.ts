export { Attached } from './attached.js';
export { decodeBase64, encodeBase64, encodeBase64Bytes } from './base64.js';
export { Allowance, AllowanceExceededError } from './allowance.js';
export { BudgetExceededError, DEFAULT_BUDGET, type BudgetName, type SimulationBudget } from './budget.js';
export { hmacSha256, sha256Hex } from './digest.js';
export { editDistance } from './edit-distance.js';
export {
  type Device,
  type Directory,
  type FileNode,
  type RegularFile,
  type SymbolicLink,
} from './filesystem/file-node.js';
export { FILE_ERROR_TEXT, type FileErrorCode } from './filesystem/file-error.js';
export { ACCESS, type Credentials } from './filesystem/credentials.js';
export { FileSystem } from './filesystem/file-system.js';
export { type FileSystemOptions, type Mount } from './filesystem/mount.js';
export { kernelParameters, parameterPath } from './filesystem/kernel-parameters.js';
export { LazyDirectory } from './filesystem/lazy-directory.js';
export { newDirectory } from './filesystem/new-directory.js';
export { baseName, directoryName, resolvePath } from './filesystem/path-names.js';
export { type EntriesView, type FileView, type SharedEntries } from './filesystem/file-view.js';
export { diskUsage } from './filesystem/disk-usage.js';
export { VolumeContents, volumeContents } from './filesystem/volume-contents.js';
export { fnv128a, fnv32, fnv32a } from './fnv.js';
export { goCanonicalJson, goJson } from './go-json.js';
export { HOST_MACHINE } from './host-machine.js';
export { InvariantError, invariant } from './invariant.js';
export {
  canonicalJson,
  compareStrings,
  deepClone,
  deepFreeze,
  isJsonObject,
  jsonEqual,
  setOwn,
  withoutNulls,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from './json.js';
export { Machine, type FacilityKey, type MachineOptions, type MemoryOwner, type ProgramTable } from './machine.js';
export {
  STEADY_HTTP,
  type Connection,
  type ConnectionInfo,
  type DialError,
  type DialFailure,
  type DialTarget,
  type DnsAnswer,
  type DnsRecord,
  type Hop,
  type HttpRequest,
  type HttpResponse,
  type Listener,
  type NetworkService,
  type NetworkStack,
  type ServiceCertificate,
  type ServiceTls,
} from './network/network-stack.js';
export { escapeUrlPath, escapeUrlQuery, isUrlEscaped, quoteUrlPath, unescapeUrl } from './network/url-escapes.js';
export { Pipe } from './process/pipe.js';
export { Terminal, type TerminalOptions } from './process/terminal.js';
export { PidNamespace, ProcessTable } from './process/process-table.js';
export { Process, type ExitStatus, type SpawnOptions } from './process/process.js';
export { pause, sleep, waitFor, type Coroutine, type Program, type Wait, type Wake } from './process/program.js';
export { SIGNALS, defaultAction, type Signal } from './process/signal.js';
export { TextInput, TextOutput, readAll, readLine, type Input, type Output } from './process/stream.js';
export { Task } from './process/task.js';
export { Condition, type Waitable } from './process/waitable.js';
export { RandomSource, SAFE_ALPHABET, uuidOf } from './random.js';
export { RecentValues, rememberRecent } from './recent-results.js';
export { fail, ok, type Result } from './result.js';
export { Simulation, type SimulationOptions, type Timer } from './simulation.js';
export { UNSUPPORTED, reportUnsupported, type UnsupportedSink } from './unsupported.js';
export { decodeUtf8, encodeUtf8, utf8Length } from './text-encoding.js';
export { statusText } from './network/http-status.js';
export { goFloat, goFloat32 } from './go-format/go-number.js';
export { goQuote, goQuoteAscii, goQuoteRune } from './go-format/go-quote.js';
export { goEntries, goNumber, goPlain, goSimple, type GoNumbers } from './go-format/go-plain.js';
