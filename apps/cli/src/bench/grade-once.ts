import { grade, loadExercise, openSimulatedReplay } from '@seatrial/engine';
import { readSamples } from '@seatrial/exercise';
import { EXERCISES, readExerciseFolders } from '../service/checkout.js';

// One process, one grading: what the cold start of `npm run bench` times.
const dockercoins = readExerciseFolders(EXERCISES).find(({ path }) => path.endsWith('dockercoins'));
const loaded = dockercoins && loadExercise(dockercoins.folder);
const sample = dockercoins && readSamples(dockercoins.folder).find(({ path }) => path === 'samples/perfect');
if (!loaded?.ok || !sample) throw new Error('there is no DockerCoins sample');
const { manifests, transcript } = sample;
const submission = { manifests, ...(transcript !== undefined && { transcript }) };
const verdict = grade(submission, loaded.value, { seed: 'live', openReplay: openSimulatedReplay });
process.stdout.write(`${verdict.digest}\n`);
