/**
 * The record of a finished build, from which the next one sees that nothing has changed without starting the compiler.
 *
 * A build is current when its request is the same, every file that it read has the same content, and its image is still
 * there. Contents are compared by hash; a file whose size and time are unchanged is not read again.
 */

/** A file as it was when the build used it. */
export interface FileRecord {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly hash: string;
}

/** The record of one finished build. */
export interface Manifest {
  readonly version: 1;
  /** Hash of everything that is not a file: options, configuration, tools, resolved packages. */
  readonly request: string;
  readonly inputs: readonly FileRecord[];
  readonly outputs: readonly FileRecord[];
  /** Keys of steps whose outputs are not named by their key. */
  readonly stepKeys: Readonly<Record<string, string>>;
  /** Warnings of the compiler, to be shown again. */
  readonly warnings: readonly string[];
}

/** The manifest in this text; undefined where it is none, which only means that everything is built again. */
export function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const manifest = value as Partial<Manifest> | null;
  const complete =
    manifest?.version === 1 &&
    typeof manifest.request === "string" &&
    areRecords(manifest.inputs) &&
    areRecords(manifest.outputs) &&
    typeof manifest.stepKeys === "object" &&
    Array.isArray(manifest.warnings);
  return complete ? (manifest as Manifest) : undefined;
}

function areRecords(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (item: Partial<FileRecord> | null) =>
        typeof item?.path === "string" && typeof item.hash === "string",
    )
  );
}

/** How files are looked at; given from outside, as this module is pure. */
export interface FileAccess {
  readonly stamp: (path: string) => { readonly size: number; readonly mtimeMs: number } | undefined;
  /** Undefined where there is no such file. */
  readonly hash: (path: string) => string | undefined;
}

/** Whether the file is as it was recorded. */
export function unchanged(record: FileRecord, files: FileAccess): boolean {
  const stamp = files.stamp(record.path);
  if (stamp === undefined) return false;
  if (stamp.size === record.size && stamp.mtimeMs === record.mtimeMs) return true;
  return stamp.size === record.size && files.hash(record.path) === record.hash;
}

/** The record of a file as it is now; undefined where it is gone. */
export function recordFile(path: string, files: FileAccess): FileRecord | undefined {
  const stamp = files.stamp(path);
  const hash = files.hash(path);
  return stamp === undefined || hash === undefined ? undefined : { path, ...stamp, hash };
}
