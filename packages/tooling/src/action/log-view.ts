import { styleText } from 'node:util';

/** Turns a step's log into what a person reads on a terminal. */
export interface LogView {
  /** Takes the log as it comes, in pieces of any size. */
  write(chunk: string): void;
  /** Ends the last line. */
  end(): void;
  /** The text without the secrets that the step has masked so far. */
  hide(text: string): string;
}

/** How a progress bar starts to draw its line anew. */
const REDRAW = '\r\u001b[2K';

/** A line longer than this is printed in parts, so that a step without line ends cannot fill the memory. */
const MAX_LINE_LENGTH = 1024 * 1024;

/**
 * Shows workflow commands as GitHub's page does: groups as titles, annotations with their colour, debug texts only
 * when asked for, and masked texts nowhere.
 */
export function createLogView(print: (text: string) => void, options: { readonly debug: boolean }): LogView {
  const secrets = new Set<string>();
  let partial = '';
  let drawn = false;
  const hide = (text: string): string => {
    let hidden = text;
    for (const secret of secrets) hidden = hidden.replaceAll(secret, '***');
    return hidden;
  };
  const showLine = (line: string): void => {
    const text = renderLine(line, options.debug, (secret) => secrets.add(secret));
    if (text === undefined) return;
    print(`${drawn ? REDRAW : ''}${hide(text)}\n`);
    drawn = false;
  };
  return {
    hide,
    write(chunk) {
      const lines = (partial + chunk).split(/\r?\n/);
      partial = lines.pop() ?? '';
      // What a bar drew before a whole line is drawn over by it.
      for (const line of lines) showLine(line.slice(lastRedraw(line)));
      if (partial.startsWith(REDRAW) || partial.length > MAX_LINE_LENGTH) {
        const text = partial.slice(Math.max(partial.lastIndexOf(REDRAW), 0));
        print(hide(text));
        drawn = text !== REDRAW;
        partial = '';
      }
    },
    end() {
      if (partial !== '') showLine(partial);
      partial = '';
    },
  };
}

/** A line for the terminal, or nothing where it is only for the runner. */
function renderLine(line: string, debug: boolean, mask: (secret: string) => void): string | undefined {
  const [, command, properties = '', data = ''] = /^::([\w-]+)(?: ([^:]*))?::(.*)$/.exec(line) ?? [];
  const text = unescapeData(data);
  switch (command) {
    case undefined:
      return line;
    case 'group':
      return styleText('bold', `▼ ${text}`);
    case 'error':
      return renderAnnotation('red', 'error', properties, text);
    case 'warning':
      return renderAnnotation('yellow', 'warning', properties, text);
    case 'notice':
      return renderAnnotation('cyan', 'notice', properties, text);
    case 'debug':
      return debug ? styleText('gray', text) : undefined;
    case 'add-mask':
      for (const secret of text.split(/\r?\n/)) if (secret !== '') mask(secret);
      return undefined;
    default:
      return undefined;
  }
}

function renderAnnotation(
  colour: 'red' | 'yellow' | 'cyan',
  kind: string,
  properties: string,
  text: string,
): string {
  const named = new Map(
    properties.split(',').map((property) => {
      const equals = property.indexOf('=');
      return [property.slice(0, equals), unescapeData(property.slice(equals + 1))] as const;
    }),
  );
  const [title, file, line] = [named.get('title'), named.get('file'), named.get('line')];
  const place = file === undefined ? '' : ` ${file}${line === undefined ? '' : `:${line}`}`;
  return `${styleText(['bold', colour], `${kind}${title === undefined ? '' : ` ${title}`}${place}`)}\n${text}`;
}

/** The reverse of the toolkit's escaping; the percent sign comes last, as it went first. */
function unescapeData(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

function lastRedraw(line: string): number {
  const at = line.lastIndexOf(REDRAW);
  return at === -1 ? 0 : at + REDRAW.length;
}
