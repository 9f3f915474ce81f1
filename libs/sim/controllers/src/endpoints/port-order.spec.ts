import { describe, expect, it } from 'vitest';
import { fnv128a, encodeUtf8 } from '@seatrial/kernel';

// Printed by Go: dump.ForHash and hash/fnv over discovery/v1 and core/v1 EndpointPort.
const DUMPS = {
  '(v1.EndpointPort){Name:(*string)http Protocol:(*v1.Protocol)TCP Port:(*int32)80 AppProtocol:(*string)<nil>}':
    'b6c4d325122a5ba6f795b0bbffcebb6f',
  '(v1.EndpointPort){Name:(*string)x Protocol:(*v1.Protocol)TCP Port:(*int32)80 AppProtocol:(*string)kubernetes.io/h2c}':
    '2aa316d0f30b74c3da403539e80883a2',
  '(v1.EndpointPort){Name:(string)http Port:(int32)80 Protocol:(v1.Protocol)TCP AppProtocol:(*string)<nil>}':
    '754b003f50f133a539c60d18cfb30a55',
};

describe('the order of ports', () => {
  it.each(Object.entries(DUMPS))('%s', (dump, hash) => {
    expect(fnv128a(encodeUtf8(dump))).toBe(hash);
  });
});
