import { runAction } from '@artifact-lifecycle/core/action';
import { tag } from './inputs.ts';
import { main } from './main.ts';

await runAction(tag, main);
