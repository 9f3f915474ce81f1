import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allControllers, controllersFor, managerControllers } from './registry.js';

describe('the registry of controllers', () => {
  it('has every file of the folder', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.controller.ts'));
    const all = [
      ...controllersFor({
        loadBalancer: { addressPrefix: '172.18.255.' },
        provisioners: [{ name: 'lab.example.com' }],
      }),
      ...managerControllers('10.244.0.0/16').slice(allControllers.length),
    ];
    expect(all).toHaveLength(files.length);
    expect(allControllers).toHaveLength(files.length - 6);
    expect(new Set(all.map(({ name }) => name)).size).toBe(files.length);
  });
});
