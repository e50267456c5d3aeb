/** The Kraftfile's model, and its keys: those that this tool obeys and those of spec v0.6 that it does not know yet. */
import type { Place } from "../diagnostics/error.ts";

/** Where the image runs: `platform/architecture`. */
export const TARGETS = ["qemu/x86_64", "linux/x86_64"] as const;
export type Target = (typeof TARGETS)[number];

/** A value that a Kraftfile gives to a Kconfig symbol, as text, with its place for messages. */
export interface KconfigValue {
  /** Without the prefix `CONFIG_`. */
  readonly symbol: string;
  readonly value: string;
  readonly place: Place;
}

/** A library that the user names. */
export interface LibraryRequest {
  /** As written: `alloc-region` or `@typekraft/alloc-region`. */
  readonly name: string;
  readonly kconfig: readonly KconfigValue[];
  readonly place: Place;
}

/** All settings of a project. */
export interface Kraftfile {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly libraries: readonly LibraryRequest[];
  /** Values outside of a library's own list. */
  readonly kconfig: readonly KconfigValue[];
  /** Words of the program's command line. */
  readonly cmd: readonly string[];
  /** Folder of the images, relative to the project. */
  readonly outdir: string | undefined;
}

/** What a program without a Kraftfile is built with. */
export function defaultKraftfile(name: string, target: Target): Kraftfile {
  return { name, targets: [target], libraries: [], kconfig: [], cmd: [], outdir: undefined };
}

export const SPEC_VERSIONS = ["v0.6", "0.6"] as const;
export const KEYS = ["spec", "name", "targets", "libraries", "kconfig", "cmd", "outdir"] as const;
/** Keys of spec v0.6 that mean something which this tool cannot do: to ignore them would build another program. */
export const UNSUPPORTED_KEYS = [
  "specification",
  "env",
  "labels",
  "volumes",
  "rootfs",
  "unikraft",
  "runtime",
  "template",
] as const;
/** The file names that are looked for in a project, in this order. */
export const KRAFTFILE_NAMES = ["Kraftfile", "kraft.yaml", "kraft.yml"] as const;
