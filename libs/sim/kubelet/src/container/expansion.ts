/** Expands `$(NAME)` and `$$` (k8s.io/kubernetes/third_party/forked/golang/expansion). Unknown names stay as they are. */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  let result = '';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '$' || i + 1 >= text.length) continue;
    result += text.slice(start, i);
    const next = text[i + 1];
    if (next === '$') {
      result += '$';
      i++;
    } else if (next === '(') {
      const end = text.indexOf(')', i + 2);
      if (end < 0) {
        result += '$(';
        i++;
      } else {
        const name = text.slice(i + 2, end);
        result += lookup(name) ?? `$(${name})`;
        i = end;
      }
    } else {
      result += `$${next}`;
      i++;
    }
    start = i + 1;
  }
  return result + text.slice(start);
}
