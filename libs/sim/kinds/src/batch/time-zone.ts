const AREAS: ReadonlySet<string> = new Set(
  'Africa America Antarctica Arctic Asia Atlantic Australia Brazil Canada Chile Etc Europe Indian Mexico Pacific US'.split(
    ' ',
  ),
);

/** Names without an area. */
const ALONE: ReadonlySet<string> = new Set(
  `CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran Israel
Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK Singapore Turkey UCT UTC
Universal W-SU WET Zulu`.split(/\s+/),
);

/** Whether a zone's other name is written as the database does: it is a file's name, so that capitals count. */
function isWrittenAsALink(name: string): boolean {
  const [area, ...places] = name.split('/');
  if (places.length === 0) return ALONE.has(name);
  if (area === 'Etc') return ALONE.has(places[0]) || /^GMT[+-]\d+$/.test(places[0]);
  return AREAS.has(area) && places.every((place) => /^[A-Z]/.test(place));
}

/** Whether a name is a time zone of the IANA database (time.LoadLocation). */
export function isKnownTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return false;
  try {
    const found = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
    return found.toLowerCase() === name.toLowerCase() ? found === name : isWrittenAsALink(name);
  } catch {
    return false;
  }
}
