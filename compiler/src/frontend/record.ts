/**
 * The file in which tsc's builder keeps what it found, under a checksum: a record that something has damaged could
 * otherwise hide errors, as tsc believes what it reads.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The text that `writeRecord` was given; undefined where there is none, or not exactly that. */
export function readRecord(path: string): string | undefined {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const end = content.indexOf("\n");
  const text = content.slice(end + 1);
  return end > 0 && content.slice(0, end) === checksum(text) ? text : undefined;
}

/** Writes by renaming, so that nobody reads half a record. A folder that is read-only only costs the next run its saving. */
export function writeRecord(path: string, text: string): void {
  const unfinished = `${path}.${String(process.pid)}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(unfinished, `${checksum(text)}\n${text}`);
    renameSync(unfinished, path);
  } catch {
    try {
      rmSync(unfinished, { force: true });
    } catch {
      // There is not even a folder.
    }
  }
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
