import { Command, CommanderError, Option } from 'commander';
import { EXIT } from '#base/error-codes.js';
import { RallyError } from '#base/error.js';
import type { CompareOptions } from './compare.js';
import type { DissectCommandOptions } from './dissect.js';
import type { DoctorOptions } from './doctor.js';
import { reportFailure } from './failure.js';
import type { JudgeCommandOptions } from './judge.js';
import type { ListOptions } from './list.js';
import type { ProfileCheckOptions, ProfileNewOptions } from './profile.js';
import { manyOf, singleOf, type RunCommandOptions } from './run-options.js';
import type { SealOptions } from './seal.js';
import type { SummaryFileOptions } from './summary-files.js';
import { processTerminal, type Terminal } from './terminal.js';
import type { VerifyOptions } from './verify.js';
import { tool } from './version.js';

const ABOUT = `Conformance suite for Windows Rally Vertical Pairing devices.
Not affiliated with Microsoft or the Wi-Fi Alliance; its result is no certification.`;

const EXIT_CODES = `
Exit codes: ${EXIT.passed} the scope passed, ${EXIT.failed} a rule failed, ${EXIT.incomplete} incomplete, ${EXIT.broken} bench or tool error, ${EXIT.usage} bad usage or configuration, ${EXIT.aborted} aborted`;

/** Run one command line, without the program's name. Prints errors itself; returns the exit code. */
export async function commandLine(args: readonly string[]): Promise<number> {
  const state = { exitCode: EXIT.passed as number, color: true };
  const terminal = (): Terminal => processTerminal(state.color);
  const program = buildProgram(terminal, (code) => {
    state.exitCode = code;
  });
  program.on('option:no-color', () => {
    state.color = false;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return state.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFailure(error, terminal());
    // Help and version that were asked for, or help because nothing was asked for.
    if (error.exitCode === 0) return EXIT.passed;
    return error.code === 'commander.help' ? EXIT.usage : reportFailure(usageError(error), terminal());
  }
}

/** The commands and their options. Each command's code is loaded only when it is called. */
function buildProgram(terminal: () => Terminal, finish: (exitCode: number) => void): Command {
  const { name, version } = tool();
  const program = new Command(name)
    .description(ABOUT)
    .version(version)
    .option('--no-color', 'never use colour')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal().out(text),
      writeErr: (text) => terminal().err(text),
      outputError: () => undefined,
    });

  judging(program.command('run').description('drive the device, record evidence, judge it, write reports'))
    .option(
      '-p, --profile <file>',
      'profile of the device (but for a reference device); one each of several',
      repeat,
      [],
    )
    .addOption(
      new Option('--bench <name>', 'by what the device is reached (default: wired)').choices([
        'wired',
        'radio',
        'loopback',
      ]),
    )
    .option(
      '--device <model>',
      'reference device of the loopback bench, e.g. dpws-printer; one each of several',
      repeat,
      [],
    )
    .option('--fault <ids>', 'what the reference device does wrong (docs/faults.md); repeatable', collect, [])
    .option('--seed <number>', 'which device of the model it is, and all it draws at random')
    .option('--sessions <number>', 'registrations the reference device goes through (default: 2)')
    .addOption(
      new Option(
        '--place <name>',
        "where the bench's processes run (default: here for a real device, else sandbox or vm)",
      ).choices(['sandbox', 'vm', 'here']),
    )
    .option('-o, --out <folder>', 'run folder (default: runs/<device>-<time>)')
    .option('--summary <file>', 'write a summary in Markdown too, e.g. for a comment on a change')
    .option('--badge <file>', 'write the JSON of a badge too, in the endpoint form of shields')
    .option('--no-html', 'leave out the Allure page, which takes Java some seconds')
    .option('--campaign', 'give the device each stimulus that a rule needs, with an ordinary exchange after it')
    .option('--golden <device>', 'profile of a device known to be good (loopback: a model): it registers first')
    .option('--resume <run-folder>', 'go on with a run that was cut; whole parts are kept')
    .addOption(
      new Option('--rerun <what>', 'record again what the rules of a run need that failed').choices(['failed']),
    )
    .argument('[run-folder]', 'with --rerun: the run')
    .option(
      '--history <folder>',
      'show trends over the runs whose reports left their history there, and leave this one',
    )
    .option('--dry-run', 'list the rules that would be judged, and touch nothing')
    .action(async (folder: string | undefined, options: RunCommandOptions, command: Command) => {
      const many = manyOf(options, command);
      if (many !== null && folder === undefined)
        finish(await (await import('./run-many.js')).runMany(many, terminal()));
      else finish(await (await import('./run.js')).run(singleOf(options), terminal(), folder));
    });

  judging(program.command('judge').description('judge recorded evidence: run folders, bundles or captures'))
    .argument('<evidence...>', 'run folders, bundles or captures; - for a capture on standard input')
    .option('-p, --profile <file>', 'profile of the device (default: the one in the bundle)')
    .option('--keys <file>', 'keys that open M5, M7 and M8, and the PIN (default: those of the bundle)')
    .option('--junit <file>', 'write one JUnit file of all devices')
    .option('-o, --out <folder>', 'write the record and the reports to this folder (one piece of evidence only)')
    .action(async (paths: string[], options: JudgeCommandOptions) =>
      finish(await (await import('./judge.js')).judgeEvidence(paths, options, terminal())),
    );

  selecting(program.command('list').description('list the rules'))
    .option('--json', 'as JSON')
    .action(async (options: ListOptions) => finish((await import('./list.js')).list(options, terminal())));

  program
    .command('explain')
    .description('say all that is known of a rule')
    .argument('<rule>', 'id, e.g. RVP-TUU-02')
    .action(async (id: string) => finish((await import('./explain.js')).explain(id, terminal())));

  program
    .command('dissect')
    .description('show frames layer by layer, with offsets and what is wrong')
    .argument('[input]', 'capture, run folder, bundle, or one frame in hex (default: standard input)')
    .option('--as <layer>', 'what a frame in hex begins with: a link type, eapol or wsc', 'ethernet')
    .option('--message <names>', 'frames of these messages only, e.g. M1; repeatable', collect, [])
    .option('--frame <numbers>', 'these frames only; repeatable', collect, [])
    .option('--keys <file>', 'keys that open Encrypted Settings (default: those of the bundle)')
    .option('--secrets', 'show what is secret too')
    .option('--json', 'as JSON')
    .action(async (input: string | undefined, options: DissectCommandOptions) => {
      const { stdin } = process;
      // Nobody means to type a frame: without an input, a terminal is none.
      const source = input === undefined && stdin.isTTY ? [] : stdin;
      finish(await (await import('./dissect.js')).dissect(input, options, terminal(), source));
    });

  const profile = program.command('profile').description('write or check the profile of a device');
  profile
    .command('new')
    .description('a commented profile from an M1 that was seen')
    .requiredOption('--from <evidence>', 'capture, run folder or bundle')
    .option('--mac <address>', 'the device, where there are several')
    .option('-o, --out <file>', 'write it here (default: standard output)')
    .action(async (options: ProfileNewOptions) =>
      finish(await (await import('./profile.js')).newProfile(options, terminal())),
    );
  profile
    .command('check')
    .description('name every mistake in a profile')
    .argument('<file>', 'profile')
    .option('--from <evidence>', 'hold it against an M1 of the device: capture, run folder or bundle')
    .option('--mac <address>', 'the device, where there are several')
    .action(async (file: string, options: ProfileCheckOptions) =>
      finish(await (await import('./profile.js')).checkProfileFile(file, options, terminal())),
    );

  program
    .command('doctor')
    .description('say what is missing on this machine')
    .option('-p, --profile <file>', 'look also at what this profile needs')
    .option('--json', 'as JSON')
    .action(async (options: DoctorOptions) => finish(await (await import('./doctor.js')).doctor(options, terminal())));

  program
    .command('report')
    .description('write the reports of a run again')
    .argument('<run-folder>', 'folder of a run')
    .option('--summary <file>', 'write a summary in Markdown too, e.g. for a comment on a change')
    .option('--badge <file>', 'write the JSON of a badge too, in the endpoint form of shields')
    .option(
      '--history <folder>',
      'show trends over the runs whose reports left their history there, and leave this one',
    )
    .action(async (folder: string, options: SummaryFileOptions) =>
      finish(await (await import('./report.js')).report(folder, options, terminal())),
    );

  program
    .command('compare')
    .description('say what changed from one run to a later one; exit 1 when a rule got worse')
    .argument('<before>', 'folder of the earlier run, or its record.json')
    .argument('<after>', 'folder of the later run, or its record.json')
    .option('--json', 'as JSON')
    .option('--html <file>', 'write a page of its own')
    .action(async (before: string, after: string, options: CompareOptions) =>
      finish(await (await import('./compare.js')).compare(before, after, options, terminal())),
    );

  program
    .command('redact')
    .description('take keys, PIN and network key out of a run, for good, before it is handed on')
    .argument('<run-folder>', 'folder of a run, or a bundle')
    .action(async (folder: string) => finish(await (await import('./redact.js')).redact(folder, terminal())));

  program
    .command('seal')
    .description('write the digest of every file of a run into a manifest, and sign it')
    .argument('<run-folder>', 'folder of a run')
    .option('--key <file>', 'private Ed25519 key in PEM to sign with')
    .action(async (folder: string, options: SealOptions) =>
      finish(await (await import('./seal.js')).seal(folder, options, terminal())),
    );

  program
    .command('verify')
    .description('say whether a sealed run is what was sealed, and whether its verdicts follow from its evidence')
    .argument('<run-folder>', 'folder of a sealed run')
    .option('--key <file>', 'public Ed25519 key in PEM that must have signed it')
    .option('-p, --profile <file>', 'profile it was judged with, where that is not the one in its bundle')
    .option('--json', 'as JSON')
    .action(async (folder: string, options: VerifyOptions) =>
      finish(await (await import('./verify.js')).verify(folder, options, terminal())),
    );

  return program;
}

function judging(command: Command): Command {
  return selecting(command)
    .option('--scope <name>', 'scope that is judged (default: what the evidence can show)')
    .option('--strict', 'a SHOULD that does not hold fails')
    .option('--json', 'print verdicts.json instead of the summary');
}

function selecting(command: Command): Command {
  return command.option('--select <patterns>', 'rules by id, area or clause; * for any text; repeatable', collect, []);
}

/** Once more, as it is. */
function repeat(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** A list with commas, joined to what was given before. */
function collect(value: string, before: readonly string[]): string[] {
  return [...before, ...value.split(',').filter((item) => item !== '')];
}

/** What commander found wrong, as an error of ours. */
function usageError(error: CommanderError): RallyError {
  const [problem = '', hint] = error.message.replace(/^error: /, '').split('\n');
  const remedy = hint === undefined ? undefined : hint.replace(/^\((.*)\)$/, '$1');
  return new RallyError('ERR_USAGE', problem, remedy === undefined ? {} : { remedy });
}
