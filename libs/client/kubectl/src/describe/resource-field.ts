import { Quantity } from '@seatrial/schema';
import type { Container, ResourceFieldSelector } from 'kubernetes-types/core/v1.js';

/** The value of a resource field of a container, rounded up to the divisor; '' for what is no resource. */
export function resourceFieldText(selector: ResourceFieldSelector, container: Container): string {
  const match = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(selector.resource);
  if (!match) return '';
  const [, list, name] = match;
  const resources = list === 'limits' ? container.resources?.limits : container.resources?.requests;
  const quantity = Quantity.of(resources?.[name]);
  const given = Quantity.of(selector.divisor);
  const divisor = given.isZero() ? Quantity.of('1') : given;
  const share = name === 'cpu' ? quantity.milliValue() / divisor.milliValue() : quantity.value() / divisor.value();
  return String(Math.ceil(share));
}
