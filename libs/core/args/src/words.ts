/**
 * Splits a command line into words as a shell would: blanks separate, `'…'` keeps everything, `"…"`
 * keeps everything but `\`, and `\` takes the next character as it is. The words lie behind each
 * other in one buffer, unquoted.
 */

/** Bytes of all words together. */
export const MAX_BYTES = 2048;
/** Words of a line. */
export const MAX_WORDS = 64;

const BLANK: u8 = 0x20;
const TAB: u8 = 0x09;
const NEWLINE: u8 = 0x0a;
const SINGLE_QUOTE: u8 = 0x27;
const DOUBLE_QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;

function isBlank(c: u8): boolean {
  return c === BLANK || c === TAB || c === NEWLINE;
}

/** The words of one line. Zero-initialised has none. */
export class Words {
  private readonly storage: FixedArray<u8, 2048> = fixedArray();
  /** Word i is `ends[i - 1] … ends[i]`. */
  private readonly ends: FixedArray<u16, 64> = fixedArray();
  private words: usize = 0;
  private used: usize = 0;

  /**
   * Takes the words of `line` in; false where they are too many or too long, and then what fitted
   * is there.
   */
  split(line: Slice<u8>): boolean {
    this.words = 0;
    this.used = 0;
    let at: usize = 0;
    while (true) {
      while (at < line.length && isBlank(line[at])) at++;
      if (at === line.length) return true;
      if (this.words === MAX_WORDS) return false;
      const start = this.used;
      const [end, fits] = this.takeWord(line, at);
      if (!fits) {
        this.used = start;
        return false;
      }
      at = end;
      this.ends[this.words] = u16(this.used);
      this.words++;
    }
  }

  /** Copies one word from `start` on; the index behind it, and whether there was room. */
  private takeWord(line: Slice<u8>, start: usize): [usize, boolean] {
    let quote: u8 = 0;
    let at = start;
    while (at < line.length) {
      let c = line[at];
      if (quote === 0 && isBlank(c)) break;
      at++;
      if (c === quote && quote !== 0) {
        quote = 0;
        continue;
      }
      if (quote === 0 && (c === SINGLE_QUOTE || c === DOUBLE_QUOTE)) {
        quote = c;
        continue;
      }
      if (c === BACKSLASH && quote !== SINGLE_QUOTE && at < line.length) {
        c = line[at];
        at++;
      }
      if (this.used === MAX_BYTES) return [at, false];
      this.storage[this.used] = c;
      this.used++;
    }
    return [at, true];
  }

  count(): usize {
    return this.words;
  }

  /** Word `index`, which is below `count()`; valid until the next `split`. */
  word(index: usize): Slice<u8> {
    assert(index < this.words);
    const start = index === 0 ? 0 : usize(this.ends[index - 1]);
    return this.storage.slice().sub(start, usize(this.ends[index]) - start);
  }
}
