import { Pipe, TextInput, TextOutput, type Coroutine, type Process } from '@seatrial/kernel';
import { startCommand } from '@seatrial/shell';
import { waitFor } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';

/** A source of records that is read bit by bit. */
export interface LineSource {
  rest: string;
  readonly more: () => Coroutine<string | undefined>;
}

const NEW_FILE_COST = 50;
/** mawk's BUFFSZ. */
const BUFFER = 4096;

/** Files and commands that a program reads from and writes to. */
export class AwkStreams {
  private readonly sources = new Map<string, LineSource>();
  private readonly commands = new Map<string, { readonly child: Process; readonly pipe: Pipe }>();
  private readonly files = new Set<string>();

  /** Written, but still in the program's own buffer: who is killed never prints it. */
  private buffered: string[] = [];
  private bufferedLength = 0;

  constructor(private readonly tool: Tool) {}

  /** Standard output, which is written at once to a terminal only. */
  *out(text: string): Coroutine<void> {
    this.buffered.push(text);
    this.bufferedLength += text.length;
    if (this.bufferedLength >= BUFFER || this.tool.process.stdout.isTerminal) yield* this.flush();
  }

  *flush(): Coroutine<void> {
    const text = this.buffered.join('');
    this.buffered = [];
    this.bufferedLength = 0;
    yield* this.tool.out(text);
  }

  *write(operator: string, target: string, text: string): Coroutine<void> {
    if (operator === '|') {
      yield* this.writeCommand(target, text);
      return;
    }
    if (target === '/dev/stdout' || target === '-') {
      yield* this.out(text);
      return;
    }
    if (target === '/dev/stderr') {
      yield* this.tool.err(text);
      return;
    }
    const append = operator === '>>' || this.files.has(target);
    const written = this.tool.machine.files.writeFile(this.tool.path(target), text, { append });
    if (!append) this.tool.charge(NEW_FILE_COST);
    if (!written.ok) yield* this.flush();
    if (!written.ok) yield* this.tool.die(`cannot open "${target}" for output`, 2);
    this.files.add(target);
  }

  private *writeCommand(command: string, text: string): Coroutine<void> {
    let open = this.commands.get(command);
    if (!open) {
      yield* this.flush();
      const pipe = new Pipe();
      const started = startCommand(this.tool.process, ['/bin/sh', '-c', command], { stdin: pipe.input });
      if (!started.ok) return;
      open = { child: started.value, pipe };
      this.commands.set(command, open);
    }
    yield* open.pipe.output.write(text);
  }

  /** The source behind `getline < file` or `command | getline`; undefined when it cannot be read. */
  *source(name: string, command: boolean): Coroutine<LineSource | undefined> {
    const key = `${command ? '|' : '<'}${name}`;
    const known = this.sources.get(key);
    if (known) return known;
    let text: string;
    if (command) {
      yield* this.flush();
      const output = new TextOutput();
      const started = startCommand(this.tool.process, ['/bin/sh', '-c', name], {
        stdin: new TextInput(''),
        stdout: output,
      });
      if (started.ok) yield* waitFor([started.value.exited]);
      ({ text } = output);
    } else {
      const content = name === '-' ? undefined : this.tool.readFile(name);
      if (content && !content.ok) return undefined;
      text = content ? content.value : yield* this.tool.readStdin();
    }
    const source: LineSource = {
      rest: text,
      *more() {
        return undefined;
      },
    };
    this.sources.set(key, source);
    return source;
  }

  /** `close(name)`: waits for a command that is written to. */
  *close(name: string): Coroutine<number> {
    const known = this.sources.delete(`<${name}`) || this.sources.delete(`|${name}`) || this.files.delete(name);
    const command = this.commands.get(name);
    if (!command) return known ? 0 : -1;
    this.commands.delete(name);
    command.pipe.output.close();
    yield* waitFor([command.child.exited]);
    return command.child.exitStatus?.code ?? 0;
  }

  *closeAll(): Coroutine<void> {
    for (const name of [...this.commands.keys()]) yield* this.close(name);
    yield* this.flush();
  }

  /** `system(command)`. */
  *run(command: string): Coroutine<number> {
    yield* this.flush();
    const started = startCommand(this.tool.process, ['/bin/sh', '-c', command]);
    if (!started.ok) return 127;
    yield* waitFor([started.value.exited]);
    return started.value.exitStatus?.code ?? 0;
  }
}
