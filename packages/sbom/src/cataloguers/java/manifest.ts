/** Only the main section is read, which is short; signed jars have a section for each file behind it. */
const LONGEST_SECTION = 256 * 1024;

/** Attributes of a manifest's main section by their names in lower case. */
export type Manifest = ReadonlyMap<string, string>;

/** Reads the main section of a manifest; a line that begins with a space continues the one before (JAR File Specification). */
export function parseManifest(content: Buffer): Manifest {
  const attributes = new Map<string, string>();
  let name = '';
  for (const line of content.toString('utf8', 0, LONGEST_SECTION).split(/\r\n|\n|\r/)) {
    if (line === '' && attributes.size > 0) break;
    if (line.startsWith(' ')) {
      const before = attributes.get(name);
      if (before !== undefined) attributes.set(name, before + line.slice(1));
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    name = line.slice(0, colon).trim().toLowerCase();
    attributes.set(name, line.slice(colon + 1).trim());
  }
  return attributes;
}

/** Reads a file of Java properties as Maven writes it: no escapes but of `:` and `=`. */
export function parseProperties(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const line of text.split(/\r\n|\n|\r/)) {
    const field = /^\s*([^#!\s:=][^\s:=]*)\s*[:=]\s*(.*)$/.exec(line);
    const [, key, value] = field ?? [];
    if (key !== undefined && value !== undefined)
      properties.set(key, value.trim().replace(/\\([:=#!\\ ])/g, '$1'));
  }
  return properties;
}
