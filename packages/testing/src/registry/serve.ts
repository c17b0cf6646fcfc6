import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, answerEmpty, answerRefusal, Broken, Refused } from './answer.ts';
import { Exchange } from './exchange.ts';
import { changeAnswer, replacementAnswer } from './fault-answer.ts';
import type { DueFault, FaultScript } from './fault-script.ts';
import type { RequestRecorder, RunningRequest } from './request-log.ts';
import { sendAnswer } from './send.ts';

/** Answers one kind of listener's requests. */
export type Serve = (exchange: Exchange) => Answer | Promise<Answer>;

/** What stands around every request: the log, the script of faults, and where defects are reported. */
export interface Surroundings {
  readonly recorder: RequestRecorder;
  readonly script: FaultScript;
  readonly defects: Error[];
}

/** Serves one request from its first line to the end of its answer. Never rejects. */
export async function serveRequest(
  surroundings: Surroundings,
  serve: Serve,
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): Promise<void> {
  const { path, query } = splitTarget(request.url ?? '/');
  const record = surroundings.recorder.begin(request, path, query);
  const exchange = new Exchange(request, response, record, expectsContinue);
  response.on('close', () => {
    record.broken ||= !response.writableFinished;
    surroundings.recorder.end(record);
  });
  // Without listeners a broken connection would end the process.
  request.on('error', () => {});
  response.on('error', () => {});
  try {
    const faults = surroundings.script.due({ method: record.method, path, query, headers: record.headers });
    record.faults.push(...faults.map((fault) => fault.action.kind));
    const closes = faults.some(({ action }) => action.kind === 'answer' && action.close === true);
    const replaced = await prepare(exchange, faults);
    const answer = replaced ?? (await answerOrRefuse(surroundings, serve, exchange));
    await finish(surroundings, record, faults, answer, response, closes);
  } catch (error) {
    if (!(error instanceof Broken)) surroundings.defects.push(asError(error));
    record.broken = true;
    surroundings.recorder.end(record);
    request.destroy();
    response.destroy();
  }
}

/** Applies the faults that come before the work, and gives the answer one of them has in its place. */
async function prepare(exchange: Exchange, faults: readonly DueFault[]): Promise<Answer | undefined> {
  for (const fault of faults) {
    const { action } = fault;
    if (action.kind === 'hook' && action.at !== 'answer') await action.run(fault.request);
    if (action.kind === 'delay' && action.at !== 'answer') await action.until;
    if (action.kind === 'drop-request') {
      if (action.afterBytes <= 0) throw new Broken('A fault ends the connection.');
      exchange.limitBody(action.afterBytes);
    }
    const replacement = replacementAnswer(fault);
    if (replacement !== undefined) return replacement;
  }
  return undefined;
}

async function answerOrRefuse({ defects }: Surroundings, serve: Serve, exchange: Exchange): Promise<Answer> {
  try {
    return await serve(exchange);
  } catch (error) {
    if (error instanceof Broken) throw error;
    if (error instanceof Refused) return answerRefusal(error);
    defects.push(asError(error));
    return answerRefusal(new Refused(500, 'UNKNOWN', 'The test registry has a defect; see "defects".'));
  }
}

/** Applies the faults that come after the work, and sends what is left of the answer. */
async function finish(
  { recorder }: Surroundings,
  record: RunningRequest,
  faults: readonly DueFault[],
  answer: Answer,
  response: ServerResponse,
  closes: boolean,
): Promise<void> {
  let changed = answer;
  let limit = Number.POSITIVE_INFINITY;
  for (const { action, request } of faults) {
    if (action.kind === 'hook' && action.at === 'answer') await action.run(request);
    if (action.kind === 'delay' && action.at === 'answer') await action.until;
    if (action.kind === 'drop-answer') throw new Broken('A fault ends the connection.');
    if (action.kind === 'drop-body') limit = Math.min(limit, action.afterBytes);
    changed = changeAnswer(changed, action);
  }
  await sendAnswer(changed, response, record, { limit, closes, onEnd: () => recorder.end(record) });
}

function splitTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  return { path: decodePath(path), query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)) };
}

/** Decodes a path; one that cannot be decoded is left as it is and names nothing. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Answers what no path of the API is. */
export function answerNoSuchPath(): Answer {
  return answerEmpty(404);
}
