import type { Answer, Request } from './answers.mjs';

export declare function openSimulated(): (request: Request) => Answer;
