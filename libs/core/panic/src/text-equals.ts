/** Equality of text, which `===` on `str` means: length and bytes, not the place in memory. */
import { sameBytes } from "@typekraft/format";

/**
 * Whether both have the same bytes.
 * Context: any.
 * @lang textEquals
 */
export function textEquals(a: str, b: str): boolean {
  return sameBytes(bytes(a), b);
}
