import { describe, expect, it } from '@jest/globals';
import { helmCharts } from '../../src/cataloguers/helm/helm-charts.ts';
import { catalogue } from '../support/files.ts';
import { edgesOf, namesOf, packageOf } from '../support/packages.ts';

const FILES = {
  'app/Chart.yaml': `
apiVersion: v2
name: app
version: 1.10.0
appVersion: 4.20
description: An app
home: https://app.example
sources: [https://github.com/acme/app]
maintainers: [{name: Ann, email: ann@example.com}]
annotations: {artifacthub.io/license: Apache-2.0}
dependencies:
  - {name: postgresql, version: ~12.1, repository: "https://charts.example"}
  - {name: common, version: 1.x.x, repository: "file://../common"}
  - {name: redis, version: 1.x.x, repository: "oci://r.example/charts"}
`,
  'app/Chart.lock': `
dependencies:
- name: postgresql
  repository: https://charts.example
  version: 12.1.9
- name: redis
  repository: oci://r.example/charts
  version: 17.0.1
digest: sha256:abc
`,
  'app/charts/redis/Chart.yaml': 'name: redis\nversion: 17.0.1\n',
  'common/Chart.yaml': 'name: common\nversion: 1.2.3\n',
};

describe('helm-charts', () => {
  it('lists charts and what they pin, in a directory', () => {
    const { packages, reports } = catalogue(helmCharts, FILES, { origin: 'directory' });
    expect(reports).toEqual([]);
    expect(namesOf(packages)).toEqual(['app@1.10.0', 'common@1.2.3', 'postgresql@12.1.9', 'redis@17.0.1']);
    expect(edgesOf(packages)).toEqual([
      'app@1.10.0 → common@1.2.3',
      'app@1.10.0 → postgresql@12.1.9',
      'app@1.10.0 → redis@17.0.1',
    ]);
    expect(packageOf(packages, 'app@1.10.0')).toMatchObject({
      type: 'helm',
      kind: 'application',
      completeness: 'complete',
      isDirect: true,
      licences: [{ text: 'Apache-2.0' }],
      properties: { 'helm.app-version': '4.20' },
      authors: [{ name: 'Ann', email: 'ann@example.com' }],
    });
    expect(packageOf(packages, 'redis@17.0.1')).toMatchObject({
      qualifiers: { repository_url: 'oci://r.example/charts' },
      isDirect: false,
    });
  });

  it('lists in an image only the charts that are there', () => {
    const { packages } = catalogue(helmCharts, FILES);
    expect(namesOf(packages)).toEqual(['app@1.10.0', 'common@1.2.3', 'redis@17.0.1']);
    expect(packageOf(packages, 'app@1.10.0').completeness).toBe('incomplete');
  });

  it('reads what Helm 2 wrote', () => {
    const { packages } = catalogue(
      helmCharts,
      {
        'Chart.yaml': 'name: old\nversion: 0.1.0\n',
        'requirements.yaml': 'dependencies: [{name: x, version: ">0", repository: "@alias"}]\n',
        'requirements.lock': 'dependencies: [{name: x, version: 0.2.0, repository: "@alias"}]\n',
      },
      { origin: 'directory' },
    );
    expect(edgesOf(packages)).toEqual(['old@0.1.0 → x@0.2.0']);
    expect(packageOf(packages, 'x@0.2.0').qualifiers).toEqual({});
  });

  it.each([
    { name: 'a template', content: 'name: {{ .Values.name }}\nversion: 1\n', reports: 0 },
    { name: 'what is no YAML', content: 'a: ]\n', reports: 1 },
    { name: 'another file of that name', content: 'kind: Chart\n', reports: 0 },
    { name: 'a list', content: '- name: a\n', reports: 0 },
    { name: 'a name with slashes', content: 'name: ../a\nversion: 1.0.0\n', reports: 0 },
  ])('lists no package for $name', ({ content, reports }) => {
    const found = catalogue(helmCharts, { 'x/Chart.yaml': content });
    expect([found.packages.length, found.reports.length]).toEqual([0, reports]);
  });
});
