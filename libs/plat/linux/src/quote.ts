/**
 * Quotes an argument as a shell would need it, so that it stays one word in a line of words.
 *
 * Plain arguments stay as they are. Others stand in single quotes, within which only the quote
 * itself is special: it becomes '\''. Source: POSIX.1-2017, Shell Command Language §2.2.2.
 */

const QUOTE = 0x27;
const BACKSLASH = 0x5c;

/** How many bytes `quote` writes. */
export function quotedBytes(argument: Slice<u8>): usize {
  if (isPlain(argument)) return argument.length;
  let length = argument.length + 2;
  for (const byte of argument) {
    if (byte === QUOTE) length += 3;
  }
  return length;
}

/** Writes the word for `argument` to the start of `into`, which has `quotedBytes` of room. */
export function quote(into: Slice<u8>, argument: Slice<u8>): void {
  if (isPlain(argument)) {
    copyBytes(into, argument);
    return;
  }
  let at: usize = 1;
  into[0] = QUOTE;
  for (const byte of argument) {
    if (byte === QUOTE) {
      into[at] = QUOTE;
      into[at + 1] = BACKSLASH;
      into[at + 2] = QUOTE;
      at += 3;
    }
    into[at] = byte;
    at++;
  }
  into[at] = QUOTE;
}

function isPlain(argument: Slice<u8>): boolean {
  for (const byte of argument) {
    // Control characters and the blank; the two kinds of quotes; the backslash.
    if (byte <= 0x20 || byte === QUOTE || byte === 0x22 || byte === BACKSLASH) return false;
  }
  return argument.length !== 0;
}
