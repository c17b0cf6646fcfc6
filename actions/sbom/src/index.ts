import { runAction } from '@artifact-lifecycle/core/action';
import { sbom } from './inputs.ts';
import { main } from './main.ts';
import { keepYoungHeapSmall } from './memory.ts';

keepYoungHeapSmall();
await runAction(sbom, main);
