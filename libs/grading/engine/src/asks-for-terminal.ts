const RUNS =
  /\b(?:docker|podman|nerdctl|crictl|kubectl|k|oc)\s(?:[^|;&\n]*?\s)?(?:run|exec|attach|debug)\s([^|;&\n]*)/g;
/** `-it`, `-ti`, `-dit`, `--tty`, and `-t` beside `-i`. */
const WANTS =
  /(?:^|\s)(?:-[a-z]*i[a-z]*t[a-z]*|-[a-z]*t[a-z]*i[a-z]*|--tty(?:=true)?|-i\s+-t|-t\s+-i|--stdin\s+-t|-i\s+--tty)(?=\s|$)/;

/** Whether a command starts a program that wants a terminal (`docker run -it …`), as everybody has who types it. */
export function asksForTerminal(script: string): boolean {
  return [...script.matchAll(RUNS)].some(([, words = '']) => WANTS.test(words.split(' -- ')[0] ?? ''));
}
