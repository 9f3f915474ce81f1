const OUTPUT_SHAPES = [
  /^(?:NAME|NAMESPACE|LAST SEEN|REVISION|CONTAINER ID|REPOSITORY)\b/,
  /^[a-z0-9.-]+\/[a-z0-9.-]+ (?:created|configured|unchanged|deleted|exposed|scaled|patched|labeled|annotated|edited|rolled back|restarted|paused|resumed|condition met|image updated)/,
  /^(?:Error|error|Warning|Waiting|deployment|daemon set|statefulset|The |W\d{4}|E\d{4}|I\d{4})\b/,
  /^\S+\s{2,}\S+\s{2,}\S+/,
  /^[-{}[\]"<]/,
  // Lines of logs: a date, an address, date(1).
  /^\d{4}[-/]\d\d[-/]\d\d/,
  /^\d{1,3}(?:\.\d{1,3}){3}\b/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} /,
  /^\S+:(?:\s|$)/,
];

/** Whether a line without a prompt reads as what a command printed. */
export function looksLikeOutput(text: string): boolean {
  return OUTPUT_SHAPES.some((shape) => shape.test(text));
}

/** What a job in the background writes behind a prompt that is already there. */
const BACKGROUND =
  /^(?:Starting to serve on \S+:\d+$|Forwarding from \S+ -> \d+|Handling connection for \d+|\[\d+\][+-]? +(?:\d+$|(?:Done|Exit \d+|Running|Terminated|Stopped|Killed)\b))/;

/** A line that a job in the background wrote. */
export const isBackground = (text: string): boolean => BACKGROUND.test(text.trim());

/** What stands behind a prompt but was not typed: the head of a table that was pasted, a background job's words. */
export function isNotTyped(text: string): boolean {
  return isTableHead(text) || BACKGROUND.test(text);
}

/** The head of a table, which nobody types even where a prompt stands before it. */
function isTableHead(text: string): boolean {
  return /^(?:NAME|NAMESPACE|LAST SEEN|REVISION|CONTAINER ID|REPOSITORY)(?:\s+[A-Z][A-Z()/-]+)+\s*$/.test(text);
}
