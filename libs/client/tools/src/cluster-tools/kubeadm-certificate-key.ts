import { sha256Hex } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';

/** A key that certificates are uploaded with, of 32 bytes. */
export function newCertificateKey({ machine: { simulation }, process }: Tool): string {
  return sha256Hex(`certificate-key ${String(simulation.now())} ${String(process.pid)}`);
}
