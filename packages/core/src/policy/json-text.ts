/** As wide as the formatter of the project lets a line be. */
const LINE_WIDTH = 110;

/** Writes JSON as the project's formatter does, with LF at its end: what is generated needs no formatting. */
export function formatJson(value: unknown): string {
  return `${print(value, '')}\n`;
}

/** Prints JSON as the project's formatter does: lists of plain values on one line where they fit. */
function print(value: unknown, indent: string, before = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (!Array.isArray(value)) {
    const lines = Object.entries(value).map(([key, member]) => {
      const name = `${JSON.stringify(key)}: `;
      return `${inner}${name}${print(member, inner, inner.length + name.length)}`;
    });
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
  }
  const line = `[${value.map((item) => print(item, inner)).join(', ')}]`;
  // One more for the comma that may follow.
  if (!line.includes('\n') && before + line.length + 1 <= LINE_WIDTH) return line;
  return `[\n${value.map((item) => `${inner}${print(item, inner, inner.length)}`).join(',\n')}\n${indent}]`;
}
