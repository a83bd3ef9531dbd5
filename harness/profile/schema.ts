import { z } from 'zod';
import { controlSchema } from './control.js';
import type { QuestionId } from './questions.js';
import { waiversSchema } from './waiver-schema.js';

/**
 * The profile of a DUT: what its vendor declares (ICS) and what one must know to test it (IXIT). The messages given to
 * a form are its remedy.
 */

const PROFILE_VERSION = 1;

/** A line of text as a device would show it. */
const text = z
  .string()
  .min(1)
  .regex(/^\P{Cc}*$/u, 'Write it on one line, without control characters.');

const uuid = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    'Write 32 lower-case hex digits as 8-4-4-4-12.',
  );

const transport = z.enum(['none', 'dpws', 'upnp', 'secure-dpws']);
const method = z.enum(['pin', 'pbc']);

const interfaceName = z
  .string()
  .regex(/^[^\s/]{1,15}$/, 'Write the name of a network interface: 1 to 15 characters, no blank, no slash.');

const macAddress = z
  .string()
  .regex(/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/, 'Write six lower-case hex bytes with colons: 02:00:00:00:00:01.');

/** wpa_supplicant as DUT: behind a veth pair in the sandbox, or with an adapter of its own. */
const wpaSupplicant = z.strictObject({
  kind: z.literal('wpa_supplicant').describe('A wpa_supplicant with WPS'),
  uuid: uuid.describe('Its UUID-E'),
  deviceName: text.describe('Device Name in M1'),
  manufacturer: text.describe('Manufacturer in M1'),
  modelName: text.describe('Model Name in M1'),
  modelNumber: text.describe('Model Number in M1'),
  serialNumber: text.describe('Serial Number in M1'),
  deviceType: z
    .string()
    .regex(/^\d{1,5}-[0-9A-Fa-f]{8}-\d{1,5}$/, 'Write category, OUI with its last byte, and subcategory: 3-0050F204-1.')
    .describe('Primary Device Type, e.g. 3-0050F204-1'),
  configMethods: z
    .array(z.string().regex(/^[a-z0-9_]+$/, 'Write the name as wpa_supplicant spells it, e.g. virtual_display.'))
    .min(1)
    .default(['virtual_display', 'virtual_push_button', 'keypad'])
    .describe('Its Config Methods, as wpa_supplicant spells them'),
  vendorExtensionM1: z
    .string()
    .regex(
      /^(?:[0-9a-fA-F]{2}){1,1024}$/,
      'Write 1 to 1024 bytes in hex, two digits each, without blanks, beginning with the vendor id: 000137...',
    )
    .describe('Whole value of one vendor extension of M1, hex beginning with its vendor id; absent: none is sent')
    .exactOptional(),
  fragmentBytes: z.int().min(1).max(65535).describe('EAP-WSC fragment size of the DUT, bytes').exactOptional(),
  interface: interfaceName
    .describe('Radio bench: the Wi-Fi adapter it gets, moved to a namespace of its own')
    .exactOptional(),
});

/** A reference device with an adapter of its own: it registers by wpa_supplicant, and is found on the network it joins. */
const reference = z.strictObject({
  kind: z.literal('reference').describe('A reference device'),
  model: text.describe('Reference model, e.g. dpws-printer'),
  seed: z.int().min(0).max(0xffff_ffff).default(1).describe('Which device of the model'),
  faults: z.array(text).default([]).describe('Ids of its faults'),
  interface: interfaceName.describe('Radio bench: the Wi-Fi adapter it gets').exactOptional(),
});

/** Wi-Fi adapters of the radio bench. */
const radio = z.strictObject({
  ap: interfaceName.describe('Interface the access point runs on; left out with observe').exactOptional(),
  observe: z
    .strictObject({ bssid: macAddress.describe('Address of the access point whose WPS is watched') })
    .describe('Only listen while an access point of somebody else registers the device')
    .exactOptional(),
  monitor: interfaceName.describe(
    'Interface the air is captured on: a second adapter, or a new name for a monitor beside the access point',
  ),
  channel: z.int().min(1).max(177).default(6).describe('Channel of the access point, 20 MHz'),
  band: z.enum(['2.4', '5']).default('2.4').describe('GHz'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'Write the two capital letters of the country, e.g. DE.')
    .describe('Whose radio rules hold')
    .exactOptional(),
  joinMs: z
    .int()
    .min(1)
    .max(3_600_000)
    .default(60_000)
    .describe('From WSC_Done until the device has joined the network and has an address'),
});

const recordedAnswer = z.strictObject({
  answer: z.enum(['yes', 'no']).describe('What was seen: yes is as it should be'),
  evidence: text.describe('What it rests on, e.g. the name of a photo, its date and who took it'),
});

/** The person beside the device: whether there is one, and what one has answered before. */
const operator = z.strictObject({
  attended: z.boolean().default(false).describe('A person sits beside the device and can be asked'),
  answers: z
    .strictObject({
      'display-shows-pin': recordedAnswer.exactOptional(),
      'display-pin-is-dynamic': recordedAnswer.exactOptional(),
      'label-has-pin': recordedAnswer.exactOptional(),
      'label-pin-is-marked': recordedAnswer.exactOptional(),
    } satisfies Record<QuestionId, unknown>)
    .prefault({})
    .describe('Answers given before, by question; these questions are not asked again'),
});

export const profileSchema = z.strictObject({
  version: z.literal(PROFILE_VERSION).describe('Version of this form'),
  device: z.strictObject({
    name: text.describe('What reports call it'),
    manufacturer: text.describe('Who makes it').exactOptional(),
    model: text.describe('Its model').exactOptional(),
    firmware: text.describe('Firmware that is tested; stands in every report').exactOptional(),
  }),
  ics: z.strictObject({
    transports: z.array(transport).min(1).describe('Transports it pairs by; [none] for a device that does not pair'),
    wscVersion: z.enum(['1.0', '2.0']).default('2.0').describe('Wi-Fi Simple Configuration it implements'),
    methods: z.array(method).min(1).describe('How it can be registered: by PIN, by push button'),
    display: z.boolean().describe('It has a display that can show 4 or 8 digits').exactOptional(),
    keypad: z.boolean().describe('Digits can be typed into it').exactOptional(),
    pushButton: z.boolean().describe('It has a push button for WPS, physical or virtual').exactOptional(),
    label: z.boolean().describe('It has a label with its PIN').exactOptional(),
    pinKind: z
      .enum(['dynamic', 'label'])
      .describe('Where its PIN comes from: made up anew and shown, or printed on its label')
      .exactOptional(),
    wifiDirectPrinting: z.boolean().describe('It pairs for Wi-Fi Direct printing too').exactOptional(),
  }),
  ixit: z.strictObject({
    bench: z.enum(['wired', 'radio']).describe('Bench the profile is written for; run --bench chooses').exactOptional(),
    method: method.describe('How it is registered in a run'),
    methods: z
      .array(method)
      .min(1)
      .describe('On the radio bench: the method of each session, in turn; default: method in every one')
      .exactOptional(),
    pin: z
      .string()
      .regex(/^(?:\d{4}|\d{8})$/, 'Write 4 or 8 digits, in quotes.')
      .describe('ASCII digits; never in a report')
      .exactOptional(),
    mac: macAddress.describe('Its Wi-Fi address, where that is known beforehand').exactOptional(),
    identities: z
      .strictObject({
        upnp: text.describe('By UPnP: uuid: and 36 characters').exactOptional(),
        dpws: text.describe('By DPWS: urn:uuid: and 36 characters').exactOptional(),
      })
      .describe('Identities the device is known to have on the network, exactly as it sends them')
      .exactOptional(),
    sessions: z.int().min(1).max(1000).default(2).describe('WPS registrations in one run'),
    limits: z
      .strictObject({
        startMs: z.int().min(1).max(3_600_000).default(30_000).describe('Until the device begins a session'),
        sessionMs: z.int().min(1).max(3_600_000).default(120_000).describe('Until a session is over'),
        discoveryMs: z
          .int()
          .min(1)
          .max(3_600_000)
          .default(30_000)
          .describe('Radio bench: from its first address until the device is found on the network'),
        refreshMs: z
          .int()
          .min(0)
          .max(7_200_000)
          .default(0)
          .describe('Radio bench: wait this much longer for its announcements to be refreshed; 0: not'),
        answerMs: z
          .int()
          .min(1)
          .max(3_600_000)
          .default(60_000)
          .describe('Until a question to the operator is answered'),
      })
      .prefault({}),
    operator: operator.describe('The person beside the device').exactOptional(),
    control: controlSchema.describe('How the bench handles the device where no person does').exactOptional(),
    interface: interfaceName
      .describe("A real Ethernet port the DUT's wired supplicant is on (place here)")
      .exactOptional(),
    radio: radio.describe('The adapters of the radio bench').exactOptional(),
    dut: z
      .discriminatedUnion('kind', [wpaSupplicant, reference])
      .describe('A DUT the bench starts itself')
      .exactOptional(),
  }),
  waivers: waiversSchema.exactOptional(),
});

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

export type Profile = DeepReadonly<z.output<typeof profileSchema>>;
export type ProfileTransport = Profile['ics']['transports'][number];
export type OwnDut = NonNullable<Profile['ixit']['dut']>;
export type WpaSupplicantDut = Extract<OwnDut, { kind: 'wpa_supplicant' }>;
export type ReferenceDut = Extract<OwnDut, { kind: 'reference' }>;
export type Operator = NonNullable<Profile['ixit']['operator']>;
export type RecordedAnswer = NonNullable<Operator['answers'][QuestionId]>;
export type RadioAdapters = NonNullable<Profile['ixit']['radio']>;

/** JSON schema of a profile as a person writes it: what has a default may be left out. */
export function profileSchemaJson(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(profileSchema, { io: 'input' });
}
