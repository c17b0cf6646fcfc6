import { proveCases } from './prove-cases.ts';

proveCases(16, 25);
