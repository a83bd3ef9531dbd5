/** Exit codes of the command line (docs: exit codes). */
export const EXIT = { passed: 0, failed: 1, incomplete: 2, broken: 3, usage: 4, aborted: 130 } as const;

export interface ErrorCodeInfo {
  /** What happened, in general. */
  readonly summary: string;
  /** Default remedy; the place that throws may give a more exact one. */
  readonly remedy: string;
  /** Exit code of a command that ends with this error. */
  readonly exit: 3 | 4 | 130;
}

const code = (exit: ErrorCodeInfo['exit'], summary: string, remedy: string): ErrorCodeInfo => ({
  summary,
  remedy,
  exit,
});

/** Every error code, once. docs/errors.md is generated from this table. */
export const ERROR_CODES = {
  ERR_USAGE: code(4, 'The command line is not understood.', 'See rally-conformance --help.'),
  ERR_NOTHING_SELECTED: code(
    4,
    'The selection matches no rule.',
    'See rally-conformance list for the ids, areas and clauses.',
  ),
  ERR_PROFILE_SYNTAX: code(4, 'The profile is not readable YAML.', 'Repair the line that is named.'),
  ERR_PROFILE_INVALID: code(4, 'The profile has a wrong key, type or value.', 'Repair the path that is named.'),
  ERR_FILE_UNREADABLE: code(4, 'A file cannot be read.', 'Check the path and its permissions.'),
  ERR_CAPTURE_FORMAT: code(
    4,
    'The file is not a capture this tool can read.',
    'Save it as pcap or pcapng, not compressed.',
  ),
  ERR_LINK_TYPE: code(
    4,
    'The capture has a link type this tool does not know.',
    'Capture Ethernet, Linux cooked, 802.11 or 802.11 with radiotap.',
  ),
  ERR_BUNDLE_FORMAT: code(
    4,
    'The folder is not an evidence bundle of a version this tool knows.',
    'Use the version of the tool that recorded it, or a newer one.',
  ),
  ERR_BUNDLE_DAMAGED: code(
    4,
    'A part of the evidence bundle is missing or does not match its digest.',
    'Take the bundle from its source again.',
  ),
  ERR_NO_EVIDENCE: code(
    4,
    'The capture holds nothing that can be judged.',
    'Capture a whole pairing on the channel it happens on, from its first EAPOL frame.',
  ),
  ERR_KEYS_INVALID: code(
    4,
    'The keys file cannot be used.',
    'Give our DH private value, or AuthKey and KeyWrapKey, in hex.',
  ),
  ERR_OUTPUT_EXISTS: code(
    4,
    'The output folder holds something that is not a run of this tool.',
    'Name another folder with --out.',
  ),
  ERR_NOT_RESUMABLE: code(
    4,
    'The folder holds no run that can be taken up again.',
    'Begin a new run with rally-conformance run.',
  ),
  ERR_RESUME_DIFFERS: code(
    4,
    'A run cannot be taken up again with another device, profile, scope, selection or tool than it was begun with.',
    'Give the options and the profile the run was begun with, or begin a new run.',
  ),
  ERR_RUN_BUSY: code(
    4,
    'Another process is recording into the run folder.',
    'Wait until it has ended, or end it with Ctrl-C.',
  ),
  ERR_NOTHING_TO_REPEAT: code(
    4,
    'No rule of the run failed or was left open.',
    'The run needs no repeat; begin a new run to see the device again.',
  ),
  ERR_SEAL_FORMAT: code(
    4,
    'The run is not sealed, or its manifest cannot be read.',
    'Seal the run with rally-conformance seal, or take it from its source again.',
  ),
  ERR_NOT_SEALABLE: code(
    4,
    'The run folder holds something a seal cannot vouch for.',
    'Take out what is named, and seal the run again.',
  ),
  ERR_SIGNING_KEY: code(
    4,
    'A key to sign or to verify a seal with cannot be used.',
    'Give an Ed25519 key in PEM: openssl genpkey -algorithm ed25519 -out key.pem.',
  ),
  ERR_SETUP: code(
    3,
    'Set-up could not make this machine ready.',
    'See the output of npm, tsc or apt-get above the message.',
  ),
  ERR_PROGRAM_MISSING: code(
    3,
    'A program the bench needs is not installed.',
    'Run node harness/setup/setup.js, or install the package that is named.',
  ),
  ERR_NAMESPACES_OFF: code(
    3,
    'The kernel does not let this user make namespaces.',
    'Run as root, or switch on unprivileged user namespaces (rally-conformance doctor names the setting).',
  ),
  ERR_PRIVILEGE: code(
    3,
    'The operation needs a privilege this process does not have.',
    'Run as root, or use the sandbox place.',
  ),
  ERR_INTERFACE: code(
    3,
    'A network interface is missing, vanished or refused.',
    'Check the interface named in the profile with rally-conformance doctor.',
  ),
  ERR_SOCKET: code(3, 'A system call on a socket failed.', 'See the system error in the message.'),
  ERR_NATIVE_MODULE: code(
    3,
    'The native module for packet sockets cannot be loaded.',
    'Run npm ci again on this machine.',
  ),
  ERR_DAEMON: code(3, 'A helper program of the bench ended or did not get ready.', 'See its log in the bundle folder.'),
  ERR_TIMEOUT: code(
    3,
    'The bench did not reach a state within its limit.',
    'See the step that is named and the log in the bundle folder.',
  ),
  ERR_OVERLAP: code(
    3,
    'Several devices are in push-button mode, and the profile does not say which is to be registered.',
    'Name the address of the device in ixit.mac, or wait two minutes after the last button was pushed.',
  ),
  ERR_CONTROL_PORT: code(
    3,
    'The serial console of the device cannot be used, or is gone.',
    'Check cable, path and permissions of ixit.control.console with rally-conformance doctor, and close whatever else uses it.',
  ),
  ERR_CONTROL_TIMEOUT: code(
    3,
    'What the control of the device waits for did not come in time.',
    'See logs/console.log in the bundle folder; correct the pattern, or raise the limitMs of the step.',
  ),
  ERR_CONTROL_FAILED: code(
    3,
    'The control of the device said that an action failed.',
    'See what it said in the message and the logs of the bundle folder.',
  ),
  ERR_CONTROL_PATTERN: code(
    3,
    'A regular expression of ixit.control does not come to an end.',
    'Write it without a repeat inside a repeat.',
  ),
  ERR_CONTROL_PIN: code(
    3,
    'What was read of the device is not a PIN.',
    'Correct the pattern: its group named pin has to hold the 4 or 8 digits, and nothing else.',
  ),
  ERR_CONTROL_OPERATOR: code(
    3,
    'The operator did not do what the run needs.',
    'Run it again when somebody attends, or let ixit.control do it without a person.',
  ),
  ERR_DISK: code(
    3,
    'Evidence or a report cannot be written.',
    'Free space on the disk, or name another folder with --out.',
  ),
  ERR_FAULT_SILENT: code(
    3,
    'A fault of the reference device changed nothing of what it sent.',
    'This is a defect of the tool: report it with the bundle.',
  ),
  ERR_BENCH_DIED: code(
    3,
    'The recording process of the bench ended before the scenario was over.',
    'See bench.log in the bundle folder; what was recorded can still be judged.',
  ),
  ERR_CLOCK_BACK: code(
    3,
    'The clock of the machine stands before the end of what was recorded.',
    'Set the clock right (timedatectl), and go on with run --resume.',
  ),
  ERR_GOLDEN_FAILED: code(
    3,
    'The device that is known to be good did not pass the health check of the bench.',
    'Look at the bench, not at the device: cables, adapters, channel, the golden device itself. Its evidence is in golden/.',
  ),
  ERR_JAVA_MISSING: code(
    3,
    'Java is not installed, so the Allure HTML was not written.',
    'Install a Java runtime (Debian: default-jre-headless) and run rally-conformance report on the run folder.',
  ),
  ERR_REPORT: code(
    3,
    'A report could not be generated.',
    'See the cause in the message; the other reports were written.',
  ),
  ERR_INTERNAL: code(3, 'The tool contradicted itself.', 'This is a defect of the tool: report it with the bundle.'),
  ERR_ABORTED: code(
    130,
    'The run was aborted.',
    'What was recorded until then can be judged: rally-conformance judge <run folder>.',
  ),
} as const satisfies Record<string, ErrorCodeInfo>;

export type ErrorCode = keyof typeof ERROR_CODES;
