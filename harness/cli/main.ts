#!/usr/bin/env node
import { EXIT } from '#base/error-codes.js';
import { reportFailure } from './failure.js';
import { commandLine } from './program.js';
import { processTerminal } from './terminal.js';

/** Something that should have ended keeps the process alive: it is given this long. */
const LINGER_MS = 2000;

// A reader that went away (`| head`, a terminal that was closed) is no fault of the run: what it did not read is dropped.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}
// Node would exit with 1, which means that a rule failed.
process.on('uncaughtException', (error) => process.exit(reportFailure(error, processTerminal(false))));
process.exitCode = EXIT.broken;

const exitCode = await commandLine(process.argv.slice(2));
process.exitCode = exitCode;
setTimeout(() => process.exit(exitCode), LINGER_MS).unref();
