import { escapePattern, hasPatternCharacters } from './pattern.js';

/** Takes the pieces of a word in order while it is expanded. */
export interface WordSink {
  /** Unquoted text of the script. */
  literal(text: string): void;
  /** Text that stays as it is. */
  quoted(text: string): void;
  /** The unquoted result of an expansion. */
  split(text: string): void;
  /** The boundary between two elements of a list. */
  separate(quoted: boolean): void;
}

/** A word after expansion, before pathname expansion. */
export interface Field {
  readonly text: string;
  /** The pattern to expand, when the field has one. */
  readonly pattern?: string;
}

/** Splits into fields. */
export class FieldSink implements WordSink {
  readonly fields: Field[] = [];
  private text: string | undefined;
  private pattern = '';
  private glob = false;
  private endedByBlank = false;
  private readonly blanks: string;

  constructor(private readonly separators: string) {
    this.blanks = [...separators].filter((char) => char === ' ' || char === '\t' || char === '\n').join('');
  }

  private add(text: string, pattern: string): void {
    this.text = (this.text ?? '') + text;
    this.pattern += pattern;
    this.endedByBlank = false;
  }

  literal(text: string): void {
    this.add(text, text);
    this.glob ||= hasPatternCharacters(text);
  }

  quoted(text: string): void {
    this.add(text, escapePattern(text));
  }

  private unquoted(text: string): void {
    this.add(text, text.replaceAll('\\', '\\\\'));
    this.glob ||= hasPatternCharacters(text);
  }

  split(text: string): void {
    if (text === '') return;
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const char = text[i];
      if (!this.separators.includes(char)) continue;
      if (i > start) this.unquoted(text.slice(start, i));
      start = i + 1;
      if (this.blanks.includes(char)) {
        if (this.text !== undefined) {
          this.finishField();
          this.endedByBlank = true;
        }
      } else if (this.endedByBlank) this.endedByBlank = false;
      else {
        this.text ??= '';
        this.finishField();
      }
    }
    if (start < text.length) this.unquoted(text.slice(start));
  }

  separate(): void {
    this.finishField();
    this.endedByBlank = false;
  }

  private finishField(): void {
    if (this.text !== undefined)
      this.fields.push(this.glob ? { text: this.text, pattern: this.pattern } : { text: this.text });
    this.text = undefined;
    this.pattern = '';
    this.glob = false;
  }

  finish(): Field[] {
    this.finishField();
    return this.fields;
  }
}

/** Joins everything into one text (assignments, redirections, here-documents). */
export class TextSink implements WordSink {
  value = '';

  literal(text: string): void {
    this.value += text;
  }

  quoted(text: string): void {
    this.value += text;
  }

  split(text: string): void {
    this.value += text;
  }

  separate(): void {
    this.value += ' ';
  }
}

/** Builds a pattern: quoted text becomes ordinary characters. */
export class PatternSink implements WordSink {
  value = '';

  literal(text: string): void {
    this.value += text;
  }

  quoted(text: string): void {
    this.value += escapePattern(text);
  }

  split(text: string): void {
    this.value += text;
  }

  separate(): void {
    this.value += ' ';
  }
}

/** Builds a regular expression: quoted text matches itself. */
export class ExpressionSink extends TextSink {
  override quoted(text: string): void {
    this.value += text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  }
}
