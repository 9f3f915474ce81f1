import {
  waitFor,
  type Condition,
  type Coroutine,
  type Device,
  type Input,
  type Machine,
  type Output,
  type RegularFile,
  type Waitable,
} from '@seatrial/kernel';
import { borrowInput, borrowOutput } from '../program/borrowed-stream.js';

/** An open file description: what descriptors point at. Closed when the last of them is. */
export class OpenFile {
  private references = 1;

  constructor(
    readonly input: Input | undefined,
    readonly output: Output | undefined,
    /** Set once the last descriptor is closed. */
    private readonly released?: Condition,
  ) {}

  retain(): this {
    this.references++;
    return this;
  }

  release(): void {
    if (--this.references !== 0) return;
    this.input?.close();
    this.output?.close();
    this.released?.set();
  }

  /** A reader for a process: closing it gives up one reference, taken here. */
  asInput(): Input {
    return borrowInput(this.input ?? NOTHING_TO_READ, this.referenceHolder());
  }

  /** A writer for a process: closing it gives up one reference, taken here. */
  asOutput(): Output {
    return borrowOutput(this.output ?? NOWHERE_TO_WRITE, this.referenceHolder());
  }

  private referenceHolder(): () => void {
    this.retain();
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.release();
    };
  }
}

const ALWAYS: Waitable = { ready: true, subscribe: () => () => undefined };

/** A closed or write-only descriptor, read. */
export const NOTHING_TO_READ: Input = {
  readable: ALWAYS,
  isTerminal: false,
  *read() {
    return undefined;
  },
  take: () => '',
  unread: () => undefined,
  close: () => undefined,
};

/** A closed or read-only descriptor, written. */
const NOWHERE_TO_WRITE: Output = {
  isTerminal: false,
  *write() {
    return true;
  },
  close: () => undefined,
};

/** Reads a regular file from a place that moves on; sees what is added while it is open. */
class FileInput implements Input {
  readonly readable = ALWAYS;
  readonly isTerminal = false;
  private offset = 0;

  constructor(private readonly file: RegularFile) {}

  *read(): Coroutine<string | undefined> {
    return this.take() || undefined;
  }

  take(): string {
    const text = this.file.content.slice(this.offset);
    this.offset = Math.max(this.offset, this.file.content.length);
    return text;
  }

  unread(text: string): void {
    this.offset = Math.max(0, this.offset - text.length);
  }

  close(): void {
    // A file outlives its readers.
  }
}

/** Writes a regular file, at its end or at a place of its own. */
class FileOutput implements Output {
  readonly isTerminal = false;
  private offset = 0;

  constructor(
    private readonly machine: Machine,
    private readonly file: RegularFile,
    private readonly append: boolean,
  ) {}

  *write(text: string): Coroutine<boolean> {
    const { file } = this;
    const { simulation, files } = this.machine;
    const end = file.content.length;
    const offset = this.append ? end : this.offset;
    const grown = Math.max(0, offset + text.length - end);
    if (grown > 0) files.grew(grown);
    if (offset === end) file.content += text;
    else {
      const padded = file.content.padEnd(offset, '\0');
      file.content = padded.slice(0, offset) + text + padded.slice(offset + text.length);
    }
    this.offset = offset + text.length;
    file.modifiedAt = simulation.now();
    return true;
  }

  close(): void {
    // A file outlives its writers.
  }
}

const DEVICE_READ = 65_536;

function deviceInput(device: Device): Input {
  let unread = '';
  const take = (): string => {
    const text = unread || (device.read(DEVICE_READ) ?? '');
    unread = '';
    return text;
  };
  return {
    readable: ALWAYS,
    isTerminal: false,
    *read() {
      return take() || undefined;
    },
    take,
    unread: (text) => {
      unread = text + unread;
    },
    close: () => undefined,
  };
}

/** Opens what a path led to. */
export function openNode(machine: Machine, node: RegularFile | Device, append: boolean): OpenFile {
  if (node.type === 'file') return new OpenFile(new FileInput(node), new FileOutput(machine, node, append));
  return new OpenFile(deviceInput(node), {
    isTerminal: false,
    *write(text) {
      node.write(text);
      return true;
    },
    close: () => undefined,
  });
}

/** Waits until a pipe's reader can go on, or a signal has come. */
export function* waitReadable(input: Input, signal: Waitable): Coroutine<'readable' | 'signal'> {
  const index = yield* waitFor([input.readable, signal]);
  return index === 0 ? 'readable' : 'signal';
}
