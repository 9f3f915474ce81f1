/** One form of a command that the course's notes type. */
export interface CourseCommand {
  /** The notes that it comes from. */
  readonly section: string;
  /** Its lines as the corpus has them. */
  readonly lines: readonly string[];
  /** What a student types: without the corpus' comments and without prompts. */
  readonly script: string;
  /** The corpus marks it as prose, a placeholder or a slip of the pen. */
  readonly marked: boolean;
}

const COMMENT = /\s{2,}# (.*)$/;
const MARK = /^(?:!|prose|mentioned only|typed INTO|telnet escape)/;
const PROMPT = /^\[\w+ ~\]\$ /;

/** Whether a form goes on after these lines. */
function continues(lines: readonly string[], next: string | undefined): boolean {
  if (next === undefined || next.startsWith('#')) return false;
  const [first] = lines;
  const last = (lines.at(-1) ?? '').replace(COMMENT, '');
  if (last.endsWith('\\')) return true;
  if (first.startsWith('for ') && !/\bdone\b/.test(lines.join('\n'))) return true;
  return PROMPT.test(first) && last.trimEnd().endsWith('|');
}

function command(section: string, lines: readonly string[]): CourseCommand {
  const prompted = PROMPT.test(lines[0]);
  const script = lines.map((line) => {
    const bare = line.replace(COMMENT, '').replace(PROMPT, '');
    return prompted ? bare.replace(/^> +/, '') : bare;
  });
  const comments = lines.map((line) => COMMENT.exec(line)?.[1] ?? '');
  return { section, lines, script: script.join('\n'), marked: comments.some((comment) => MARK.test(comment)) };
}

/** Reads the corpus: `### notes` begins a section, `#` a comment. */
export function readCourseCommands(text: string): CourseCommand[] {
  const all = text.split('\n');
  const commands: CourseCommand[] = [];
  let section = '';
  for (let index = 0; index < all.length; index++) {
    const line = all[index];
    if (line.startsWith('### ')) section = line.slice(4);
    if (line.startsWith('#') || line.trim() === '') continue;
    const lines = [line];
    while (continues(lines, all[index + 1])) lines.push(all[++index]);
    commands.push(command(section, lines));
  }
  return commands;
}
