/**
 * Results of a pure function of a text, the most recent ones kept: for texts that the same session reads over and over
 * (a kubeconfig, a certificate). Callers must not change what they get.
 */
export function rememberRecent<T>(compute: (text: string) => T, limit = 16): (text: string) => T {
  const results = new Map<string, T>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = compute(text);
    if (results.size >= limit) results.delete(results.keys().next().value ?? '');
    results.set(text, result);
    return result;
  };
}
