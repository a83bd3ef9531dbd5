import { NAMESPACE } from './soap.js';
import { escapeXml } from './xml.js';

export type NamespaceKey = keyof typeof NAMESPACE;

export type SoapHeaderName = 'To' | 'Action' | 'MessageID' | 'RelatesTo' | 'ReplyTo' | 'AppSequence';

/** How an envelope is written, right or wrong on purpose. Texts named XML are put in as they are. */
export interface SoapWriting {
  /** Other namespaces than those of {@link NAMESPACE}, e.g. `NEWER_NAMESPACES`; actions follow `discovery`. */
  readonly namespaces?: Partial<Record<NamespaceKey, string>>;
  /** Other prefixes. */
  readonly prefixes?: Partial<Record<NamespaceKey, string>>;
  /** Prefixes that are used and not declared: the document is then not namespace-well-formed. */
  readonly undeclared?: readonly NamespaceKey[];
  readonly omitHeaders?: readonly SoapHeaderName[];
  /** Other texts of headers (of AppSequence: XML attributes). */
  readonly headers?: Partial<Record<SoapHeaderName, string>>;
  /** XML behind the headers, behind what the Body holds, and behind what the body's element holds. */
  readonly extraHeaders?: string;
  readonly extraBody?: string;
  readonly extraContent?: string;
  /** In front of the envelope; an XML declaration of UTF-8 unless given. */
  readonly prolog?: string;
}

/** Namespaces of DPWS 1.1 (2009/01) in place of those of 2006/02. */
export const NEWER_NAMESPACES: Partial<Record<NamespaceKey, string>> = {
  addressing: NAMESPACE.addressing10,
  discovery: NAMESPACE.discovery11,
  devprof: NAMESPACE.devprof11,
};

/** Text of the AppSequence header. */
export interface AppSequenceSource {
  readonly instanceId: number | string;
  readonly messageNumber: number | string;
  readonly sequenceId?: string;
}

/** What the headers of a message say; a header without value is not written. */
export interface SoapHeaders {
  readonly to?: string | undefined;
  readonly action: string;
  readonly messageId?: string | undefined;
  readonly relatesTo?: string | undefined;
  /** Address of ReplyTo. */
  readonly replyTo?: string | undefined;
  readonly appSequence?: AppSequenceSource | undefined;
}

const PREFIXES: Record<NamespaceKey, string> = {
  soap12: 'soap',
  soap11: 'soap11',
  addressing: 'wsa',
  addressing10: 'wsa10',
  discovery: 'wsd',
  devprof: 'wsdp',
  mex: 'wsx',
  transfer: 'wxf',
  discovery11: 'wsd11',
  devprof11: 'dpws',
  print: 'wprt',
  scan: 'wscn',
  pnpxUpnp: 'pnpxu',
  pnpxDpws: 'pnpx',
  deviceFoundation: 'df',
};

/** Writes one envelope: elements by namespace key, declared on the Envelope when they are used. */
export class SoapWriter {
  readonly #writing: SoapWriting;
  readonly #used = new Set<NamespaceKey>();

  constructor(writing: SoapWriting) {
    this.#writing = writing;
  }

  namespace(key: NamespaceKey): string {
    return this.#writing.namespaces?.[key] ?? NAMESPACE[key];
  }

  /** Address that stands for the other end of the connection. */
  get anonymous(): string {
    const addressing = this.namespace('addressing');
    return addressing === NAMESPACE.addressing10 ? `${addressing}/anonymous` : `${addressing}/role/anonymous`;
  }

  /** A name with its prefix. */
  name(key: NamespaceKey, local: string): string {
    this.#used.add(key);
    const prefix = this.#writing.prefixes?.[key] ?? PREFIXES[key];
    return prefix === '' ? local : `${prefix}:${local}`;
  }

  /** An element around `content`, which is XML; `attributes` with a blank in front. */
  element(key: NamespaceKey, local: string, content: string, attributes = ''): string {
    const name = this.name(key, local);
    return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
  }

  /** An element with a text; nothing for undefined or null. */
  text(key: NamespaceKey, local: string, text: string | number | null | undefined): string {
    return text === undefined || text === null ? '' : this.element(key, local, escapeXml(String(text)));
  }

  /** An element with a list of names: `{namespace}local`, or a text that is written as it is. */
  names(key: NamespaceKey, local: string, names: readonly string[]): string {
    const foreign: string[] = [];
    const written = names.map((name) => {
      if (!/^\{.*\}/s.test(name)) return name;
      const end = name.lastIndexOf('}');
      const [namespace, plain] = [name.slice(1, end), name.slice(end + 1)];
      const known = (Object.keys(NAMESPACE) as NamespaceKey[]).find((key) => this.namespace(key) === namespace);
      if (known !== undefined) return this.name(known, plain);
      const index = foreign.includes(namespace) ? foreign.indexOf(namespace) : foreign.push(namespace) - 1;
      return `n${index}:${plain}`;
    });
    const declarations = foreign.map((namespace, index) => ` xmlns:n${index}="${escapeXml(namespace)}"`);
    return this.element(key, local, escapeXml(written.join(' ')), declarations.join(''));
  }

  /** The whole envelope, in UTF-8. `content` is what the Body holds. */
  envelope(headers: SoapHeaders, content: string): Uint8Array {
    const { extraHeaders = '', extraBody = '', prolog } = this.#writing;
    const header = this.element('soap12', 'Header', this.#headers(headers) + extraHeaders);
    const body = this.element('soap12', 'Body', content + extraBody);
    const name = this.name('soap12', 'Envelope');
    const declarations = [...this.#used].flatMap((key) => this.#declaration(key)).join('');
    const text = `${prolog ?? '<?xml version="1.0" encoding="utf-8"?>'}<${name}${declarations}>${header}${body}</${name}>`;
    return new TextEncoder().encode(text);
  }

  /** XML to put into the body's own element. */
  get extraContent(): string {
    return this.#writing.extraContent ?? '';
  }

  #declaration(key: NamespaceKey): string[] {
    if (this.#writing.undeclared?.includes(key) === true) return [];
    const prefix = this.#writing.prefixes?.[key] ?? PREFIXES[key];
    return [` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeXml(this.namespace(key))}"`];
  }

  #headers({ to, action, messageId, relatesTo, replyTo, appSequence }: SoapHeaders): string {
    const texts: readonly (readonly [SoapHeaderName, string | undefined])[] = [
      ['To', to],
      ['Action', action],
      ['MessageID', messageId],
      ['RelatesTo', relatesTo],
      ['ReplyTo', replyTo],
    ];
    const { omitHeaders = [], headers = {} } = this.#writing;
    const written = texts.map(([name, right]) => {
      const text = headers[name] ?? right;
      if (text === undefined || omitHeaders.includes(name)) return '';
      if (name !== 'ReplyTo') return this.text('addressing', name, text);
      return this.element('addressing', name, this.text('addressing', 'Address', text));
    });
    const attributes = headers.AppSequence ?? (appSequence === undefined ? undefined : appSequenceText(appSequence));
    if (attributes !== undefined && !omitHeaders.includes('AppSequence'))
      written.push(this.element('discovery', 'AppSequence', '', ` ${attributes}`));
    return written.join('');
  }
}

function appSequenceText({ instanceId, messageNumber, sequenceId }: AppSequenceSource): string {
  const sequence = sequenceId === undefined ? '' : ` SequenceId="${escapeXml(sequenceId)}"`;
  return `InstanceId="${escapeXml(String(instanceId))}"${sequence} MessageNumber="${escapeXml(String(messageNumber))}"`;
}
