import type { VirtualEnvironment } from './sites.ts';

/** Reads `pyvenv.cfg` (PEP 405): `key = value` a line, keys in any case, as Python's `site` module reads it. */
export function parseVirtualEnvironment(text: string, root: string): VirtualEnvironment {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals !== -1) values.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim());
  }
  return {
    root,
    includesSystem: values.get('include-system-site-packages')?.toLowerCase() === 'true',
    home: values.get('home'),
  };
}
