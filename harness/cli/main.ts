#!/usr/bin/env node
import { commandLine } from './program.js';

/** Something that should have ended keeps the process alive: it is given this long. */
const LINGER_MS = 2000;

// A reader that went away (`| head`) is no fault of the run: what it did not read is dropped.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const exitCode = await commandLine(process.argv.slice(2));
process.exitCode = exitCode;
setTimeout(() => process.exit(exitCode), LINGER_MS).unref();
