import type { Profile } from './schema.js';

/*
 * Applicability of a rule as a Boolean expression over items of the ICS: `display and not label`, `dpws or secure-dpws`.
 * `not` binds before `and`, `and` before `or`; parentheses group.
 */

type Ics = Profile['ics'];

/** What an expression can name. `valueIn` is undefined where the profile does not say. */
export interface IcsItem {
  /** The field of the profile behind it, for a person. */
  readonly field: string;
  /** What yes means. */
  readonly meaning: string;
  readonly valueIn: (ics: Ics) => boolean | undefined;
}

/** Every item, by the name expressions use. */
export const ICS_ITEMS: ReadonlyMap<string, IcsItem> = new Map<string, IcsItem>([
  ['upnp', transportItem('it pairs by UPnP', 'upnp')],
  ['dpws', transportItem('it pairs by DPWS', 'dpws')],
  ['secure-dpws', transportItem('it pairs by Secure DPWS', 'secure-dpws')],
  [
    'pairs',
    {
      field: 'ics.transports',
      meaning: 'it pairs by some transport',
      valueIn: ({ transports }) => transports.some((transport) => transport !== 'none'),
    },
  ],
  ['pin', methodItem('it can be registered by PIN', 'pin')],
  ['pbc', methodItem('it can be registered by push button', 'pbc')],
  [
    'wsc-2.0',
    {
      field: 'ics.wscVersion',
      meaning: 'it implements WSC 2.0, not only 1.0',
      valueIn: ({ wscVersion }) => wscVersion === '2.0',
    },
  ],
  ['display', partItem('it has a display that can show 4 or 8 digits', 'display')],
  ['keypad', partItem('digits can be typed into it', 'keypad')],
  ['push-button', partItem('it has a push button for WPS', 'pushButton')],
  ['label', partItem('it has a label with its PIN', 'label')],
  ['dynamic-pin', pinItem('its PIN is made up anew and shown', 'dynamic')],
  ['label-pin', pinItem('its PIN is printed on its label', 'label')],
  ['wifi-direct-printing', partItem('it pairs for Wi-Fi Direct printing too', 'wifiDirectPrinting')],
]);

function transportItem(meaning: string, wanted: Ics['transports'][number]): IcsItem {
  return { field: 'ics.transports', meaning, valueIn: ({ transports }) => transports.includes(wanted) };
}

function methodItem(meaning: string, wanted: Ics['methods'][number]): IcsItem {
  return { field: 'ics.methods', meaning, valueIn: ({ methods }) => methods.includes(wanted) };
}

function partItem(
  meaning: string,
  part: 'display' | 'keypad' | 'pushButton' | 'label' | 'wifiDirectPrinting',
): IcsItem {
  return { field: `ics.${part}`, meaning, valueIn: (ics) => ics[part] };
}

function pinItem(meaning: string, wanted: NonNullable<Ics['pinKind']>): IcsItem {
  return {
    field: 'ics.pinKind',
    meaning,
    valueIn: ({ pinKind }) => (pinKind === undefined ? undefined : pinKind === wanted),
  };
}

export type Expression =
  | { readonly kind: 'item'; readonly name: string; readonly item: IcsItem }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] };

/** Expressions are few, and each is asked of every device of an archive. */
const PARSED = new Map<string, Expression>();

/** Read an expression. Throws RangeError with the place, counted in characters from 1, for what is none. */
export function parseApplicability(text: string): Expression {
  const known = PARSED.get(text);
  if (known !== undefined) return known;
  const expression = new Parser(text).whole();
  PARSED.set(text, expression);
  return expression;
}

/** Items an expression names, each once, in its order. */
export function itemsOf(expression: Expression): ReadonlyMap<string, IcsItem> {
  if (expression.kind === 'item') return new Map([[expression.name, expression.item]]);
  const parts = expression.kind === 'not' ? [expression.of] : expression.of;
  return new Map(parts.flatMap((part) => [...itemsOf(part)]));
}

/** Whether it holds of a device; undefined where what the profile leaves open decides it. */
export function holds(expression: Expression, ics: Ics): boolean | undefined {
  switch (expression.kind) {
    case 'item':
      return expression.item.valueIn(ics);
    case 'not': {
      const value = holds(expression.of, ics);
      return value === undefined ? undefined : !value;
    }
    case 'and':
      return combined(expression.of, ics, false);
    case 'or':
      return combined(expression.of, ics, true);
  }
}

/** One `decisive` part decides all; without one, an open part leaves it open. */
function combined(parts: readonly Expression[], ics: Ics, decisive: boolean): boolean | undefined {
  const values = parts.map((part) => holds(part, ics));
  if (values.includes(decisive)) return decisive;
  return values.includes(undefined) ? undefined : !decisive;
}

/**
 * Why a profile rules out what applies only when `text` holds, or null. What the profile does not say rules nothing out,
 * and neither does a missing profile: no rule is lost for want of a word. Throws RangeError like
 * {@link parseApplicability}.
 */
export function ruledOutBy(text: string, profile: Pick<Profile, 'ics'> | null): string | null {
  const expression = parseApplicability(text);
  if (profile === null || holds(expression, profile.ics) !== false) return null;
  const said = [...itemsOf(expression)].map(([name, { valueIn }]) => `${name} ${answerText(valueIn(profile.ics))}`);
  return `applies when ${text}; the profile says ${said.join(', ')}`;
}

function answerText(value: boolean | undefined): string {
  if (value === undefined) return 'nothing';
  return value ? 'yes' : 'no';
}

/** Recursive descent over the words of one expression. */
class Parser {
  private readonly words: readonly { readonly text: string; readonly place: number }[];
  private next = 0;

  constructor(private readonly text: string) {
    this.words = [...text.matchAll(/[()]|[^\s()]+/g)].map(({ 0: word, index }) => ({ text: word, place: index + 1 }));
  }

  whole(): Expression {
    const expression = this.disjunction();
    const rest = this.words[this.next];
    if (rest !== undefined) throw this.error(`${rest.text} is one word too many`, rest.place);
    return expression;
  }

  private disjunction(): Expression {
    return this.joined('or', () => this.joined('and', () => this.factor()));
  }

  private joined(kind: 'and' | 'or', part: () => Expression): Expression {
    const first = part();
    const others: Expression[] = [];
    while (this.take(kind)) others.push(part());
    return others.length === 0 ? first : { kind, of: [first, ...others] };
  }

  private factor(): Expression {
    if (this.take('not')) return { kind: 'not', of: this.factor() };
    if (this.take('(')) {
      const inner = this.disjunction();
      if (!this.take(')')) throw this.error('a closing parenthesis is missing', this.text.length + 1);
      return inner;
    }
    const word = this.words[this.next];
    if (word === undefined) throw this.error('an item is missing', this.text.length + 1);
    const item = ICS_ITEMS.get(word.text);
    if (item === undefined) throw this.error(`${word.text} is not an item of the ICS`, word.place);
    this.next++;
    return { kind: 'item', name: word.text, item };
  }

  private take(word: string): boolean {
    if (this.words[this.next]?.text !== word) return false;
    this.next++;
    return true;
  }

  private error(reason: string, place: number): RangeError {
    return new RangeError(`applicability "${this.text}": ${reason}, at character ${place}`);
  }
}
