import { expect, it } from 'vitest';
import { probeText } from './probe-text.js';

it.each([
  ['/healthz', '/healthz'],
  ['/a?b=c#d', '/a%3Fb=c%23d'],
  ["/it's(!)*", '/it%27s%28%21%29%2A'],
  ['/😀\ud800', '/%F0%9F%98%80%ED%A0%80'],
])('the path %j of a probe is printed as %s', (path, shown) => {
  expect(probeText({ httpGet: { path, port: 80, scheme: 'HTTP' } })).toContain(`http-get http://:80${shown} delay=0s`);
});
