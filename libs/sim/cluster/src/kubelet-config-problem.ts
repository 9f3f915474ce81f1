import type { FileSystem, JsonValue, Result } from '@seatrial/kernel';

const PATH = '/var/lib/kubelet/config.yaml';

/**
 * Why a kubelet does not start with its configuration file as it is: its whole error (cmd/kubelet/app/server.go and
 * pkg/kubelet/kubeletconfig, v1.35); undefined when the file can be read. What the values mean is not looked at.
 */
export function kubeletConfigProblem(
  files: FileSystem,
  readYaml: (text: string) => Result<JsonValue, string>,
): string | undefined {
  const failure = (error: string): string =>
    `failed to load kubelet config file, path: ${PATH}, error: failed to load Kubelet config file ${PATH}, error ${error}`;
  const found = files.readFile(PATH);
  if (!found.ok)
    return failure(`failed to read kubelet config file "${PATH}", error: open ${PATH}: no such file or directory`);
  if (found.value === '') return failure(`kubelet config file "${PATH}" was empty`);
  const read = readYaml(found.value);
  return read.ok ? undefined : failure(`failed to decode: ${read.error}`);
}
