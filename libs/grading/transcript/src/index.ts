export { pendingAfter, type Pending } from './completeness.js';
export { readTranscript } from './read-transcript.js';
export { type Transcript, type TranscriptCommand } from './transcript.js';
export { commandIn } from './unread-command.js';
