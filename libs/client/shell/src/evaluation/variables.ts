/** A shell variable. At most one of the three kinds of value is there; none when it is declared but unset. */
export interface Variable {
  value?: string;
  /** Elements of an indexed array by index; kept in ascending order when read. */
  indexed?: Map<number, string>;
  associative?: Map<string, string>;
  exported?: boolean;
  readonly?: boolean;
  integer?: boolean;
  letterCase?: 'lower' | 'upper';
  /** The name of another variable that this one stands for. */
  reference?: boolean;
}

const MAX_REFERENCES = 10;

/** The variables of a shell. Functions' local ones shadow in place and come back when the function returns. */
export class VariableTable {
  private readonly variables = new Map<string, Variable>();
  private readonly frames: Map<string, Variable | undefined>[] = [];
  /** Variables whose value is computed when it is read (`RANDOM`, `SECONDS`…). */
  readonly dynamic = new Map<string, { get: () => string; set?: (value: string) => void }>();

  get(name: string): Variable | undefined {
    return this.variables.get(this.resolve(name));
  }

  /** Follows name references. */
  resolve(name: string): string {
    let current = name;
    for (let i = 0; i < MAX_REFERENCES; i++) {
      const variable = this.variables.get(current);
      if (!variable?.reference || variable.value === undefined || variable.value === '') return current;
      current = variable.value;
    }
    return current;
  }

  /** The variable itself, not what it refers to. */
  getOwn(name: string): Variable | undefined {
    return this.variables.get(name);
  }

  /** The plain value; of an array its element 0. */
  read(name: string): string | undefined {
    const dynamic = this.dynamic.get(name);
    if (dynamic) return dynamic.get();
    const variable = this.get(name);
    if (!variable) return undefined;
    if (variable.indexed) return variable.indexed.get(0);
    if (variable.associative) return variable.associative.get('0');
    return variable.value;
  }

  /** The variable for writing; created when missing. */
  ensure(name: string): Variable {
    const resolved = this.resolve(name);
    let variable = this.variables.get(resolved);
    if (!variable) {
      variable = {};
      this.variables.set(resolved, variable);
    }
    return variable;
  }

  set(name: string, variable: Variable): void {
    this.variables.set(name, variable);
  }

  delete(name: string): void {
    this.variables.delete(name);
  }

  names(): string[] {
    return [...this.variables.keys()]
      .filter((name) => !name.endsWith('%%'))
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  enterFunction(): void {
    this.frames.push(new Map());
  }

  leaveFunction(): void {
    for (const [name, saved] of this.frames.pop() ?? []) {
      if (saved) this.variables.set(name, saved);
      else this.variables.delete(name);
    }
  }

  get inFunction(): boolean {
    return this.frames.length > 0;
  }

  /** Makes a name local to the running function; a new variable unless it already is local there. */
  makeLocal(name: string): Variable {
    const frame = this.frames.at(-1);
    if (frame && !frame.has(name)) {
      const outer = this.variables.get(name);
      frame.set(name, outer);
      this.variables.set(name, outer?.exported ? { exported: true } : {});
    }
    return this.ensure(name);
  }

  /** Environment for a program. */
  exported(): Map<string, string> {
    const env = new Map<string, string>();
    for (const [name, variable] of this.variables)
      if (variable.exported && variable.value !== undefined) env.set(name, variable.value);
    return env;
  }

  /** What a subshell starts with: the same values, of its own. */
  clone(): VariableTable {
    const copy = new VariableTable();
    for (const [name, variable] of this.variables) copy.variables.set(name, copyVariable(variable));
    if (this.frames.length > 0) copy.frames.push(new Map());
    for (const [name, dynamic] of this.dynamic) copy.dynamic.set(name, dynamic);
    return copy;
  }
}

function copyVariable(variable: Variable): Variable {
  return {
    ...variable,
    ...(variable.indexed ? { indexed: new Map(variable.indexed) } : {}),
    ...(variable.associative ? { associative: new Map(variable.associative) } : {}),
  };
}
