const MASK = '(not shown)';

/** What a word of this kind is said to be, is not for a log: `PIN: 1234`, `psk=...`, `network key is "..."`. */
const NAMED =
  /((?:pin|psk|pass(?:word|phrase)?|(?:network|wrap|auth|shared|private|wpa)[ _-]?key|key|secret)["']?\s{0,4}(?:code\s{0,4})?(?:=|:|\bis\b)\s{0,4})("[^"]*"|'[^']*'|[^\s,;]+(?:[ -]\d{4}\b)?)/gi;
/** 8 digits, also in two halves; keys in hex. */
const SHAPED = /(?<![\da-f])(?:\d{8}|\d{4}[ -]\d{4}|[\da-f]{32,})(?![\da-f])/gi;

/** Keeps PINs and keys out of what is written down of a device's words. */
export class SecretMask {
  private readonly known = new Set<string>();

  /** A secret of 4 characters or more, wherever it stands from now on. */
  learn(secret: string): void {
    if (secret.length >= 4) this.known.add(secret);
  }

  /** The line without what is known or looks like a secret: rather a number too many than a PIN. */
  mask(line: string): string {
    let masked = line;
    for (const secret of this.known) masked = masked.replaceAll(secret, MASK);
    return masked.replace(NAMED, `$1${MASK}`).replace(SHAPED, MASK);
  }
}
