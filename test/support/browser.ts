import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** How a page is looked at. */
export interface View {
  /** Pixels of CSS. */
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  readonly media?: 'screen' | 'print';
}

/** A page that is open. */
export interface BrowserPage {
  /** Everything that the page has asked for, its own address first. */
  readonly requests: readonly string[];
  /** What it wrote to its console, what it threw, and what the browser had against it. */
  readonly complaints: readonly string[];
  /** Runs a script in the page, outside of what its policy allows; the answer is plain data. */
  evaluate<T>(script: string): Promise<T>;
  /** All of the page as a PNG. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

/** A browser without a window. */
export interface Browser {
  open(url: string, view: View): Promise<BrowserPage>;
  close(): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

type Listener = (method: string, params: Readonly<Record<string, unknown>>) => void;

/**
 * Starts Chromium and speaks its DevTools protocol through two pipes: messages are JSON, each ended by a NUL.
 *
 * @param program path of Chromium
 */
export async function startBrowser(program: string): Promise<Browser> {
  const home = mkdtempSync(join(tmpdir(), 'browser-'));
  const child = spawn(
    program,
    [
      ...[
        '--headless',
        '--remote-debugging-pipe',
        `--user-data-dir=${home}`,
        '--disable-gpu',
        '--hide-scrollbars',
      ],
      // Its sandbox needs rights that a container does not give; the pages are our own.
      ...['--no-sandbox', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking'],
      ...['--force-color-profile=srgb', '--font-render-hinting=none', 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const connection = connect(child);
  return {
    open: (url, view) => openPage(connection, url, view),
    async close() {
      const ended = once(child, 'exit');
      await connection.send('Browser.close').catch(() => child.kill('SIGKILL'));
      await ended;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface Connection {
  send(method: string, params?: object, sessionId?: string): Promise<Readonly<Record<string, unknown>>>;
  listen(sessionId: string, listener: Listener): void;
}

function connect(child: ChildProcess): Connection {
  const input = child.stdio[3] as Writable;
  const output = child.stdio[4] as Readable;
  const waiting = new Map<number, (answer: Answer) => void>();
  const listeners = new Map<string, Listener>();
  let last = 0;
  let rest = Buffer.alloc(0);
  output.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
      const answer: Answer = JSON.parse(rest.toString('utf8', 0, end));
      rest = rest.subarray(end + 1);
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
      else listeners.get(answer.sessionId ?? '')?.(answer.method ?? '', answer.params ?? {});
    }
  });
  child.once('exit', () => {
    for (const answer of waiting.values()) answer({ error: { message: 'The browser has ended.' } });
  });
  return {
    listen: (sessionId, listener) => listeners.set(sessionId, listener),
    send(method, params = {}, sessionId) {
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id);
          if (error === undefined) resolve(result ?? {});
          else reject(new Error(`${method}: ${error.message}`));
        });
        input.write(
          `${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`,
        );
      });
    },
  };
}

async function openPage({ send, listen }: Connection, url: string, view: View): Promise<BrowserPage> {
  const { width, scheme, media = 'screen' } = view;
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const session = String(sessionId);
  const tell = (method: string, params: object = {}) => send(method, params, session);
  const requests: string[] = [];
  const complaints: string[] = [];
  const loaded = new Promise<void>((resolve) => {
    listen(session, (method, params) => {
      if (method === 'Network.requestWillBeSent') requests.push(urlOf(params['request']));
      if (method === 'Page.loadEventFired') resolve();
      if (['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded'].includes(method)) {
        complaints.push(JSON.stringify(params));
      }
    });
  });
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await tell(`${domain}.enable`);
  await tell('Emulation.setDeviceMetricsOverride', {
    width,
    height: 800,
    deviceScaleFactor: 1,
    mobile: width < 600,
  });
  await tell('Emulation.setEmulatedMedia', {
    media,
    features: [{ name: 'prefers-color-scheme', value: scheme }],
  });
  await tell('Page.navigate', { url });
  await loaded;
  return {
    requests,
    complaints,
    async evaluate<T>(expression: string): Promise<T> {
      const { result, exceptionDetails } = await tell('Runtime.evaluate', {
        ...{ expression, awaitPromise: true, returnByValue: true },
      });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { readonly value: T }).value;
    },
    async screenshot() {
      const { cssContentSize } = await tell('Page.getLayoutMetrics');
      const { height } = cssContentSize as { readonly height: number };
      const { data } = await tell('Page.captureScreenshot', {
        captureBeyondViewport: true,
        clip: { x: 0, y: 0, width, height, scale: 1 },
      });
      return Buffer.from(String(data), 'base64');
    },
    async close() {
      await send('Target.closeTarget', { targetId });
    },
  };
}

function urlOf(request: unknown): string {
  return String((request as { readonly url?: unknown }).url);
}
