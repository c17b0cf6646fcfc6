import { MASK, redactText } from './redact.ts';

/**
 * Shorter values are not masked: they occur everywhere by chance, so that masking them would make messages
 * unreadable and give them away by their places. Longer than the mask, too, so that masking always shortens.
 */
const MIN_SECRET_LENGTH = 4;

/**
 * Knows the secrets of a run and masks them in whatever is to be shown.
 */
export class Redactor {
  readonly #announce: (secret: string) => void;
  readonly #secrets = new Set<string>();

  /** `announce` is told each new form of a secret once, for instance to have the runner mask it as well. */
  constructor(announce: (secret: string) => void = () => {}) {
    this.#announce = announce;
  }

  /** Registers a secret together with the forms it takes in URLs, in JSON, and line by line. */
  add(secret: string): void {
    const forms = [secret, secret.trim(), encode(secret), JSON.stringify(secret).slice(1, -1)];
    for (const form of [...forms, ...secret.split(/\r?\n/)]) {
      if (form.length < MIN_SECRET_LENGTH || this.#secrets.has(form)) continue;
      this.#secrets.add(form);
      this.#announce(form);
    }
  }

  /** Registers a password, and `user:password` as Basic authentication writes it. */
  addPassword(user: string, password: string): void {
    this.add(password);
    this.add(Buffer.from(`${user}:${password}`, 'utf8').toString('base64'));
  }

  /** Masks every registered secret, and what {@link redactText} recognises by its looks. */
  redact(text: string): string {
    // First what is known exactly: writing a URL anew may change the letters of a secret inside.
    let masked = redactText(this.#mask(text));
    // Masking brings together what stood apart, which could spell a secret anew; each round shortens the text.
    while (this.#occursIn(masked)) masked = this.#mask(masked);
    return masked;
  }

  #occursIn(text: string): boolean {
    for (const secret of this.#secrets) if (text.includes(secret)) return true;
    return false;
  }

  /** Masks all occurrences at once, so that secrets which overlap leave no rest of each other. */
  #mask(text: string): string {
    const spans: (readonly [start: number, end: number])[] = [];
    for (const secret of this.#secrets) {
      for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1)) {
        spans.push([at, at + secret.length]);
      }
    }
    spans.sort(([a], [b]) => a - b);
    let masked = '';
    let position = 0;
    for (const [start, end] of spans) {
      if (start >= position) masked += text.slice(position, start) + MASK;
      position = Math.max(position, end);
    }
    return masked + text.slice(position);
  }
}

function encode(text: string): string {
  // A lone surrogate cannot be encoded; then it cannot be in a URL either.
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}
