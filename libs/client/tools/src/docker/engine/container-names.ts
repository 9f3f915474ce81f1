import type { RandomSource } from '@seatrial/kernel';

/** A part of moby's lists (pkg/namesgenerator). */
const LEFT = (
  'admiring adoring agitated amazing bold brave charming clever cool dazzling determined eager ecstatic elastic elegant ' +
  'epic festive focused friendly gallant gifted happy hopeful jolly keen kind laughing loving lucid modest nifty ' +
  'nostalgic peaceful priceless quirky relaxed sharp silly sweet tender trusting upbeat vibrant vigilant wizardly zen'
).split(' ');
const RIGHT = (
  'albattani archimedes babbage banach bardeen bell bohr boyd brown cannon cerf chandrasekhar curie darwin dijkstra ' +
  'einstein elion euclid euler faraday fermat feynman franklin galileo gauss goldberg hamilton hopper hypatia jackson ' +
  'johnson kepler knuth lamarr leavitt lovelace maxwell mclean meitner newton noether pascal perlman raman ritchie ' +
  'shannon tesla turing volhard wozniak yonath'
).split(' ');

/** A container's name when none is given. */
export function randomName(random: RandomSource, taken: (name: string) => boolean): string {
  for (;;) {
    const name = `${LEFT[random.below(LEFT.length)]}_${RIGHT[random.below(RIGHT.length)]}`;
    if (!taken(name)) return name;
    const numbered = `${name}${random.below(10)}`;
    if (!taken(numbered)) return numbered;
  }
}
