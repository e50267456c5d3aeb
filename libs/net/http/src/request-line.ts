/** The parts of a request line: which method it is, and where the path begins in its target. */
import { sameBytes, sameBytesIgnoringCase } from "@typekraft/format";
import { QUESTION_MARK, SLASH } from "./characters.ts";
import { Method } from "./head.ts";

/** The method of this name; names are case-sensitive (RFC 9110 §9.1). */
export function methodOf(name: Slice<u8>): Method {
  switch (name.length) {
    case 3:
      if (sameBytes(name, "GET")) return Method.Get;
      return sameBytes(name, "PUT") ? Method.Put : Method.Other;
    case 4:
      if (sameBytes(name, "HEAD")) return Method.Head;
      return sameBytes(name, "POST") ? Method.Post : Method.Other;
    case 5:
      return sameBytes(name, "PATCH") ? Method.Patch : Method.Other;
    case 6:
      return sameBytes(name, "DELETE") ? Method.Delete : Method.Other;
    case 7:
      return sameBytes(name, "OPTIONS") ? Method.Options : Method.Other;
    default:
      return Method.Other;
  }
}

const SCHEME = "http://";
const SCHEME_BYTES = 7;

/**
 * Where the path and query of a request target lie (RFC 9112 §3.2): bytes to skip, bytes there, and
 * whether the form is one that the method may have. Of `http://host` nothing remains, which means
 * `/`.
 */
export function originForm(target: Slice<u8>, method: Method): [usize, usize, boolean] {
  if (target[0] === SLASH) return [0, target.length, true];
  if (method === Method.Options && sameBytes(target, "*")) return [0, 1, true];
  if (target.length <= SCHEME_BYTES) return [0, 0, false];
  if (!sameBytesIgnoringCase(target.sub(0, SCHEME_BYTES), SCHEME)) return [0, 0, false];
  let at: usize = SCHEME_BYTES;
  while (at < target.length && target[at] !== SLASH && target[at] !== QUESTION_MARK) at++;
  // An empty host, or a query without a path, is left to nobody's guess.
  if (at === SCHEME_BYTES) return [0, 0, false];
  if (at < target.length && target[at] === QUESTION_MARK) return [0, 0, false];
  return [at, target.length - at, true];
}
