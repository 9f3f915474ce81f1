export { readTranscript, type Transcript, type TranscriptCommand } from './read-transcript.js';
