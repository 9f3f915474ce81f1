export type Severity = 'INFO' | 'WARNING' | 'ERROR';

/** What lint says of a chart (pkg/chart/v2/lint/support of Helm v4.1). */
export interface LintMessage {
  readonly severity: Severity;
  readonly path: string;
  readonly text: string;
}

/** Collects messages about one path. */
export class LintMessages {
  readonly all: LintMessage[] = [];

  /** Whether there was nothing to say. */
  check(severity: Severity, path: string, text: string | undefined): boolean {
    if (text !== undefined) this.all.push({ severity, path, text });
    return text === undefined;
  }
}
