import { describe, expect, it } from 'vitest';
import { rewriteLinks, rewriteUrl } from './api-server-proxy-links.js';

const PREFIX = '/api/v1/namespaces/default/services/web/proxy';
const rewrite = (url: string): string => rewriteUrl(url, PREFIX, ['10.244.1.2:80', '172.18.0.2:6443']);

describe('links of a proxied page', () => {
  it.each([
    ['/about.html?a=1#b', `${PREFIX}/about.html?a=1#b`],
    ['/', `${PREFIX}/`],
    ['other.html', 'other.html'],
    ['http://example.com/x', 'http://example.com/x'],
    ['http://10.244.1.2:80/x', `${PREFIX}/x`],
    [`${PREFIX}/there`, `${PREFIX}/there`],
    ['#top', '#top'],
  ])('%s', (url, expected) => {
    expect(rewrite(url)).toBe(expected);
  });

  it.each([
    ["<A HREF='/x'>it's</A>", `<a href="${PREFIX}/x">it's</A>`],
    ['<img src=/logo.png alt="a > b"/>', `<img src="${PREFIX}/logo.png" alt="a &gt; b"/>`],
    ['<!-- <a href="/x"> --><br>', '<!-- <a href="/x"> --><br>'],
    ['<script>if (a<b) "<a href=/x>"</script><p id=q>', '<script>if (a<b) "<a href=/x>"</script><p id="q">'],
    ['a < b <a href="/x', 'a < b <a href="/x'],
  ])('%s', (html, expected) => {
    expect(rewriteLinks(html, rewrite)).toBe(expected);
  });
});
