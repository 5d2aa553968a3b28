/* `npm run build`: build every package in the order of its dependencies. */
import { build, requireNode } from './lib/setup.mjs';

requireNode();
await build();
