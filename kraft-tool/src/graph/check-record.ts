/** The record of a finished `kraft check`: its diagnostics, and the files on which they rest. */
import type { Diagnostic } from "@typekraft/compiler";
import type { FileRecord } from "./manifest.ts";

/** What is written to `check.json`. */
export interface CheckRecord {
  readonly version: 1;
  /** Hash of everything that is not a file. */
  readonly request: string;
  readonly inputs: readonly FileRecord[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The record in this text; undefined where it is none, which only means that everything is checked again. */
export function parseCheckRecord(text: string): CheckRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const record = value as Partial<CheckRecord> | null;
  const complete =
    record?.version === 1 &&
    typeof record.request === "string" &&
    Array.isArray(record.inputs) &&
    record.inputs.length > 0 &&
    record.inputs.every(
      (file: Partial<FileRecord> | null) =>
        typeof file?.path === "string" && typeof file.hash === "string",
    ) &&
    Array.isArray(record.diagnostics);
  return complete ? (record as CheckRecord) : undefined;
}
