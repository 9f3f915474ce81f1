import type { Pod } from '@seatrial/apiserver';
import {
  compareStrings,
  type FileSystem,
  type JsonValue,
  type Result,
  type Simulation,
  type Timer,
} from '@seatrial/kernel';
import { staticPod } from './static-pod.js';

export interface StaticPodFilesOptions {
  readonly simulation: Simulation;
  readonly files: FileSystem;
  readonly nodeName: string;
  readonly read: (text: string) => Result<JsonValue, string>;
  readonly onAdded: (pod: Pod) => void;
  readonly onRemoved: (pod: Pod) => void;
}

const CONFIG_FILE = '/var/lib/kubelet/config.yaml';

/** The folder that the kubelet's settings name, as they are when it starts; undefined where they name none. */
export function configuredPath(files: FileSystem): string | undefined {
  const found = files.stat(CONFIG_FILE);
  const text = found.ok && found.value.type === 'file' ? found.value.content : '';
  return /^staticPodPath:[ \t]*["']?(\/[^"'\s]*)/m.exec(text)?.[1].replace(/\/+$/, '');
}

/** How long a change of the folder rests before it is read: editors write in steps. */
const SETTLE_MS = 100;

/** The pods that a node's folder of manifests asks for (pkg/kubelet/config/file_linux.go): read when something there changes. */
export class StaticPodFiles {
  private readonly pods = new Map<string, { readonly text: string; readonly pod: Pod | undefined }>();
  private path = '';
  private timer: Timer | undefined;
  private unwatch: (() => void) | undefined;

  constructor(private readonly options: StaticPodFilesOptions) {}

  /** Starts to watch a folder. */
  start(path: string): void {
    this.path = path;
    const { files, simulation } = this.options;
    this.unwatch = files.watch((changed) => {
      if (
        changed !== undefined &&
        changed !== path &&
        !changed.startsWith(`${path}/`) &&
        !path.startsWith(`${changed}/`)
      )
        return;
      this.timer ??= simulation.after(SETTLE_MS, () => {
        this.timer = undefined;
        this.scan();
      });
    });
    this.scan();
  }

  stop(): void {
    this.unwatch?.();
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** The machine went down: everything is to be started anew. */
  forget(): void {
    this.pods.clear();
  }

  private scan(): void {
    const { onAdded, onRemoved } = this.options;
    const found = this.readFolder();
    for (const [file, { pod, text }] of this.pods) {
      if (found.get(file) === text) continue;
      this.pods.delete(file);
      if (pod) onRemoved(pod);
    }
    for (const [file, text] of found) {
      if (this.pods.has(file)) continue;
      const pod = this.podOf(file, text);
      this.pods.set(file, { text, pod });
      if (pod) onAdded(pod);
    }
  }

  private podOf(file: string, text: string): Pod | undefined {
    const { read, simulation, nodeName } = this.options;
    const manifest = read(text);
    const pod = manifest.ok ? staticPod(manifest.value, file, nodeName, simulation.now()) : manifest;
    return pod.ok ? pod.value : undefined;
  }

  /** The texts of the folder's files, hidden ones left out. */
  private readFolder(): Map<string, string> {
    const found = new Map<string, string>();
    const folder = this.options.files.stat(this.path);
    if (!folder.ok || folder.value.type !== 'directory') return found;
    for (const [name, node] of [...folder.value.entries].sort(([a], [b]) => compareStrings(a, b)))
      if (node.type === 'file' && !name.startsWith('.')) found.set(`${this.path}/${name}`, node.content);
    return found;
  }
}
