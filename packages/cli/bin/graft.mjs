#!/usr/bin/env node
import * as nodeModule from 'node:module';

// Half of a short command's time is spent on compiling: from Node 22 on, what was compiled is kept for the next one.
nodeModule.enableCompileCache?.();
const { main } = await import('../dist/main.js');

process.exitCode = await main(process.argv.slice(2));
