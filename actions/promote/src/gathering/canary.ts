import { resolve } from 'node:path';
import { readBoundedFile } from '@artifact-lifecycle/core';
import {
  createPrometheus,
  gatherCanary as gatherSeries,
  judgeCanary,
  MAX_POINTS_FILE_BYTES,
} from '@artifact-lifecycle/gates';
import type { Gatherer } from './scene.ts';

/** Gate `canary`: the points of both sides, from Prometheus or files. */
export const gatherCanary: Gatherer<'canary'> = async (settings, { desk, onCanary }) => {
  const { clock, signal, workspace } = desk.context;
  const evidence = await gatherSeries(
    settings,
    {
      prometheus: (address) => createPrometheus(desk.http, address),
      readFile: (path) =>
        readBoundedFile(
          resolve(workspace, path),
          MAX_POINTS_FILE_BYTES,
          `The points in ${JSON.stringify(path)}`,
        ),
    },
    clock,
    signal,
  );
  const verdict = judgeCanary(settings, evidence);
  if (verdict.canary !== null) onCanary(verdict.canary);
  const { canary: _, ...rest } = verdict;
  return rest;
};
