import { sleep, utf8Length, type Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { planCurl, type CurlPlan } from './curl-options.js';
import { CurlPieces } from './curl-pieces.js';
import { responseHead, transferUrl, type Transfer } from './curl-transfer.js';
import { writeOut } from './curl-write-out.js';

/** Writes what came to where it goes; the transfer with the problem when that fails. */
function* deliver(
  tool: Tool,
  plan: CurlPlan,
  transfer: Transfer,
  output: CurlPlan['outputs'][number] | undefined,
): Coroutine<Transfer> {
  const { response } = transfer;
  if (!response) return transfer;
  const failing = response.status >= 400 && (plan.has('f') || plan.has('fail-with-body'));
  const failure: Transfer = { ...transfer, exit: 22, message: `The requested URL returned error: ${response.status}` };
  if (failing && plan.has('f')) return failure;
  const body = plan.method === 'HEAD' ? '' : response.body;
  const text = (plan.has('i') || plan.has('I') ? responseHead(response, transfer.httpVersion) : '') + body;
  const dump = plan.value('D');
  if (dump === '-') yield* tool.out(responseHead(response, transfer.httpVersion));
  else if (dump !== undefined)
    tool.machine.files.writeFile(tool.path(dump), responseHead(response, transfer.httpVersion));
  const file = output === 'remote-name' ? /([^/]*?)(?:\?.*)?$/.exec(transfer.url.path)?.[1] : output?.file;
  if (output === 'remote-name' && (file ?? '') === '')
    return { ...transfer, exit: 23, message: 'Failed writing received data to disk/application' };
  if (file === undefined || file === '-') yield* tool.out(text);
  else {
    const written = tool.machine.files.writeFile(tool.path(file), text, { owner: tool.process.user });
    if (!written.ok) {
      if (!plan.has('s')) yield* tool.err(`Warning: Failed to open the file ${file}: ${errorText(written.error)}\n`);
      return { ...transfer, exit: 23, message: 'Failure writing output to destination' };
    }
  }
  return failing ? failure : transfer;
}

const METER = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
`;

/** The progress meter, as it stands at the end of a quick transfer. */
function meter(transfer: Transfer): string {
  const idle = '\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0';
  // A name that is not found ends the transfer before curl's multi_done, which ends the line.
  if (!transfer.response) return METER + idle + (transfer.exit === 6 ? '' : '\n');
  const size = utf8Length(transfer.response.body);
  const seconds = Math.max(1, transfer.elapsedMs) / 1000;
  const speed = size / seconds;
  const rate = (speed < 100_000 ? String(Math.floor(speed)) : `${String(Math.floor(speed / 1024))}k`).padStart(6);
  const count = String(size).padStart(5);
  const percent = size > 0 ? '100' : '  0';
  const moved = `${percent} ${count}  ${percent} ${count}    0     0 ${rate}`;
  return `${METER}${idle}\r${moved}      0 --:--:-- --:--:-- --:--:-- ${rate.trim().padStart(5)}\n`;
}

/** Until its libraries are loaded and it asks for the first time. */
const START_MS = 10;

function* runCurl(tool: Tool): Coroutine<number> {
  const planned = planCurl(tool);
  if (!planned.ok) {
    yield* tool.err(`curl: ${planned.error}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return 2;
  }
  const plan = planned.value;
  if (plan.has('V')) {
    yield* tool.out(
      'curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.17\nRelease-Date: 2023-02-20\nProtocols: http https\n',
    );
    return 0;
  }
  if (plan.urls.length === 0) {
    const what = tool.args.length > 0 ? 'curl: no URL specified!\n' : '';
    yield* tool.err(`${what}curl: try 'curl --help' or 'curl --manual' for more information\n`);
    return 2;
  }
  yield* sleep(START_MS);
  let status = 0;
  for (const [index, url] of plan.urls.entries()) {
    const output = plan.outputs.at(index);
    const pieces = new CurlPieces(tool, plan);
    const plain = output === undefined && !['i', 'I', 'D', 'v'].some((flag) => plan.has(flag));
    const fetched = yield* transferUrl(tool, plan, url, plain ? (text) => pieces.take(text) : undefined);
    yield* pieces.end();
    const toScreen = output === undefined && tool.process.stdout.isTerminal;
    const silent = plan.has('s') || plan.has('no-progress-meter') || plan.has('v');
    const begun = fetched.exit === 0 || fetched.exit > 3;
    if (begun && !silent && !toScreen) yield* tool.err(meter(fetched));
    const transfer = yield* deliver(tool, plan, fetched, output);
    status = transfer.exit;
    if (transfer.message !== undefined && (!plan.has('s') || plan.has('S')))
      yield* tool.err(`curl: (${transfer.exit}) ${transfer.message}\n`);
    const format = plan.value('w');
    if (format !== undefined) yield* tool.out(writeOut(format, transfer, plan));
  }
  return status;
}

export const curl = defineCommand({ name: 'curl', program: toolProgram(runCurl) });
