/**
 * How names and text of the program are spelled in C.
 *
 * Names of locals and fields stay as they are where C allows it, because people read them in the debugger; others get a
 * prefix that no keyword, macro or file-scope name has.
 */

const KEYWORDS = new Set(
  (
    "auto break case char const continue default do double else enum extern float for goto if inline int long " +
    "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while " +
    "asm typeof u8 u16 u32 u64 i8 i16 i32 i64"
  ).split(" "),
);

/** `name` with every character that C does not allow in identifiers as `_xHEX_`. */
export function sanitize(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/gu, (c) => `_x${(c.codePointAt(0) ?? 0).toString(16)}_`);
}

/**
 * The C name of a local or parameter: its own, so that a debugger knows it, where nothing else in C can have that name. What C
 * knows besides keywords has an underscore that is not only there to number it: ids of functions and globals, helpers.
 */
export function localName(id: string): string {
  const own = /^[A-Za-z][A-Za-z0-9]*(?:_[0-9]+)?$/.test(id) && !KEYWORDS.has(id);
  return own ? id : `l_${sanitize(id)}`;
}

/** The C name of a struct field. */
export function fieldName(name: string): string {
  const clean = sanitize(name);
  const unsafe =
    clean !== name ||
    KEYWORDS.has(clean) ||
    /^(?:[0-9]|_[A-Z_]|f_|pad_)/.test(clean) ||
    clean === "";
  return unsafe ? `f_${clean}` : clean;
}

/** A key of any length as an identifier of at most 56 characters; equal keys give equal names. */
export function shortName(key: string): string {
  return key.length <= 56 ? key : `${key.slice(0, 40)}_${fingerprint(key)}`;
}

/** 64 bits of FNV-1a in hexadecimal: names only, nothing depends on its strength. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i += 1) {
    hash = ((hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash.toString(16).padStart(16, "0");
}

/** These bytes as a C string literal with its quotes; no trigraph and no octal escape can run into what follows. */
export function stringLiteral(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === "\\" || char === "?") {
      parts.push(`\\${char}`);
    } else if (byte >= 0x20 && byte < 0x7f) {
      parts.push(char);
    } else {
      parts.push(`\\${byte.toString(8).padStart(3, "0")}`);
    }
  }
  return `"${parts.join("")}"`;
}

/** The UTF-8 of `text` as a C string literal. */
export function textLiteral(text: string): string {
  return stringLiteral(new TextEncoder().encode(text));
}
