import { runAction } from '@artifact-lifecycle/core/action';
import { cleanup } from './inputs.ts';
import { main } from './main.ts';

await runAction(cleanup, main);
