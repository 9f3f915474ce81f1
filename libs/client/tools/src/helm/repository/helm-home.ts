import type { Process } from '@seatrial/kernel';

/** Where helm keeps what it has: its folders by the environment or by default (helmpath). */
export function helmHome({ env }: Pick<Process, 'env'>): { cache: string; config: string; data: string } {
  const home = env.get('HOME') ?? '/root';
  const folder = (own: string, shared: string, fallback: string): string =>
    env.get(own) ?? `${env.get(shared) ?? `${home}/${fallback}`}/helm`;
  return {
    cache: folder('HELM_CACHE_HOME', 'XDG_CACHE_HOME', '.cache'),
    config: folder('HELM_CONFIG_HOME', 'XDG_CONFIG_HOME', '.config'),
    data: folder('HELM_DATA_HOME', 'XDG_DATA_HOME', '.local/share'),
  };
}
