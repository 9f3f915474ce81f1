import { waitFor, type Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';

const OPTIONS = '-c=, -i=, -W=, -w=, -q, -s=, -4, -6, -t=, -I=, -n, -v, -D, -O, -A';

/** How long address resolution takes to fail. */
const ARP_TIMEOUT_MS = 3060;

function roundTrips(times: readonly number[], busybox: boolean): string {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const square = times.reduce((sum, time) => sum + time * time, 0) / times.length;
  const shown = [Math.min(...times), mean, Math.max(...times)].map((time) => time.toFixed(3)).join('/');
  if (busybox) return `round-trip min/avg/max = ${shown} ms\n`;
  return `rtt min/avg/max/mdev = ${shown}/${Math.sqrt(Math.max(0, square - mean * mean)).toFixed(3)} ms\n`;
}

/** Three digits and no more (iputils `gather_statistics`). */
const shortTime = (ms: number): string => ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : ms >= 1 ? 2 : 3);

/** ping(8): one echo a second; statistics at the end or on an interrupt. */
function* run(tool: Tool, busybox: boolean): Coroutine<number> {
  const { flags, values, operands } = yield* tool.options(OPTIONS);
  const host = operands[operands.length - 1];
  if (host === undefined) return yield* tool.die('usage error: Destination address required');
  const { network, simulation } = tool.machine;
  const resolved = yield* network.resolve(host);
  if (!resolved.ok) {
    const unknown =
      resolved.error.failure === 'name-not-found'
        ? 'Name or service not known'
        : 'Temporary failure in name resolution';
    yield* tool.complain(busybox ? `bad address '${host}'` : `${host}: ${unknown}`);
    return busybox ? 1 : 2;
  }
  const address = resolved.value[0];
  const count = Number(values.get('c')?.[0] ?? 'Infinity');
  const interval = Number(values.get('i')?.[0] ?? '1') * 1000;
  const deadline = values.has('w') ? simulation.now() + Number(values.get('w')?.[0]) * 1000 : Number.POSITIVE_INFINITY;
  yield* tool.out(
    busybox ? `PING ${host} (${address}): 56 data bytes\n` : `PING ${host} (${address}) 56(84) bytes of data.\n`,
  );
  // The first process of a container has no default action for signals: busybox's ping does not catch TERM.
  tool.process.setSignalHandler('INT', 'catch');
  let sent = 0;
  let received = 0;
  let errors = 0;
  const times: number[] = [];
  const reporter = busybox ? undefined : network.unreachableFrom?.(address);
  const start = simulation.now();
  while (sent < count && simulation.now() < deadline) {
    const answered = network.ping(address);
    sent++;
    if (answered) {
      const time = (network.roundTripMs?.(address) ?? 0) + 0.03 + simulation.random.below(60) / 1000;
      times.push(time);
      received++;
      const sequence = busybox ? `seq=${sent - 1}` : `icmp_seq=${sent}`;
      if (!flags.has('q'))
        yield* tool.out(
          `64 bytes from ${address}: ${sequence} ttl=${network.timeToLive?.(address) ?? 64} time=${busybox ? time.toFixed(3) : shortTime(time)} ms\n`,
        );
    }
    const last = sent >= count;
    const patience = Number(values.get('W')?.[0] ?? '10') * 1000;
    const reported = !answered && reporter !== undefined && patience >= ARP_TIMEOUT_MS;
    const wait = last ? (answered ? 0 : reported ? ARP_TIMEOUT_MS : patience) : interval;
    if (wait > 0) yield* waitFor([tool.process.signalArrived], Math.min(wait, deadline - simulation.now()));
    if (tool.process.takeSignal() !== undefined) break;
    // The address resolution of all that were sent meanwhile fails at once.
    if (reported && (last || sent % 3 === 0))
      while (errors < sent) {
        errors++;
        if (!flags.has('q')) yield* tool.out(`From ${reporter} icmp_seq=${errors} Destination Host Unreachable\n`);
      }
  }
  const loss = sent === 0 ? 0 : Math.round(((sent - received) / sent) * 100);
  yield* tool.out(`\n--- ${host} ping statistics ---\n`);
  const elapsed = simulation.now() - start;
  if (busybox) yield* tool.out(`${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n`);
  else
    yield* tool.out(
      `${sent} packets transmitted, ${received} received, ${errors > 0 ? `+${errors} errors, ` : ''}${loss}% packet loss, time ${elapsed}ms\n`,
    );
  if (received > 0) yield* tool.out(roundTrips(times, busybox));
  return received > 0 ? 0 : 1;
}

export const ping = defineCommand({
  name: 'ping',
  program: toolProgram((tool) => run(tool, false)),
  busybox: toolProgram((tool) => run(tool, true)),
});
