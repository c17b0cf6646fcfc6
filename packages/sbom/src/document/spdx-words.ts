import type { Package } from '../inventory/package.ts';
import type { ComponentFacts } from './component.ts';

/** CPE 2.3 names as SPDX's tools take them; others are left out rather than making the document invalid. */
const CPE_23 = /^cpe:2\.3:[aho*-](?::[\x21-\x39\x3b-\x7e]{1,200}){10}$/;

export function validCpes(one: Package): readonly string[] {
  return (one.cpes ?? []).filter((cpe) => CPE_23.test(cpe));
}

/** SPDX has no group: it is part of the name, as the ecosystem writes it. */
export function fullName(one: Package, { group, name }: ComponentFacts): string {
  return group === undefined ? name : `${group}${one.type === 'maven' ? ':' : '/'}${name}`;
}

/** A list under its name: SPDX 3 has no empty ones, and readers of SPDX 2 expect none. */
export function listOf(name: string, list: readonly unknown[]): Readonly<Record<string, unknown>> {
  return list.length === 0 ? {} : { [name]: list };
}
