/** A CVE id: numbers have four digits or more (cve.org, "CVE ID Syntax"). */
const CVE = /^CVE-\d{4}-\d{4,19}$/;

/** Whether a name is a CVE's. */
export function isCve(name: string): boolean {
  return CVE.test(name);
}
