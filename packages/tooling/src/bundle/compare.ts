import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files, by paths with forward slashes, in which two directories are not the same byte for byte, sorted. */
export function findDifferences(one: string, other: string): readonly string[] {
  const paths = new Set([...listFiles(one), ...listFiles(other)]);
  return [...paths].sort().filter((path) => !isSameFile(join(one, path), join(other, path)));
}

function listFiles(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(directory, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'));
}

function isSameFile(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other));
}
