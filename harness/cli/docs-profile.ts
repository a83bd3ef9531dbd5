import { ICS_ITEMS } from '#profile/applicability.js';
import { profileSchemaJson } from '#profile/schema.js';
import { document, table } from './docs-table.js';

type Schema = ReturnType<typeof profileSchemaJson>;

/** One line of the table: a setting that holds a value, not others. */
export interface ProfileField {
  /** `ixit.limits.startMs`, `waivers[].rule`; of a DUT the bench starts: `ixit.dut.uuid (wpa_supplicant)`. */
  readonly path: string;
  readonly values: string;
  /** `required`, the default, or empty for what may be left out. */
  readonly absent: string;
  readonly meaning: string;
}

/** A profile that is right, for a reader to begin with. */
export const EXAMPLE_PROFILE = `version: 1
device:
  name: Example Printer 3000
  manufacturer: Example
  model: '3000'
  firmware: 2.1.7
ics:
  transports: [dpws]
  wscVersion: '2.0'
  methods: [pin, pbc]
  display: true
  keypad: true
  pushButton: true
  label: false
  pinKind: dynamic
ixit:
  bench: radio
  method: pin
  pin: '12345670'
  mac: '02:00:00:00:00:01'
  identities:
    dpws: 'urn:uuid:0b7a5d1e-30c4-4b52-9d0f-6a1c2e3f4a5b'
  sessions: 5
  limits: { startMs: 60000 }
  operator:
    attended: true
  radio:
    ap: wlan0
    monitor: wlan1
    channel: 6
    country: DE
waivers:
  - rule: RVP-MEX-014
    reason: The metadata is in the ROM of this model
    owner: Firmware team
    expires: 2027-01-31
`;

const ABOUT = `A profile is a page of YAML that says what a device is able to do (ICS), and what one must know to test it (IXIT).
\`rally-conformance profile new --from capture.pcapng\` proposes one, \`profile check my.yaml\` names every mistake with line,
reason and remedy, and \`profile check my.yaml --from <run or capture>\` holds it against an M1 of the device and against what
was found of it on its network. \`run\` does the same before anything is started: mistakes end it with exit code 4, warnings
are printed. Editors can use [profile.schema.json](profile.schema.json).`;

const KEPT = `The profile without its PIN is part of every bundle (\`run.json\`) and of the statement; its digest (SHA-256 of its
canonical JSON, without the PIN) stands in the verdicts, the statement, the seal and the environment of the Allure report.`;

const APPLICABILITY = `A rule may apply only to some devices. It says so in an expression over these items, joined by \`and\`,
\`or\`, \`not\` and parentheses, e.g. \`dpws or secure-dpws\`; \`explain <rule>\` and [rules.md](rules.md) show it. What a profile
leaves open rules nothing out: the rule is judged, or says that nobody told it.`;

/** The page that says what can stand in a profile. */
export function profilePage(): string {
  const fields = profileFields().map(({ path, values, absent, meaning }) => [`\`${path}\``, values, absent, meaning]);
  const items = [...ICS_ITEMS].map(([name, { field, meaning }]) => [`\`${name}\``, `\`${field}\``, meaning]);
  return document('The profile of a device', [
    ABOUT,
    KEPT,
    '## An example',
    `\`\`\`yaml\n${EXAMPLE_PROFILE}\`\`\``,
    '## Every setting',
    'Waivers are told of in [waivers.md](waivers.md), answers of an operator in [operator.md](operator.md). What is required is so within its part.',
    table([['setting', 'values', 'when left out', 'meaning'], ...fields]),
    '## To which devices a rule applies',
    APPLICABILITY,
    table([['item', 'from', 'yes means'], ...items]),
  ]);
}

/** Every setting, in the order of the schema. */
export function profileFields(): ProfileField[] {
  return membersOf(profileSchemaJson(), '');
}

function membersOf(schema: Schema, prefix: string, suffix = ''): ProfileField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    if (typeof member !== 'object') return [];
    const isRequired = schema.required?.includes(name) === true;
    return fieldsOf(member, prefix === '' ? name : `${prefix}.${name}`, suffix, isRequired);
  });
}

function fieldsOf(schema: Schema, path: string, suffix: string, isRequired: boolean): ProfileField[] {
  const kinds = (schema.oneOf ?? schema.anyOf ?? []).filter((kind) => typeof kind === 'object');
  if (kinds.length > 0) return kinds.flatMap((kind) => membersOf(kind, path, ` (${kindName(kind)})`));
  if (schema.properties !== undefined) return membersOf(schema, path, suffix);
  const { items } = schema;
  if (typeof items === 'object' && !Array.isArray(items) && items.properties !== undefined)
    return membersOf(items, `${path}[]`, suffix);
  return [
    {
      path: `${path}${suffix}`,
      values: valuesText(schema),
      absent: isRequired ? 'required' : defaultText(schema.default),
      meaning: schema.description ?? '',
    },
  ];
}

/** What tells the kinds of a map from each other. */
function kindName({ properties }: Schema): string {
  const kind = properties?.['kind'] ?? properties?.['by'];
  return typeof kind === 'object' && typeof kind.const === 'string' ? kind.const : '';
}

function valuesText(schema: Schema): string {
  const { type, enum: values, const: only, minimum, maximum, items } = schema;
  if (only !== undefined) return String(only);
  if (values !== undefined) return values.map(String).join(', ');
  if (type === 'array') return `list of ${typeof items === 'object' && !Array.isArray(items) ? valuesText(items) : ''}`;
  if (type === 'integer') return `${String(minimum)} to ${String(maximum)}`;
  if (type === 'boolean') return 'true, false';
  return 'text';
}

function defaultText(value: unknown): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? `[${value.join(', ')}]` : JSON.stringify(value);
}
