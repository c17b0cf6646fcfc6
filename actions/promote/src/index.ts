import { runAction } from '@artifact-lifecycle/core/action';
import { promote } from './inputs.ts';
import { main } from './main.ts';

await runAction(promote, main);
