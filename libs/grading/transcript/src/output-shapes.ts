const OUTPUT_SHAPES = [
  /^(?:NAME|NAMESPACE|LAST SEEN|REVISION|CONTAINER ID|REPOSITORY)\b/,
  /^[a-z0-9.-]+\/[a-z0-9.-]+ (?:created|configured|unchanged|deleted|exposed|scaled|patched|labeled|annotated|edited|rolled back|restarted|paused|resumed|condition met|image updated)/,
  /^(?:Error|error|Warning|Waiting|deployment|daemon set|statefulset|The |W\d{4}|E\d{4}|I\d{4})\b/,
  /^\S+\s{2,}\S+\s{2,}\S+/,
  /^[-{}[\]"<]/,
  /^\S+:(?:\s|$)/,
];

/** Whether a line without a prompt reads as what a command printed. */
export function looksLikeOutput(text: string): boolean {
  return OUTPUT_SHAPES.some((shape) => shape.test(text));
}

/** The head of a table, which nobody types even where a prompt stands before it. */
export function isTableHead(text: string): boolean {
  return /^(?:NAME|NAMESPACE|LAST SEEN|REVISION|CONTAINER ID|REPOSITORY)(?:\s+[A-Z][A-Z()/-]+)+\s*$/.test(text);
}
