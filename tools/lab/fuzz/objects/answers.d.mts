export interface Request {
  readonly seed: number;
  readonly verb: string;
  readonly path: string;
  readonly validation: string;
}

export interface Answer {
  readonly status: number | string;
  readonly warnings: readonly string[];
  readonly body: object;
}

/** An answer without what is new in every object; `text` is its JSON. */
export declare function readAnswer(text: string, request: Request): Answer;
/** What two answers differ in, a line each; none when they are alike. */
export declare function explain(theirs: Answer, mine: Answer): string[];
/** The causes of a refusal, each once. */
export declare function causesOf(body: object): string[];
