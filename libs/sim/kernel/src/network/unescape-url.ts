/** Part of a URL as it was before it was escaped (RFC 3986, 2.1); what cannot be read stays as it is. */
export function unescapeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
