import { PODS } from '@seatrial/apiserver';
import { describe, expect, it } from 'vitest';
import { kubeletWorld } from '../../fixtures/kubelet-world.js';

describe('how a pod ends', () => {
  it('leaves a deleted pod no grace before it removes it', () => {
    const { apiServer, client, create, run } = kubeletWorld();
    create('web', 'serve');
    run(3);
    const seen: string[] = [];
    apiServer.store.onChange(PODS, ({ type, object: { metadata, status } }) =>
      seen.push(`${type} ${String(metadata.deletionGracePeriodSeconds)} ${status?.phase ?? ''}`),
    );
    client.delete(PODS, 'default', 'web');
    run(2);
    expect(seen).toEqual([
      'MODIFIED 20 Running',
      'MODIFIED 20 Running',
      'MODIFIED 20 Succeeded',
      'MODIFIED 0 Succeeded',
      'DELETED 0 Succeeded',
    ]);
  });

  it('says that a pod has ended when the listing after the one that found its containers ended is there', () => {
    const { create, pod, run } = kubeletWorld();
    create('p', 'done', { restartPolicy: 'Never' });
    const state = (): [boolean, string | undefined] => {
      const status = pod('p')?.status;
      return [status?.containerStatuses?.[0]?.state?.terminated !== undefined, status?.phase];
    };
    const seen: [boolean, string | undefined][] = [];
    for (let tick = 0; tick < 80; tick++) {
      run(0.1);
      if (state().join() !== seen.at(-1)?.join()) seen.push(state());
    }
    expect(seen).toEqual([
      [false, 'Pending'],
      [false, 'Running'],
      [true, 'Running'],
      [true, 'Succeeded'],
    ]);
  });

  it('ends sidecars that are left alone before it says that the pod has ended', () => {
    const { create, pod, run } = kubeletWorld();
    const container = (name: string, command: string) => ({ name, image: 'app:1', command: [command] });
    create('p', 'done', {
      restartPolicy: 'Never',
      containers: [container('c', 'done')],
      initContainers: [{ ...container('s', 'serve'), restartPolicy: 'Always' }],
    });
    const seen: string[] = [];
    for (let tick = 0; tick < 100; tick++) {
      run(0.1);
      const status = pod('p')?.status;
      const ended = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])]
        .map(({ state }) => String(state?.terminated !== undefined))
        .join();
      const sandbox = status?.conditions?.find(({ type }) => type === 'PodReadyToStartContainers')?.status;
      const now = `${status?.phase ?? ''} ${ended} ${sandbox ?? ''}`;
      if (status?.phase !== 'Pending' && now !== seen.at(-1)) seen.push(now);
    }
    expect(seen).toEqual([
      'Running false,false True',
      'Running true,false True',
      'Running true,true False',
      'Succeeded true,true False',
    ]);
  });

  it('says that a sandbox is there until it has been stopped', () => {
    const { create, pod, run } = kubeletWorld();
    create('p', 'done', { restartPolicy: 'Never' });
    const seen = new Set<string>();
    for (let tick = 0; tick < 80; tick++) {
      run(0.1);
      const { phase, conditions = [] } = pod('p')?.status ?? {};
      const find = (wanted: string) => conditions.find(({ type }) => type === wanted)?.status ?? '';
      seen.add(`${phase ?? ''} ${find('PodReadyToStartContainers')} ${find('Ready')}`);
    }
    expect([...seen].slice(-2)).toEqual(['Running True False', 'Succeeded False False']);
  });

  it('keeps a deleted pod whose containers have ended until the next listing', () => {
    const { client, create, pod, run } = kubeletWorld();
    const ends: number[] = [];
    for (const offset of [0, 0.3, 0.6]) {
      create('web', 'serve');
      run(4 + offset);
      client.delete(PODS, 'default', 'web');
      let tenths = 0;
      for (; pod('web'); tenths++) run(0.1);
      ends.push(tenths);
    }
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...ends)).toBeLessThanOrEqual(13);
    expect(new Set(ends).size).toBe(3);
  });
});
