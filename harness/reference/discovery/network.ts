export type Family = 'ipv4' | 'ipv6';

/** By its text form. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** An address as a URL has it: IPv6 in brackets, without scope id. */
export function hostOf(address: string): string {
  const [bare = ''] = address.split('%');
  return familyOf(bare) === 'ipv6' ? `[${bare}]` : bare;
}

/** A device's addresses, by family. */
export class Addresses {
  constructor(readonly all: readonly string[]) {}

  /** Families it can multicast in. */
  get families(): Family[] {
    return (['ipv4', 'ipv6'] as const).filter((family) => this.of(family).length > 0);
  }

  of(family: Family): string[] {
    return this.all.filter((address) => familyOf(address) === family);
  }

  /** What it tells someone of that family to connect to: its addresses there, else all it has. */
  hosts(family: Family): string[] {
    const own = this.of(family);
    return (own.length === 0 ? this.all : own).map(hostOf);
  }
}
