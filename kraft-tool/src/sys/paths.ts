/** Where things are on this computer. */
import { homedir } from "node:os";
import { join, relative } from "node:path";

/** The checkout that the tool belongs to; the launcher says where it is. */
export function repositoryRoot(): string {
  const root = process.env["KRAFT_ROOT"];
  if (root === undefined) throw new Error("KRAFT_ROOT is not set: start the tool with ./kraft");
  return root;
}

/** The user's folder for what can be made again (XDG Base Directory Specification). */
export function cacheFolder(): string {
  const chosen = process.env["XDG_CACHE_HOME"];
  const base = chosen?.startsWith("/") === true ? chosen : join(homedir(), ".cache");
  return join(base, "typekraft");
}

/** Where the user stands. */
export function currentFolder(): string {
  return process.cwd();
}

/** A path as the user would write it from here: relative unless that is longer. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near === "" ? "." : near.length < path.length ? near : path;
}

/** Changes whenever the tool's or compiler's sources change: the launcher keeps each version in a folder of its own. */
export function toolVersion(): string {
  return import.meta.dirname;
}
