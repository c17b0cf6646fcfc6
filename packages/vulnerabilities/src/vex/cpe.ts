/**
 * Whether a CPE of a document means the platform of a subject's: vendor and product are equal, and the version of the
 * first begins the second's (`…:enterprise_linux:9` means `9.4`). Part and edition are not compared: a document speaks
 * of repositories (`cpe:/a:redhat:enterprise_linux:9::appstream`), os-release of the system (`cpe:/o:…::baseos`).
 */
export function meansSamePlatform(pattern: string, cpe: string): boolean {
  const [meant, found] = [partsOf(pattern), partsOf(cpe)];
  if (meant === undefined || found === undefined) return false;
  if (meant.vendor !== found.vendor || meant.product !== found.product) return false;
  return (
    meant.version === '' || meant.version === found.version || found.version.startsWith(`${meant.version}.`)
  );
}

/** Reads both bindings, `cpe:/o:vendor:product:version` and `cpe:2.3:o:vendor:product:version` (NISTIR 7695, 6). */
function partsOf(
  cpe: string,
): { readonly vendor: string; readonly product: string; readonly version: string } | undefined {
  const fields = cpe
    .toLowerCase()
    .replace(/^cpe:(?:\/|2\.3:)/, '')
    .split(':');
  const [, vendor = '', product = '', version = ''] = fields;
  if (vendor === '' || product === '') return undefined;
  return { vendor, product, version: version === '*' || version === '-' ? '' : version };
}
