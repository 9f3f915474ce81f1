import type { Status } from '@seatrial/apiserver';
import { CommandFailure, failWith, statusError } from '../../command/failure.js';

/** Ends the command with what a stream's error says: internal errors come without `Error from server`. */
export function failStream(status: Status): never {
  if (status.reason === 'InternalError') failWith(status.message);
  throw new CommandFailure([statusError(status)]);
}
