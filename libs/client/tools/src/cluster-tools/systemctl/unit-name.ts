/** A unit's whole name: a word without a type is a service. */
export const unitName = (name: string): string =>
  /\.(?:service|socket|target|timer|mount|slice)$/.test(name) ? name : `${name}.service`;
