import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { rpm } from '../../src/cataloguers/rpm/rpm.ts';
import { catalogue } from '../support/files.ts';
import { packageHeader } from './databases.ts';

const PATH = 'var/lib/rpm/rpmdb.sqlite';

let folder: string;
let database: DatabaseSync;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rpmdb-'));
  database = new DatabaseSync(join(folder, 'db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = OFF');
  // rpm makes some twenty tables, so that the schema is longer than a page.
  for (let at = 0; at < 40; at++)
    database.exec(`CREATE TABLE 'Index${at}' (key ${'x'.repeat(100)} TEXT, hnum INTEGER)`);
  database.exec("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)");
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** Lengths that lie in the leaf, on one page more and on many. */
const FILLINGS = [1, 300, 3000, 5000, 70_000];

function insert(from: number, to: number): void {
  const statement = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
  for (let at = from; at < to; at++) {
    statement.run(packageHeader({ name: `p${at}`, filling: FILLINGS[at % FILLINGS.length] ?? 1 }));
  }
}

const checkpoint = () => database.exec('PRAGMA wal_checkpoint(TRUNCATE)');

/** What the cataloguer finds, and what SQLite itself does. */
function compare(): {
  readonly found: readonly string[];
  readonly expected: readonly string[];
  readonly reports: readonly string[];
} {
  const files = {
    [PATH]: readFileSync(join(folder, 'db')),
    [`${PATH}-wal`]: readFileSync(join(folder, 'db-wal')),
  };
  const { packages, reports } = catalogue(rpm, files);
  const rows = database.prepare('SELECT blob FROM Packages').all();
  const expected = rows.map((row) => {
    const text = Buffer.from(row['blob'] as Uint8Array).toString('latin1');
    return /\0?(p\d+(?:-new)?)\0/.exec(text)?.[1] ?? '';
  });
  return { found: packages.map(({ name }) => name).sort(), expected: expected.sort(), reports };
}

describe('rpmdb.sqlite', () => {
  it.each([0, 1, 40, 700])('of %d packages is read as SQLite reads it', (count) => {
    insert(0, count);
    checkpoint();
    const { found, expected, reports } = compare();
    expect(reports).toEqual([]);
    expect(found).toHaveLength(count);
    expect(found).toEqual(expected);
  });

  it.each([
    { name: 'all of it', change: () => insert(0, 60), before: 0 },
    { name: 'packages added', change: () => insert(60, 90), before: 60 },
    {
      name: 'packages removed',
      change: () => database.exec('DELETE FROM Packages WHERE hnum % 3 = 0'),
      before: 60,
    },
    {
      name: 'packages removed and added',
      change: () => {
        database.exec('DELETE FROM Packages WHERE hnum > 20');
        insert(100, 160);
      },
      before: 60,
    },
    {
      name: 'packages changed',
      change: () => {
        database
          .prepare('UPDATE Packages SET blob = ? WHERE hnum = 7')
          .run(packageHeader({ name: 'p6-new', filling: 20_000 }));
      },
      before: 60,
    },
  ])('with $name in its log is read as SQLite reads it', ({ change, before }) => {
    insert(0, before);
    checkpoint();
    change();
    const { found, expected, reports } = compare();
    expect(reports).toEqual([]);
    expect(found).toEqual(expected);
  });

  it('ignores what was not committed, and a log of another time', () => {
    insert(0, 5);
    checkpoint();
    insert(5, 6);
    const [db, log] = [readFileSync(join(folder, 'db')), readFileSync(join(folder, 'db-wal'))];
    const half = catalogue(rpm, { [PATH]: db, [`${PATH}-wal`]: log.subarray(0, log.length - 10) });
    expect(half.packages).toHaveLength(5);
    const other = Buffer.from(log);
    other.writeUInt32BE(1, 16);
    expect(catalogue(rpm, { [PATH]: db, [`${PATH}-wal`]: other }).packages).toHaveLength(5);
  });

  it('reads a database that is in its log as a whole', () => {
    insert(0, 8);
    const log = readFileSync(join(folder, 'db-wal'));
    expect(catalogue(rpm, { [PATH]: '', [`${PATH}-wal`]: log }).packages).toHaveLength(8);
  });

  it('bears any change', () => {
    insert(0, 12);
    checkpoint();
    insert(12, 16);
    const [db, log] = [readFileSync(join(folder, 'db')), readFileSync(join(folder, 'db-wal'))];
    const spot = fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255));
    fc.assert(
      fc.property(
        fc.array(spot, { maxLength: 30 }),
        fc.array(spot, { maxLength: 3 }),
        (changes, logChanges) => {
          const [a, b] = [Buffer.from(db), Buffer.from(log)];
          for (const [at, value] of changes) a[Math.floor(at * a.length)] = value;
          for (const [at, value] of logChanges) b[Math.floor(at * b.length)] = value;
          expect(() => catalogue(rpm, { [PATH]: a, [`${PATH}-wal`]: b })).not.toThrow();
        },
      ),
      { numRuns: 200 },
    );
  });
});
