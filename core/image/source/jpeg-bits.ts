/** Thrown by the readers of a scan: what is wrong with it, as the end of a message. */
export class ScanDamage extends Error {
  override readonly name = 'ScanDamage';
}

/** Huffman codes by the next 16 bits: the length of the code times 256, plus what it stands for; 0 where there is none. */
export type HuffmanTable = Uint16Array;

const CODE_BITS = 16;

/**
 * The table of a DHT segment.
 *
 * @param counts how many codes there are of each length, 1 to 16 bits
 * @param symbols what the codes stand for, in order
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const table = new Uint16Array(1 << CODE_BITS);
  let at = 0;
  let index = 0;
  for (const [place, count] of counts.entries()) {
    const bits = place + 1;
    const span = 1 << (CODE_BITS - bits);
    for (let left = count; left > 0; left -= 1) {
      table.fill(bits * 256 + (symbols[index] ?? 0), at, at + span);
      at += span;
      index += 1;
    }
  }
  return table;
}

const PREFIX = 0xff;

/** The bits of a scan between two markers, with the zeros behind each 0xFF left out. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Where the next marker is, once the bits have ended; the end of the file where there is none. */
  get at(): number {
    return this.#at;
  }

  /** @throws ScanDamage when no code begins like the next bits */
  symbol(table: HuffmanTable): number {
    this.#fill();
    const missing = CODE_BITS - this.#count;
    const next = missing > 0 ? this.#bits << missing : this.#bits >>> -missing;
    const entry = table[next & 0xffff] ?? 0;
    if (entry === 0) throw new ScanDamage(missing > 0 ? 'ends too early' : 'holds a code that is none');
    this.#drop(entry >>> 8);
    return entry & 0xff;
  }

  /** The next bits, 0 to 16 of them, as a number. */
  bits(count: number): number {
    this.#fill();
    const value = this.#bits >>> (this.#count - count);
    this.#drop(count);
    return value;
  }

  /** The bytes from here to the next marker, without the rest of the byte that was begun. */
  rest(): number[] {
    this.#drop(this.#count % 8);
    const rest: number[] = [];
    for (this.#fill(); this.#count > 0; this.#fill()) rest.push(this.bits(8));
    return rest;
  }

  #drop(count: number): void {
    if (count > this.#count) throw new ScanDamage('ends too early');
    this.#count -= count;
    this.#bits &= (1 << this.#count) - 1;
  }

  #fill(): void {
    while (this.#count <= CODE_BITS) {
      const byte = this.#nextByte();
      if (byte === undefined) return;
      this.#bits = (this.#bits << 8) | byte;
      this.#count += 8;
    }
  }

  #nextByte(): number | undefined {
    const byte = this.#bytes[this.#at];
    if (byte !== PREFIX) {
      if (byte !== undefined) this.#at += 1;
      return byte;
    }
    let next = this.#at + 1;
    while (this.#bytes[next] === PREFIX) next += 1;
    if (this.#bytes[next] !== 0) return undefined;
    this.#at = next + 1;
    return PREFIX;
  }
}
