/** Finds the files that a `source` statement means: a path, or a pattern of `*`, `?` and `[…]` per path component. */
import type { KconfigHost } from "./host.ts";

/** Whether the text is a pattern at all. */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** The paths that match, sorted. A path without a pattern matches itself, whether it exists or not. */
export function matching(host: KconfigHost, pattern: string): string[] {
  if (!isPattern(pattern)) return [pattern];
  const isAbsolute = pattern.startsWith("/");
  let found = [isAbsolute ? "/" : "."];
  for (const part of pattern.split("/")) {
    if (part === "" || part === ".") continue;
    found = found.flatMap((folder) => {
      if (!isPattern(part)) return [join(folder, part)];
      const matches = componentMatcher(part);
      return host
        .entries(folder)
        .filter(matches)
        .map((name) => join(folder, name));
    });
  }
  return found.filter((path) => host.read(path) !== undefined).sort();
}

function join(folder: string, name: string): string {
  if (folder === ".") return name;
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** Hidden files match only a pattern that begins with a dot, as in a shell. */
function componentMatcher(pattern: string): (name: string) => boolean {
  const matches = (name: string): boolean => matchFrom(pattern, name);
  return pattern.startsWith(".") ? matches : (name) => !name.startsWith(".") && matches(name);
}

/** Without backtracking deeper than one star: time is at most the product of the lengths. */
function matchFrom(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let starAt = 0;
  let index = 0;
  while (index < name.length) {
    const width = at < pattern.length ? matchOne(pattern, at, name.charAt(index)) : 0;
    if (pattern.charAt(at) === "*") {
      star = at++;
      starAt = index;
    } else if (width > 0) {
      at += width;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++starAt;
    } else return false;
  }
  while (pattern.charAt(at) === "*") at++;
  return at === pattern.length;
}

/** How long the part of the pattern at `at` is that matches the character, 0 where it does not. */
function matchOne(pattern: string, at: number, character: string): number {
  const first = pattern.charAt(at);
  if (first === "?") return 1;
  const end = first === "[" ? pattern.indexOf("]", at + 2) : -1;
  if (end < 0) return first === character && first !== "*" ? 1 : 0;
  let set = pattern.slice(at + 1, end);
  const negated = set.startsWith("!");
  if (negated) set = set.slice(1);
  return inSet(set, character) !== negated ? end + 1 - at : 0;
}

function inSet(set: string, character: string): boolean {
  for (let index = 0; index < set.length; index++) {
    if (set.charAt(index + 1) === "-" && index + 2 < set.length) {
      if (character >= set.charAt(index) && character <= set.charAt(index + 2)) return true;
      index += 2;
    } else if (set.charAt(index) === character) return true;
  }
  return false;
}
